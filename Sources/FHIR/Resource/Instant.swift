/// Points in time as text. Points are microseconds since 1970-01-01T00:00:00Z, without leap seconds, as PostgreSQL and
/// POSIX count them.
public enum Instant {
    static let microsecondsPerSecond: Int64 = 1_000_000
    static let secondsPerDay: Int64 = 86_400

    /// The first and the last moment that a FHIR `instant` can name: years 0001 to 9999.
    static let range: ClosedRange<Int64> = -62_135_596_800_000_000...253_402_300_799_999_999

    /// A FHIR `instant` (R4 §2.24.0.1) in UTC with milliseconds, such as `2026-11-20T17:00:00.000Z`. What is finer than
    /// a millisecond is cut off; moments outside the years 0001 to 9999 become the nearest in them.
    public static func format(microseconds: Int64) -> String {
        var text: [UInt8] = []
        append(microseconds: microseconds, to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Appends what ``format(microseconds:)`` gives.
    public static func append(microseconds: Int64, to output: inout [UInt8]) {
        let moment = CivilTime(microseconds: microseconds)
        append(length: 24, to: &output) { space in
            space.put(moment.year, digits: 4, at: 0)
            space[4] = UInt8(ascii: "-")
            space.put(moment.month, digits: 2, at: 5)
            space[7] = UInt8(ascii: "-")
            space.put(moment.day, digits: 2, at: 8)
            space[10] = UInt8(ascii: "T")
            space.putClock(of: moment, at: 11)
            space[19] = UInt8(ascii: ".")
            space.put(moment.millisecond, digits: 3, at: 20)
            space[23] = UInt8(ascii: "Z")
        }
    }

    /// The date format of HTTP headers (RFC 9110 §5.6.7), such as `Sun, 06 Nov 1994 08:49:37 GMT`. What is finer than a
    /// second is cut off.
    public static func formatHTTPDate(microseconds: Int64) -> String {
        let moment = CivilTime(microseconds: microseconds)
        var text: [UInt8] = []
        append(length: 29, to: &text) { space in
            space.put(weekdays[moment.weekday], at: 0)
            space.put(", ", at: 3)
            space.put(moment.day, digits: 2, at: 5)
            space.put(" ", at: 7)
            space.put(months[moment.month - 1], at: 8)
            space.put(" ", at: 11)
            space.put(moment.year, digits: 4, at: 12)
            space.put(" ", at: 16)
            space.putClock(of: moment, at: 17)
            space.put(" GMT", at: 25)
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The second that a date of HTTP's preferred format names (RFC 9110 §5.6.7), as microseconds; nil for all else, the
    /// obsolete formats included.
    public static func parseHTTPDate(_ text: String) -> Int64? {
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0].hasSuffix(","), parts[1].utf8.count == 2, parts[5] == "GMT",
            let month = months.firstIndex(where: { $0.description == parts[2] })
        else { return nil }
        let number = month < 9 ? "0\(month + 1)" : "\(month + 1)"
        return DateRange(fhir: "\(parts[3])-\(number)-\(parts[1])T\(parts[4])Z")?.lower
    }

    /// Appends text of a known length, which `body` writes in full.
    private static func append(
        length: Int, to output: inout [UInt8], _ body: (UnsafeMutableBufferPointer<UInt8>) -> Void
    ) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: length) { space in
            space.initialize(repeating: UInt8(ascii: " "))
            body(space)
            output.append(contentsOf: UnsafeBufferPointer(space))
        }
    }

    private static let weekdays: [StaticString] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months: [StaticString] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}

/// A moment as the Gregorian calendar and a clock in UTC show it.
struct CivilTime: Equatable {
    let year: Int
    let month: Int
    let day: Int
    let hour: Int
    let minute: Int
    let second: Int
    let millisecond: Int
    /// 0 is Sunday.
    let weekday: Int

    init(microseconds: Int64) {
        let moment = min(max(microseconds, Instant.range.lowerBound), Instant.range.upperBound)
        let (seconds, micros) = Self.divide(moment, by: Instant.microsecondsPerSecond)
        let (days, time) = Self.divide(seconds, by: Instant.secondsPerDay)
        // Years counted from March, so that a leap day ends one: in 400 years there are 146,097 days, and month m of
        // such a year begins with day (153 m + 2) / 5.
        let (era, dayOfEra) = Self.divide(days + 719_468, by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        self.year = Int(yearOfEra + era * 400 + (month <= 2 ? 1 : 0))
        self.month = Int(month)
        self.day = Int(dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
        self.hour = Int(time / 3_600)
        self.minute = Int(time / 60 % 60)
        self.second = Int(time % 60)
        self.millisecond = Int(micros / 1_000)
        // 1970-01-01 was a Thursday.
        self.weekday = Int(Self.divide(days + 4, by: 7).remainder)
    }

    /// Quotient rounded down, remainder never negative.
    private static func divide(_ value: Int64, by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}

extension UnsafeMutableBufferPointer<UInt8> {
    /// Writes a number that is not negative and has at most `digits` digits, with leading zeros.
    @inline(__always)
    fileprivate func put(_ number: Int, digits: Int, at offset: Int) {
        var rest = UInt32(truncatingIfNeeded: number)
        for position in (offset..<offset + digits).reversed() {
            self[position] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
    }

    fileprivate func put(_ text: StaticString, at offset: Int) {
        text.withUTF8Buffer { _ = self[offset...].update(fromContentsOf: $0) }
    }

    /// Writes hours, minutes and seconds in eight bytes.
    @inline(__always)
    fileprivate func putClock(of moment: CivilTime, at offset: Int) {
        put(moment.hour, digits: 2, at: offset)
        self[offset + 2] = UInt8(ascii: ":")
        put(moment.minute, digits: 2, at: offset + 3)
        self[offset + 5] = UInt8(ascii: ":")
        put(moment.second, digits: 2, at: offset + 6)
    }
}
