/// The time that a FHIR date speaks of: from `lower` up to but without `upper`, in microseconds since
/// 1970-01-01T00:00Z.
///
/// `2024-03` is the whole month and `2024-03-01T10:00:00.5Z` a tenth of a second: a value is as wide as the last place
/// that was written. An end that nobody gave is `Int64.min` or `Int64.max`.
///
/// Source: R4 datatypes (date, dateTime, instant, Period), search.html §3.1.1.4.7.
public struct DateRange: Sendable, Hashable {
    /// Microseconds since 1970, included.
    public let lower: Int64
    /// Microseconds since 1970, excluded.
    public let upper: Int64

    /// An end that is open.
    public static let openLower = Int64.min
    public static let openUpper = Int64.max

    public init(lower: Int64, upper: Int64) {
        self.lower = lower
        self.upper = upper
    }

    /// A date, dateTime, instant or a part of one (`2024-03-01T10:00`), or `nil` when the text is none.
    ///
    /// - Parameter defaultOffset: seconds east of UTC for a value that names no zone.
    public init?(fhir text: String, defaultOffset: Int = 0) {
        var text = text
        let range = text.withUTF8 { bytes in DateRange(fhir: bytes, defaultOffset: defaultOffset) }
        guard let range else { return nil }
        self = range
    }

    /// The same from bytes.
    public init?(fhir bytes: UnsafeBufferPointer<UInt8>, defaultOffset: Int = 0) {
        var scanner = DateScanner(bytes)
        guard let range = scanner.scan(defaultOffset: defaultOffset) else { return nil }
        self = range
    }

    /// The ends of several ranges taken together.
    public func union(_ other: DateRange) -> DateRange {
        DateRange(lower: min(lower, other.lower), upper: max(upper, other.upper))
    }

    public func contains(_ other: DateRange) -> Bool {
        lower <= other.lower && other.upper <= upper
    }
}

/// Reads one date from bytes: `YYYY[-MM[-DD[Thh:mm[:ss[.f+]][zone]]]]`, years 0001 to 9999, proleptic Gregorian.
///
/// Second 60 is the first of the next minute, as in POSIX time. Digits beyond the microsecond are dropped.
struct DateScanner {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var cursor = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    mutating func scan(defaultOffset: Int) -> DateRange? {
        guard let year = digits(4), year >= 1 else { return nil }
        let offset = Int64(defaultOffset) * 1_000_000
        guard take("-") else {
            let end = CalendarDay.number(year: year + 1, month: 1, day: 1)
            return finished(CalendarDay.number(year: year, month: 1, day: 1), end, offset)
        }
        guard let month = digits(2), 1...12 ~= month else { return nil }
        let first = CalendarDay.number(year: year, month: month, day: 1)
        let next = first + CalendarDay.count(year: year, month: month)
        guard take("-") else {
            return finished(first, next, offset)
        }
        guard let day = digits(2), day >= 1, first + Int64(day) <= next else { return nil }
        let number = first + Int64(day) - 1
        guard take("T") else {
            return finished(number, number + 1, offset)
        }
        return time(startOfDay: number * CalendarDay.microseconds, defaultOffset: offset)
    }

    private mutating func time(startOfDay: Int64, defaultOffset: Int64) -> DateRange? {
        guard let hour = digits(2), hour < 24, take(":"), let minute = digits(2), minute < 60 else { return nil }
        var lower = startOfDay + Int64(hour * 60 + minute) * 60_000_000
        var width: Int64 = 60_000_000
        if take(":") {
            guard let second = digits(2), second <= 60 else { return nil }
            lower += Int64(second) * 1_000_000
            width = 1_000_000
            if take(".") {
                guard let fraction = fraction(&width) else { return nil }
                lower += fraction
            }
        }
        guard let offset = zone(defaultOffset), cursor == bytes.count else { return nil }
        return DateRange(lower: lower - offset, upper: lower - offset + width)
    }

    /// Microseconds of the fraction; `width` becomes that of its last place, at least one microsecond.
    private mutating func fraction(_ width: inout Int64) -> Int64? {
        let start = cursor
        var value: Int64 = 0
        while cursor < bytes.count, bytes[cursor] &- 0x30 < 10 {
            if width > 1 {
                width /= 10
                value += Int64(bytes[cursor] &- 0x30) * width
            }
            cursor += 1
        }
        return cursor > start ? value : nil
    }

    /// Microseconds east of UTC: `Z`, `+hh:mm`, `-hh:mm`, or the default when nothing is left.
    private mutating func zone(_ defaultOffset: Int64) -> Int64? {
        if cursor == bytes.count { return defaultOffset }
        if take("Z") { return 0 }
        let isEast = take("+")
        guard isEast || take("-") else { return nil }
        guard let hour = digits(2), hour <= 14, take(":"), let minute = digits(2), minute < 60 else { return nil }
        let offset = Int64(hour * 60 + minute) * 60_000_000
        return isEast ? offset : -offset
    }

    private func finished(_ first: Int64, _ next: Int64, _ offset: Int64) -> DateRange? {
        guard cursor == bytes.count else { return nil }
        return DateRange(
            lower: first * CalendarDay.microseconds - offset, upper: next * CalendarDay.microseconds - offset)
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard cursor < bytes.count, bytes[cursor] == UInt8(ascii: character) else { return false }
        cursor += 1
        return true
    }

    private mutating func digits(_ count: Int) -> Int? {
        guard cursor + count <= bytes.count else { return nil }
        var value = 0
        for index in cursor..<cursor + count {
            let digit = bytes[index] &- 0x30
            guard digit < 10 else { return nil }
            value = value * 10 + Int(digit)
        }
        cursor += count
        return value
    }
}
