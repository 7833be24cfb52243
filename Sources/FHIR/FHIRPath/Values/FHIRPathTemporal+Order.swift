/// Comparing with what is known (FHIRPath N1 §6.1.1, §6.2): part by part, until one of the two has no more parts.
extension FHIRPathTemporal {
    enum Order { case before, same, after, unknown }

    /// How this stands to another of the same family; nil where a time of day meets a date.
    func order(to other: FHIRPathTemporal) -> Order? {
        guard (form == .time) == (other.form == .time) else { return nil }
        var (mine, theirs) = (local, other.local)
        let hasClock = precision >= .hour && other.precision >= .hour
        if form != .time, hasClock {
            switch (offset, other.offset) {
            case (nil, nil): break
            case (.some, .some): (mine, theirs) = (instant, other.instant)
            case (.some, nil), (nil, .some):
                // The zone that is missing lies between 12 hours west and 14 hours east of UTC.
                let difference = instant - other.instant
                let (least, most) =
                    offset == nil
                    ? (difference - Self.east, difference + Self.west)
                    : (difference - Self.west, difference + Self.east)
                return least > 0 ? .after : most < 0 ? .before : .unknown
            }
        }
        let shared = min(precision, other.precision)
        // A second with and without a fraction are the same precision (N1 §6.1.1).
        if shared < .second {
            (mine, theirs) = (Self.truncated(mine, to: shared), Self.truncated(theirs, to: shared))
        }
        if mine != theirs { return mine < theirs ? .before : .after }
        return precision == other.precision || shared >= .second ? .same : .unknown
    }

    private static let east: Int64 = 14 * 3_600_000_000
    private static let west: Int64 = 12 * 3_600_000_000

    /// The beginning of the part in which a moment lies.
    static func truncated(_ moment: Int64, to precision: Precision) -> Int64 {
        switch precision {
        case .fraction: return moment
        case .second: return floor(moment, 1_000_000)
        case .minute: return floor(moment, 60_000_000)
        case .hour: return floor(moment, 3_600_000_000)
        case .day: return floor(moment, CalendarDay.microseconds)
        case .month, .year:
            let civil = CivilTime(microseconds: moment)
            let month = precision == .year ? 1 : civil.month
            return CalendarDay.number(year: civil.year, month: month, day: 1) * CalendarDay.microseconds
        }
    }

    private static func floor(_ value: Int64, _ unit: Int64) -> Int64 {
        let rest = value % unit
        return value - (rest < 0 ? rest + unit : rest)
    }
}

extension FHIRPathTemporal: CustomStringConvertible {
    /// As FHIRPath and FHIR write it, with its precision; a `T` stands only where a time follows.
    public var description: String {
        let civil = civil
        var text = ""
        if form != .time {
            text = Self.padded(civil.year, 4)
            if precision >= .month { text += "-" + Self.padded(civil.month, 2) }
            if precision >= .day { text += "-" + Self.padded(civil.day, 2) }
            if precision < .hour { return text }
            text += "T"
        }
        text += Self.padded(civil.hour, 2)
        if precision >= .minute { text += ":" + Self.padded(civil.minute, 2) }
        if precision >= .second { text += ":" + Self.padded(civil.second, 2) }
        if precision == .fraction {
            let micros = Self.padded(Int(fraction), 6)
            let zeros = String(repeating: "0", count: max(0, Int(digits) - 6))
            text += "." + micros.prefix(max(1, min(6, Int(digits)))) + zeros
        }
        guard form == .dateTime, let offset else { return text }
        if offset == 0 { return text + "Z" }
        let magnitude = Int(offset.magnitude)
        return text + (offset < 0 ? "-" : "+") + Self.padded(magnitude / 60, 2) + ":" + Self.padded(magnitude % 60, 2)
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}
