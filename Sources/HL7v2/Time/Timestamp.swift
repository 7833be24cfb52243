/// A date or time as a sender wrote it, with exactly the precision it has (v2.5.1 ch. 2A §2.A.22 DTM, §2.A.77 TS, §2.A.21
/// DT): `YYYY[MM[DD[HH[MM[SS[.S[S[S[S]]]]]]]]][+/-ZZZZ]`.
///
///     Timestamp("202605081306+0100")?.offsetMinutes   // 60
///     Timestamp("1989")?.precision                    // .year
///
/// Nothing is filled in: what was not written is nil, and no zone is assumed.
public struct Timestamp: Sendable, Hashable {
    public enum Precision: Int, Sendable, Comparable {
        case year, month, day, hour, minute, second, fraction

        public static func < (a: Precision, b: Precision) -> Bool { a.rawValue < b.rawValue }
    }

    public let year: Int
    public let month: Int?
    public let day: Int?
    public let hour: Int?
    public let minute: Int?
    public let second: Int?
    /// The digits behind the decimal point, as written.
    public let fraction: String?
    /// Minutes east of UTC; nil where the sender said none.
    public let offsetMinutes: Int?

    public var precision: Precision {
        if fraction != nil { return .fraction }
        if second != nil { return .second }
        if minute != nil { return .minute }
        if hour != nil { return .hour }
        if day != nil { return .day }
        return month != nil ? .month : .year
    }

    /// Whether a time of day was written, and it is not midnight.
    public var hasTimeOfDay: Bool { (hour ?? 0) != 0 || (minute ?? 0) != 0 || (second ?? 0) != 0 }

    /// Reads a text; nil where it is no date that there is, such as `20260230`, `00000000` or `2026-02-03`.
    public init?(_ text: String) {
        var scan = DigitScan(Array(text.utf8))
        guard let year = scan.number(4), year > 0 else { return nil }
        self.year = year
        month = scan.number(2)
        day = month == nil ? nil : scan.number(2)
        hour = day == nil ? nil : scan.number(2)
        minute = hour == nil ? nil : scan.number(2)
        second = minute == nil ? nil : scan.number(2)
        fraction = second == nil ? nil : scan.fraction()
        offsetMinutes = scan.offset()
        guard scan.isAtEnd, isOnCalendar else { return nil }
    }

    private var isOnCalendar: Bool {
        guard (1...12).contains(month ?? 1), (1...Calendar.days(in: month ?? 1, of: year)).contains(day ?? 1),
            (hour ?? 0) < 24, (minute ?? 0) < 60, (second ?? 0) <= 60
        else { return false }
        return abs(offsetMinutes ?? 0) <= 14 * 60
    }

    /// Seconds from 1970-01-01T00:00:00 to the beginning of what is named, as if it were written in UTC.
    public var localSeconds: Int64 {
        let days = Calendar.days(since1970: year, month ?? 1, day ?? 1)
        return Int64(days) * 86_400 + Int64((hour ?? 0) * 3_600 + (minute ?? 0) * 60 + min(second ?? 0, 59))
    }

    /// The fraction of a second in microseconds.
    public var fractionMicroseconds: Int64 {
        guard let fraction else { return 0 }
        let digits = fraction.prefix(6)
        return (Int64(digits) ?? 0) * [1_000_000, 100_000, 10_000, 1_000, 100, 10, 1][digits.count]
    }
}

/// Takes digits from the front of a text.
private struct DigitScan {
    private let text: [UInt8]
    private var position = 0

    init(_ text: [UInt8]) { self.text = text }

    var isAtEnd: Bool { position == text.count }

    /// That many digits as a number; nil, and nothing taken, where there are fewer.
    mutating func number(_ count: Int) -> Int? {
        guard position + count <= text.count else { return nil }
        var value = 0
        for byte in text[position..<(position + count)] {
            guard (0x30...0x39).contains(byte) else { return nil }
            value = value * 10 + Int(byte - 0x30)
        }
        position += count
        return value
    }

    /// Up to nine digits behind a point.
    mutating func fraction() -> String? {
        guard position < text.count, text[position] == UInt8(ascii: ".") else { return nil }
        let digits = text[(position + 1)...].prefix { (0x30...0x39).contains($0) }
        guard (1...9).contains(digits.count) else { return nil }
        position += 1 + digits.count
        return String(decoding: digits, as: UTF8.self)
    }

    /// `+HHMM`, or the `+HH` and `+HH:MM` that some peers write, as minutes; `Z` as 0.
    mutating func offset() -> Int? {
        guard position < text.count else { return nil }
        let start = position
        let sign = text[position]
        position += 1
        if sign == UInt8(ascii: "Z") { return 0 }
        guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"), let hours = number(2) else {
            position = start
            return nil
        }
        if position < text.count, text[position] == UInt8(ascii: ":") { position += 1 }
        let minutes = number(2) ?? 0
        guard minutes < 60 else {
            position = start
            return nil
        }
        return (sign == UInt8(ascii: "-") ? -1 : 1) * (hours * 60 + minutes)
    }
}

/// The Gregorian calendar.
enum Calendar {
    static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 4, 6, 9, 11: 30
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        default: 31
        }
    }

    static func days(since1970 year: Int, _ month: Int, _ day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
