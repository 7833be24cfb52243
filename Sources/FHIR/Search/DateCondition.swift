/// What a date search asks of a stored ``DateRange``, bounds in microseconds since 1970.
public typealias DateCondition = RangeCondition<Int64>

extension DateCondition {
    /// Source: R4 search.html §3.1.1.4.7 with the prefixes of §3.1.1.4.5. Both sides are half-open ranges.
    ///
    /// - Parameter now: microseconds since 1970; `ap` widens the search by a tenth of its distance from it.
    public init(_ prefix: SearchPrefix, _ search: DateRange, now: Int64) {
        switch prefix {
        case .equal:
            self = .and([.lower(.greaterOrEqual, search.lower), .upper(.lessOrEqual, search.upper)])
        case .notEqual:
            self = .or([.lower(.less, search.lower), .upper(.greater, search.upper)])
        case .greater:
            self = .upper(.greater, search.upper)
        case .less:
            self = .lower(.less, search.lower)
        case .greaterOrEqual:
            self = .upper(.greater, search.lower)
        case .lessOrEqual:
            self = .lower(.less, search.upper)
        case .startsAfter:
            self = .lower(.greaterOrEqual, search.upper)
        case .endsBefore:
            self = .upper(.lessOrEqual, search.lower)
        case .approximate:
            let wide = search.widened(bySlackTowards: now)
            self = .and([.lower(.less, wide.upper), .upper(.greater, wide.lower)])
        }
    }

    public func holds(_ stored: DateRange) -> Bool {
        holds(lower: stored.lower, upper: stored.upper)
    }
}

extension DateRange {
    /// Both ends moved outwards by a tenth of the distance between the range and `now` (R4 §3.1.1.4.5, `ap`); unchanged
    /// when `now` lies inside. Open ends stay open.
    func widened(bySlackTowards now: Int64) -> DateRange {
        let distance: Int64
        if now < lower {
            distance = lower.subtractingReportingOverflow(now).partialValue
        } else if now >= upper {
            distance = now.subtractingReportingOverflow(upper).partialValue
        } else {
            distance = 0
        }
        let slack = max(distance, 0) / 10
        return DateRange(
            lower: lower == Self.openLower ? lower : lower.addingClamped(-slack),
            upper: upper == Self.openUpper ? upper : upper.addingClamped(slack))
    }
}

extension Int64 {
    fileprivate func addingClamped(_ other: Int64) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? (other < 0 ? .min : .max) : sum
    }
}
