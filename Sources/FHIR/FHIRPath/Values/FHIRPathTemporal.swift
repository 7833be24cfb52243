/// A date, a date with time, or a time of day with the precision it was written with (FHIRPath N1 §4.1.6 to §4.1.8).
public struct FHIRPathTemporal: Sendable, Hashable {
    public enum Precision: UInt8, Sendable, Comparable {
        case year, month, day, hour, minute, second, fraction

        public static func < (left: Precision, right: Precision) -> Bool { left.rawValue < right.rawValue }
    }

    public enum Form: UInt8, Sendable { case date, dateTime, time }

    public var form: Form
    public var precision: Precision
    /// Microseconds since 1970-01-01T00:00 (of a time: since midnight) on the clock of its own zone; what was not written
    /// is at its beginning.
    public var local: Int64
    /// Minutes east of UTC, if a zone was written.
    public var offset: Int32?
    /// Digits of the second's fraction as written.
    public var digits: UInt8

    /// The same moment on UTC's clock, where a zone is known.
    var instant: Int64 { local - Int64(offset ?? 0) * 60_000_000 }

    init(form: Form, precision: Precision, local: Int64, offset: Int32? = nil, digits: UInt8 = 0) {
        self.form = form
        self.precision = precision
        self.local = local
        self.offset = offset
        self.digits = digits
    }

    init(_ value: FHIRPathValue) {
        form = value.kind == .date ? .date : value.kind == .time ? .time : .dateTime
        precision = Precision(rawValue: value.flag) ?? .fraction
        local = Int64(bitPattern: value.low)
        offset = value.index == Int32.min ? nil : value.index
        digits = UInt8(truncatingIfNeeded: value.companion)
    }

    var value: FHIRPathValue {
        FHIRPathValue(
            kind: form == .date ? .date : form == .time ? .time : .dateTime, flag: precision.rawValue,
            index: offset ?? Int32.min, companion: Int32(digits), low: UInt64(bitPattern: local))
    }

    /// The calendar's parts of a date or dateTime.
    var civil: CivilTime { CivilTime(microseconds: local) }

    /// Microseconds within the second.
    var fraction: Int64 {
        let rest = local % 1_000_000
        return rest < 0 ? rest + 1_000_000 : rest
    }
}

/// Reading. Partial forms are allowed everywhere, as FHIRPath allows them: `2015-02-04T14`.
extension FHIRPathTemporal {
    /// `2015`, `2015-02`, `2015-02-04`
    init?(date text: UnsafeBufferPointer<UInt8>) {
        var scanner = FHIRPathTemporalScanner(text)
        guard let day = scanner.date(), scanner.isAtEnd else { return nil }
        self.init(form: .date, precision: day.precision, local: day.local)
    }

    /// `2015`, `2015-02-04T`, `2015-02-04T14:34:28.123+10:00`
    init?(dateTime text: UnsafeBufferPointer<UInt8>) {
        var scanner = FHIRPathTemporalScanner(text)
        guard let day = scanner.date() else { return nil }
        self.init(form: .dateTime, precision: day.precision, local: day.local)
        guard scanner.take(UInt8(ascii: "T")), !scanner.isAtEnd else {
            if scanner.isAtEnd { return }
            return nil
        }
        guard precision == .day, let clock = scanner.time() else { return nil }
        precision = clock.precision
        local += clock.local
        digits = clock.digits
        guard let zone = scanner.zone(), scanner.isAtEnd else { return nil }
        offset = zone
    }

    /// `14`, `14:34`, `14:34:28.123`
    init?(time text: UnsafeBufferPointer<UInt8>) {
        var scanner = FHIRPathTemporalScanner(text)
        guard let clock = scanner.time(), scanner.isAtEnd else { return nil }
        self.init(form: .time, precision: clock.precision, local: clock.local, digits: clock.digits)
    }
}

/// Reads dates and times from bytes; values out of the calendar are refused.
struct FHIRPathTemporalScanner {
    private let text: UnsafeBufferPointer<UInt8>
    private var cursor = 0

    init(_ text: UnsafeBufferPointer<UInt8>) { self.text = text }

    var isAtEnd: Bool { cursor == text.count }

    mutating func take(_ byte: UInt8) -> Bool {
        guard cursor < text.count, text[cursor] == byte else { return false }
        cursor += 1
        return true
    }

    private mutating func number(_ count: Int) -> Int? {
        guard cursor + count <= text.count else { return nil }
        var value = 0
        for byte in text[cursor..<cursor + count] {
            guard byte.isDigit else { return nil }
            value = value * 10 + Int(byte - 0x30)
        }
        cursor += count
        return value
    }

    mutating func date() -> (precision: FHIRPathTemporal.Precision, local: Int64)? {
        guard let year = number(4), year > 0 else { return nil }
        var (month, day) = (1, 1)
        var precision = FHIRPathTemporal.Precision.year
        if take(UInt8(ascii: "-")) {
            guard let value = number(2), 1...12 ~= value else { return nil }
            month = value
            precision = .month
            if take(UInt8(ascii: "-")) {
                guard let value = number(2), value >= 1, value <= CalendarDay.count(year: year, month: month) else {
                    return nil
                }
                day = value
                precision = .day
            }
        }
        return (precision, CalendarDay.number(year: year, month: month, day: day) * CalendarDay.microseconds)
    }

    mutating func time() -> (precision: FHIRPathTemporal.Precision, local: Int64, digits: UInt8)? {
        guard let hour = number(2), hour < 24 else { return nil }
        var local = Int64(hour) * 3_600_000_000
        guard take(UInt8(ascii: ":")) else { return (.hour, local, 0) }
        guard let minute = number(2), minute < 60 else { return nil }
        local += Int64(minute) * 60_000_000
        guard take(UInt8(ascii: ":")) else { return (.minute, local, 0) }
        guard let second = number(2), second <= 60 else { return nil }
        local += Int64(second) * 1_000_000
        guard take(UInt8(ascii: ".")) else { return (.second, local, 0) }
        var scale: Int64 = 100_000
        var digits: UInt8 = 0
        while cursor < text.count, text[cursor].isDigit {
            local += Int64(text[cursor] - 0x30) * scale
            scale /= 10
            if digits < 250 { digits += 1 }
            cursor += 1
        }
        return digits == 0 ? nil : (.fraction, local, digits)
    }

    /// The zone's minutes; `.some(nil)` if none is written, nil if it is malformed.
    mutating func zone() -> Int32?? {
        if isAtEnd { return .some(nil) }
        if take(UInt8(ascii: "Z")) { return 0 }
        let sign: Int32
        if take(UInt8(ascii: "+")) {
            sign = 1
        } else if take(UInt8(ascii: "-")) {
            sign = -1
        } else {
            return nil
        }
        guard let hours = number(2), take(UInt8(ascii: ":")), let minutes = number(2), hours <= 14, minutes < 60 else {
            return nil
        }
        return sign * Int32(hours * 60 + minutes)
    }
}
