import FHIR
import Synchronization

/// Bounds beyond which a probe has found more rows than it takes: what lies beyond a wider bound is no less, so that it is
/// not tried again. A search that most of a type fulfils, such as one of all dates since a year, goes on at once to the
/// way that suits it. Kept for a minute, since rows may go; it decides by which way matches are found, never what is found.
final class CrowdedBounds: Sendable {
    private static let lifetime: Duration = .seconds(60)
    /// Beyond it all is forgotten.
    private static let capacity = 10_000

    private struct Known {
        let bound: OneSidedTest.Bound
        let noted: ContinuousClock.Instant
    }

    private let known = Mutex<[Place: Known]>([:])

    private struct Place: Hashable {
        let side: OneSidedTest.Side
        let limit: Int
    }

    /// Whether there are more rows than the limit, as far as was seen.
    func areCrowded(_ test: OneSidedTest, limit: Int, at now: ContinuousClock.Instant = .now) -> Bool {
        known.withLock { known in
            guard let found = known[Place(side: test.side, limit: limit)], now - found.noted < Self.lifetime else {
                return false
            }
            return test.bound <= found.bound
        }
    }

    func note(_ test: OneSidedTest, limit: Int, at now: ContinuousClock.Instant = .now) {
        let place = Place(side: test.side, limit: limit)
        known.withLock { known in
            if let found = known[place], now - found.noted < Self.lifetime, found.bound > test.bound { return }
            if known.count >= Self.capacity { known.removeAll() }
            known[place] = Known(bound: test.bound, noted: now)
        }
    }
}

/// A test of rows that bounds them on one side, or not at all.
struct OneSidedTest: Sendable {
    /// What is the same for all bounds.
    struct Side: Hashable, Sendable {
        let table: SearchPredicate.RowTest.Table
        let parameters: [Int32]
        /// Of a quantity: that which it names and those of its kind.
        let units: [Int64?]
        let bounds: Ends
    }

    enum Ends: Hashable, Sendable { case lowAbove, lowBelow, highAbove, highBelow, none }

    /// The greater, the fewer rows there are.
    enum Bound: Comparable, Sendable {
        case none
        case date(Int64, isStrict: Bool, isUpper: Bool)
        case number(NumberBound, isStrict: Bool, isUpper: Bool)

        static func < (left: Bound, right: Bound) -> Bool {
            switch (left, right) {
            case (.date(let a, let aIsStrict, let isUpper), .date(let b, let bIsStrict, _)):
                a == b ? !aIsStrict && bIsStrict : isUpper ? a > b : a < b
            case (.number(let a, let aIsStrict, let isUpper), .number(let b, let bIsStrict, _)):
                a == b ? !aIsStrict && bIsStrict : isUpper ? a > b : a < b
            default: false
            }
        }
    }

    let side: Side
    let bound: Bound

    /// - Returns: nil for tests of other kinds.
    init?(_ test: SearchPredicate.RowTest) {
        guard let first = test.tests.first else {
            bound = .none
            side = Side(table: test.table, parameters: test.parameters, units: [], bounds: .none)
            return
        }
        let units = test.tests.map { value -> Int64? in if case .number(_, let unit, nil) = value { unit } else { nil }
        }
        guard test.tests.count == 1 || units.allSatisfy({ $0 != nil }) else { return nil }
        switch first {
        case .date(let condition):
            guard let (ends, limit) = RangeBounds(condition)?.only else { return nil }
            bound = .date(limit.bound, isStrict: limit.comparison.isStrict, isUpper: ends.isUpper)
            side = Side(table: test.table, parameters: test.parameters, units: [], bounds: ends)
        case .number(let condition, _, nil):
            guard let (ends, limit) = RangeBounds(condition)?.only else { return nil }
            bound = .number(limit.bound, isStrict: limit.comparison.isStrict, isUpper: ends.isUpper)
            side = Side(table: test.table, parameters: test.parameters, units: units, bounds: ends)
        case .number, .near, .prefix, .contains, .equals, .ends, .exact: return nil
        }
    }
}

extension OneSidedTest.Ends {
    fileprivate var isUpper: Bool { self == .lowBelow || self == .highBelow }
}

extension RangeCondition.Comparison {
    fileprivate var isStrict: Bool { self == .greater || self == .less }
}

extension RangeBounds {
    /// The one limit, if there is no other.
    fileprivate var only: (OneSidedTest.Ends, Limit)? {
        let all =
            lowAbove.map { (OneSidedTest.Ends.lowAbove, $0) } + lowBelow.map { (.lowBelow, $0) }
            + highAbove.map { (.highAbove, $0) } + highBelow.map { (.highBelow, $0) }
        return all.count == 1 ? all[0] : nil
    }
}
