/// What a search asks of a stored range, as comparisons of its two ends with fixed bounds: SQL on two columns, or a
/// Boolean in memory.
public indirect enum RangeCondition<Bound: Comparable & Hashable & Sendable>: Sendable, Hashable {
    public enum Comparison: String, Sendable, Hashable, CaseIterable {
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="

        public func holds(_ left: Bound, _ right: Bound) -> Bool {
            switch self {
            case .less: left < right
            case .lessOrEqual: left <= right
            case .greater: left > right
            case .greaterOrEqual: left >= right
            }
        }
    }

    /// The stored lower end stands in this relation to the bound.
    case lower(Comparison, Bound)
    /// The stored upper end stands in this relation to the bound.
    case upper(Comparison, Bound)
    /// All of these.
    case and([RangeCondition])
    /// One of these.
    case or([RangeCondition])

    public func holds(lower: Bound, upper: Bound) -> Bool {
        switch self {
        case .lower(let comparison, let bound): comparison.holds(lower, bound)
        case .upper(let comparison, let bound): comparison.holds(upper, bound)
        case .and(let parts): parts.allSatisfy { $0.holds(lower: lower, upper: upper) }
        case .or(let parts): parts.contains { $0.holds(lower: lower, upper: upper) }
        }
    }
}
