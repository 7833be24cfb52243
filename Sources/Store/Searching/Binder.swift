import FHIR
import Postgres

/// Collects the parameters of a statement while its text is made.
struct Binder {
    private(set) var parameters: [Parameter] = []
    private(set) var types: [PostgresType] = []

    /// The placeholder of a value.
    mutating func bind(_ parameter: Parameter, _ type: PostgresType) -> String {
        parameters.append(parameter)
        types.append(type)
        return "$\(parameters.count)"
    }

    func query(_ text: String, prepared: Bool = false) -> Query {
        Query(Statement(text, types, reuse: prepared ? .prepared : .once), parameters)
    }

    /// A condition on two columns, the bounds made parameters by `value`.
    mutating func range<Bound>(
        _ condition: RangeCondition<Bound>, low: String, high: String, _ value: (inout Binder, Bound) -> String
    ) -> String {
        switch condition {
        case .lower(let comparison, let bound): return "\(low) \(comparison.rawValue) \(value(&self, bound))"
        case .upper(let comparison, let bound): return "\(high) \(comparison.rawValue) \(value(&self, bound))"
        case .and(let parts):
            return "(\(parts.map { range($0, low: low, high: high, value) }.joined(separator: " and ")))"
        case .or(let parts):
            return "(\(parts.map { range($0, low: low, high: high, value) }.joined(separator: " or ")))"
        }
    }

    /// A condition on a column that holds an instant of milliseconds, which is the interval [t, t + 1 ms).
    mutating func moment(_ condition: DateCondition, column: String) -> String {
        // With the bound moved instead of the column, an index on the column serves.
        range(Self.ofInstants(condition), low: column, high: column) { binder, bound in
            binder.bind(.timestamp(microsecondsSince1970: Self.storable(bound)), .timestamptz)
        }
    }

    /// The condition on intervals of a millisecond as one on their beginnings alone.
    private static func ofInstants(_ condition: DateCondition) -> DateCondition {
        switch condition {
        case .lower: return condition
        case .upper(let comparison, let bound):
            let (moved, overflow) = bound.subtractingReportingOverflow(1000)
            return .upper(comparison, overflow ? .min : moved)
        case .and(let parts): return .and(parts.map(ofInstants))
        case .or(let parts): return .or(parts.map(ofInstants))
        }
    }

    /// Bounds beyond what PostgreSQL's timestamps hold (4713 BC to 294276 AD) are as good as its ends.
    static func storable(_ bound: Int64) -> Int64 {
        min(max(bound, -210_000_000_000_000_000), 9_000_000_000_000_000_000)
    }
}
