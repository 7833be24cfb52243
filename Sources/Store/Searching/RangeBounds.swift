import FHIR

/// The comparisons of a condition, all of which must hold, by the end that they bound and the side on which they do.
struct RangeBounds<Bound: Comparable & Hashable & Sendable> {
    typealias Comparison = RangeCondition<Bound>.Comparison
    typealias Limit = (comparison: Comparison, bound: Bound)

    private(set) var lowAbove: [Limit] = []
    private(set) var lowBelow: [Limit] = []
    private(set) var highAbove: [Limit] = []
    private(set) var highBelow: [Limit] = []

    /// - Returns: nil for alternatives.
    init?(_ condition: RangeCondition<Bound>) {
        guard add(condition) else { return nil }
    }

    private mutating func add(_ condition: RangeCondition<Bound>) -> Bool {
        switch condition {
        case .lower(let comparison, let bound):
            if comparison.isAbove { lowAbove.append((comparison, bound)) } else { lowBelow.append((comparison, bound)) }
        case .upper(let comparison, let bound):
            if comparison.isAbove {
                highAbove.append((comparison, bound))
            } else {
                highBelow.append((comparison, bound))
            }
        case .and(let parts):
            for part in parts where !add(part) { return false }
        case .or: return false
        }
        return true
    }
}

extension RangeCondition.Comparison {
    fileprivate var isAbove: Bool { self == .greater || self == .greaterOrEqual }
}

extension SearchPredicate.Value {
    /// Whether it is a date within some days: fewer resources have one than have the same name.
    var isOfDays: Bool {
        guard case .date(let condition) = self, let bounds = RangeBounds(condition),
            let lower = (bounds.lowAbove + bounds.highAbove).map(\.bound).max(),
            let upper = (bounds.lowBelow + bounds.highBelow).map(\.bound).min()
        else { return false }
        let (width, overflow) = upper.subtractingReportingOverflow(lower)
        return !overflow && width <= 7 * 86_400_000_000
    }
}
