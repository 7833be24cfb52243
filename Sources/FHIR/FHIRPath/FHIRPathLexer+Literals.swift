extension FHIRPathLexer {
    /// Text between quotes or backticks with its escapes resolved (FHIRPath N1 §4.1.3).
    mutating func quoted() throws(FHIRPathError) -> String {
        let start = cursor
        let quote = bytes[cursor]
        cursor += 1
        var content: [UInt8] = []
        while let byte = peek(), byte != quote {
            cursor += 1
            if byte == UInt8(ascii: "\\") {
                try escape(into: &content)
            } else {
                content.append(byte)
            }
        }
        guard cursor < bytes.count else { throw .unterminated(offset: start) }
        cursor += 1
        return String(decoding: content, as: UTF8.self)
    }

    /// What follows a backslash.
    private mutating func escape(into content: inout [UInt8]) throws(FHIRPathError) {
        guard let byte = peek() else { throw .invalidEscape(offset: cursor) }
        cursor += 1
        switch byte {
        case UInt8(ascii: "r"): content.append(0x0D)
        case UInt8(ascii: "n"): content.append(0x0A)
        case UInt8(ascii: "t"): content.append(0x09)
        case UInt8(ascii: "f"): content.append(0x0C)
        case UInt8(ascii: "`"), UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"):
            content.append(byte)
        case UInt8(ascii: "u"):
            content.append(contentsOf: String(try unicodeEscape()).utf8)
        default: throw .invalidEscape(offset: cursor - 2)
        }
    }

    /// `\uXXXX`, and a surrogate pair of two of them.
    private mutating func unicodeEscape() throws(FHIRPathError) -> Unicode.Scalar {
        let start = cursor - 2
        let first = try hexUnit(start)
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first < 0xDC00, peek() == UInt8(ascii: "\\"), peek(1) == UInt8(ascii: "u") else {
            throw .invalidEscape(offset: start)
        }
        cursor += 2
        let second = try hexUnit(start)
        guard 0xDC00...0xDFFF ~= second,
            let scalar = Unicode.Scalar(0x10000 + (UInt32(first) - 0xD800) << 10 + UInt32(second) - 0xDC00)
        else { throw .invalidEscape(offset: start) }
        return scalar
    }

    private mutating func hexUnit(_ start: Int) throws(FHIRPathError) -> UInt16 {
        guard cursor + 4 <= bytes.count,
            bytes[cursor..<cursor + 4].allSatisfy({ $0.isDigit || ($0 | 0x20) &- 0x61 < 6 }),
            let unit = UInt16(String(decoding: bytes[cursor..<cursor + 4], as: UTF8.self), radix: 16)
        else { throw .invalidEscape(offset: start) }
        cursor += 4
        return unit
    }

    /// `@2015-02`, `@2015-02-04T14:34Z`, `@T14:34`: the form is checked here, the calendar where it is used.
    mutating func temporal() throws(FHIRPathError) -> FHIRPathLiteral {
        let start = cursor
        cursor += 1
        let first = cursor
        if peek() == UInt8(ascii: "T") {
            cursor += 1
            guard takeTime() else { throw .invalidLiteral(offset: start) }
            return .time(String(decoding: bytes[first + 1..<cursor], as: UTF8.self))
        }
        guard takeDigits(4) else { throw .invalidLiteral(offset: start) }
        if takeGroup(UInt8(ascii: "-")) { _ = takeGroup(UInt8(ascii: "-")) }
        guard peek() == UInt8(ascii: "T") else {
            return .date(String(decoding: bytes[first..<cursor], as: UTF8.self))
        }
        cursor += 1
        if takeTime() { takeZone() }
        return .dateTime(String(decoding: bytes[first..<cursor], as: UTF8.self))
    }

    /// `hh[:mm[:ss[.f+]]]`
    private mutating func takeTime() -> Bool {
        guard takeDigits(2) else { return false }
        guard takeGroup(UInt8(ascii: ":")), takeGroup(UInt8(ascii: ":")) else { return true }
        if peek() == UInt8(ascii: "."), let digit = peek(1), digit.isDigit {
            cursor += 1
            skipDigits()
        }
        return true
    }

    private mutating func takeZone() {
        if peek() == UInt8(ascii: "Z") {
            cursor += 1
        } else if let sign = peek(), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
            let start = cursor
            if !(takeGroup(sign) && takeGroup(UInt8(ascii: ":"))) { cursor = start }
        }
    }

    /// A separator and two digits, or nothing.
    private mutating func takeGroup(_ separator: UInt8) -> Bool {
        guard peek() == separator, let first = peek(1), let second = peek(2), first.isDigit, second.isDigit else {
            return false
        }
        cursor += 3
        return true
    }

    private mutating func takeDigits(_ count: Int) -> Bool {
        guard cursor + count <= bytes.count, bytes[cursor..<cursor + count].allSatisfy(\.isDigit) else { return false }
        cursor += count
        return true
    }
}
