/// R4's dates and times (2.24.0.1): their form, the calendar, and zones wherever a date has a time.
enum DateRules {
    typealias Text = UnsafeBufferPointer<UInt8>

    static func dateFault(_ text: Text) -> PrimitiveFault? {
        switch scanDate(text) {
        case .failure(let fault): fault
        case .success(let end): end == text.count ? nil : .dateForm
        }
    }

    static func dateTimeFault(_ text: Text) -> PrimitiveFault? {
        switch scanDate(text) {
        case .failure(let fault): return fault
        case .success(let end):
            if end == text.count { return nil }
            guard end == 10, text[end] == UInt8(ascii: "T") else { return .dateForm }
            return timeAndZoneFault(text, from: end + 1)
        }
    }

    static func instantFault(_ text: Text) -> PrimitiveFault? {
        switch scanDate(text) {
        case .failure(let fault): return fault
        case .success(let end):
            guard end == 10, end < text.count, text[end] == UInt8(ascii: "T") else { return .instantIncomplete }
            return timeAndZoneFault(text, from: end + 1)
        }
    }

    static func timeFault(_ text: Text) -> PrimitiveFault? {
        switch scanTime(text, from: 0) {
        case .failure(let fault): fault
        case .success(let end): end == text.count ? nil : .timeWithZone
        }
    }

    private static func timeAndZoneFault(_ text: Text, from start: Int) -> PrimitiveFault? {
        switch scanTime(text, from: start) {
        case .failure(let fault): return fault
        case .success(let end):
            if end == text.count { return .timeWithoutZone }
            return zoneFault(text, from: end)
        }
    }

    /// Two digits as a number; nil if they are not two digits.
    @inline(__always)
    private static func pair(_ text: Text, _ start: Int) -> Int? {
        guard start + 2 <= text.count, PrimitiveRules.isDigit(text[start]), PrimitiveRules.isDigit(text[start + 1])
        else { return nil }
        return Int(text[start] - 0x30) * 10 + Int(text[start + 1] - 0x30)
    }

    /// Where a date ends that begins the text: 4, 7 or 10.
    private static func scanDate(_ text: Text) -> Result<Int, PrimitiveFault> {
        guard let century = pair(text, 0), let rest = pair(text, 2) else { return .failure(.dateForm) }
        let year = century * 100 + rest
        if year == 0 { return .failure(.year) }
        guard text.count > 4, text[4] == UInt8(ascii: "-") else { return .success(4) }
        guard let month = pair(text, 5) else { return .failure(.dateForm) }
        guard (1...12).contains(month) else { return .failure(.month) }
        guard text.count > 7, text[7] == UInt8(ascii: "-") else { return .success(7) }
        guard let day = pair(text, 8) else { return .failure(.dateForm) }
        return (1...days(in: month, of: year)).contains(day) ? .success(10) : .failure(.day)
    }

    private static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 4, 6, 9, 11: 30
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        default: 31
        }
    }

    /// Where `hh:mm:ss` with an optional fraction ends.
    private static func scanTime(_ text: Text, from start: Int) -> Result<Int, PrimitiveFault> {
        let colon = UInt8(ascii: ":")
        guard let hour = pair(text, start), start + 8 <= text.count, text[start + 2] == colon,
            let minute = pair(text, start + 3), text[start + 5] == colon, let second = pair(text, start + 6)
        else { return .failure(.timeForm) }
        if hour > 23 { return .failure(.hour) }
        if minute > 59 { return .failure(.minute) }
        if second > 60 { return .failure(.second) }
        var end = start + 8
        if end < text.count && text[end] == UInt8(ascii: ".") {
            end += 1
            let fraction = end
            while end < text.count && PrimitiveRules.isDigit(text[end]) { end += 1 }
            if end == fraction { return .failure(.timeForm) }
        }
        return .success(end)
    }

    private static func zoneFault(_ text: Text, from start: Int) -> PrimitiveFault? {
        if text[start] == UInt8(ascii: "Z") { return start + 1 == text.count ? nil : .zoneForm }
        guard text[start] == UInt8(ascii: "+") || text[start] == UInt8(ascii: "-"), start + 6 == text.count,
            let hours = pair(text, start + 1), text[start + 3] == UInt8(ascii: ":"), let minutes = pair(text, start + 4)
        else { return .zoneForm }
        if minutes > 59 || hours * 60 + minutes > 14 * 60 { return .offset }
        return nil
    }
}
