/// What R4 asks of the values of its primitive types (2.24.0.1), for texts with all escapes resolved. Nothing here
/// allocates.
public enum PrimitiveRules {
    /// Why a text is no value of a type; nil if it is one.
    public static func fault(in text: UnsafeBufferPointer<UInt8>, of kind: PrimitiveKind) -> PrimitiveFault? {
        if text.isEmpty { return .empty }
        switch kind {
        case .string, .markdown: return stringFault(text)
        case .code: return codeFault(text)
        case .uri, .url, .canonical: return text.contains(where: isSpace) ? .uriSpaces : nil
        case .id: return idFault(text)
        case .dateTime: return DateRules.dateTimeFault(text)
        case .date: return DateRules.dateFault(text)
        case .instant: return DateRules.instantFault(text)
        case .time: return DateRules.timeFault(text)
        case .boolean: return equals(text, "true") || equals(text, "false") ? nil : .notBoolean
        case .integer: return integerFault(text, from: -2_147_483_648, or: .integerRange)
        case .unsignedInt: return integerFault(text, from: 0, or: .unsignedRange)
        case .positiveInt: return integerFault(text, from: 1, or: .positiveRange)
        case .decimal: return decimalFault(text)
        case .base64Binary: return Base64Rules.fault(text)
        case .oid: return oidFault(text)
        case .uuid: return uuidFault(text)
        case .xhtml: return xhtmlFault(text)
        }
    }

    /// The same for a native string.
    public static func fault(in text: String, of kind: PrimitiveKind) -> PrimitiveFault? {
        text.withUTF8Buffer { fault(in: $0, of: kind) }
    }

    @inline(__always)
    static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
    }

    @inline(__always)
    static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

    private static func equals(_ text: UnsafeBufferPointer<UInt8>, _ other: StaticString) -> Bool {
        other.withUTF8Buffer { FactHash.equal(text, $0) }
    }

    private static func starts(_ text: UnsafeBufferPointer<UInt8>, with prefix: StaticString) -> Bool {
        prefix.withUTF8Buffer { text.count >= $0.count && FactHash.equal(.init(rebasing: text[..<$0.count]), $0) }
    }

    private static func stringFault(_ text: UnsafeBufferPointer<UInt8>) -> PrimitiveFault? {
        if text.contains(where: { $0 < 0x20 && !isSpace($0) }) { return .controlCharacter }
        return isTooLong(text) ? .tooLong : nil
    }

    /// Whether UTF-8 holds more than 1024 * 1024 characters.
    static func isTooLong(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard text.count > 1 << 20 else { return false }
        return text.reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) } > 1 << 20
    }

    private static func codeFault(_ text: UnsafeBufferPointer<UInt8>) -> PrimitiveFault? {
        var afterSpace = true
        for byte in text {
            let space = isSpace(byte)
            if space && afterSpace { return .codeSpaces }
            if byte < 0x20 && !space { return .controlCharacter }
            afterSpace = space
        }
        return afterSpace ? .codeSpaces : nil
    }

    private static func idFault(_ text: UnsafeBufferPointer<UInt8>) -> PrimitiveFault? {
        for byte in text {
            let letter = (byte | 0x20) &- 0x61 < 26
            if !letter && !isDigit(byte) && byte != UInt8(ascii: "-") && byte != UInt8(ascii: ".") {
                return .idCharacters
            }
        }
        return text.count > 64 ? .idLength : nil
    }

    private static func integerFault(
        _ text: UnsafeBufferPointer<UInt8>, from minimum: Int64, or range: PrimitiveFault
    ) -> PrimitiveFault? {
        let negative = text[0] == UInt8(ascii: "-")
        let digits = UnsafeBufferPointer(rebasing: text[(negative ? 1 : 0)...])
        guard !digits.isEmpty, digits.allSatisfy(isDigit) else { return .notInteger }
        if digits[0] == UInt8(ascii: "0") && text.count > 1 { return .notInteger }
        if digits.count > 10 { return range }
        let magnitude = digits.reduce(Int64(0)) { $0 * 10 + Int64($1 - 0x30) }
        let value = negative ? -magnitude : magnitude
        return value < minimum || value > 2_147_483_647 ? range : nil
    }

    /// `-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?`, which is also what JSON calls a number.
    private static func decimalFault(_ text: UnsafeBufferPointer<UInt8>) -> PrimitiveFault? {
        var position = text[0] == UInt8(ascii: "-") ? 1 : 0
        func digits() -> Int {
            let start = position
            while position < text.count && isDigit(text[position]) { position += 1 }
            return position - start
        }
        let start = position
        let whole = digits()
        if whole == 0 || (whole > 1 && text[start] == UInt8(ascii: "0")) { return .notDecimal }
        if position < text.count && text[position] == UInt8(ascii: ".") {
            position += 1
            if digits() == 0 { return .notDecimal }
        }
        if position < text.count && text[position] | 0x20 == UInt8(ascii: "e") {
            position += 1
            if position < text.count && (text[position] == UInt8(ascii: "+") || text[position] == UInt8(ascii: "-")) {
                position += 1
            }
            if digits() == 0 { return .notDecimal }
        }
        return position == text.count ? nil : .notDecimal
    }

    /// `urn:oid:[0-2](\.(0|[1-9][0-9]*))+`
    private static func oidFault(_ text: UnsafeBufferPointer<UInt8>) -> PrimitiveFault? {
        guard starts(text, with: "urn:oid:"), text.count > 10, text[8] &- 0x30 < 3 else { return .oidForm }
        var position = 9
        while position < text.count {
            guard text[position] == UInt8(ascii: ".") else { return .oidForm }
            let start = position + 1
            position = start
            while position < text.count && isDigit(text[position]) { position += 1 }
            if position == start || (position > start + 1 && text[start] == UInt8(ascii: "0")) { return .oidForm }
        }
        return nil
    }

    private static func uuidFault(_ text: UnsafeBufferPointer<UInt8>) -> PrimitiveFault? {
        guard starts(text, with: "urn:uuid:"), text.count == 45 else { return .uuidForm }
        for position in 0..<36 {
            let byte = text[9 + position]
            switch position {
            case 8, 13, 18, 23: if byte != UInt8(ascii: "-") { return .uuidForm }
            default: if !isDigit(byte) && byte &- 0x61 >= 6 { return .uuidForm }
            }
        }
        return nil
    }

    /// The beginning alone; what may stand inside a narrative is the business of full validation.
    static func xhtmlFault(_ text: UnsafeBufferPointer<UInt8>) -> PrimitiveFault? {
        guard let first = text.firstIndex(where: { !isSpace($0) }) else { return .notDiv }
        let body = UnsafeBufferPointer(rebasing: text[first...])
        guard starts(body, with: "<div"), body.count > 4 else { return .notDiv }
        let next = body[4]
        // A backslash begins an escaped line feed or tab when the text is raw JSON.
        return isSpace(next) || next == UInt8(ascii: ">") || next == UInt8(ascii: "/") || next == UInt8(ascii: "\\")
            ? nil : .notDiv
    }
}
