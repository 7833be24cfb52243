/// Escape sequences (v2.5.1 ch. 2 §2.7), read in one pass, so that `\E\T\E\` is the three characters `\T\` and nothing
/// more.
///
/// Decoded: the delimiters `\F\ \S\ \T\ \R\ \E\ \P\`, bytes `\Xhh…\` in the message's character set, and of the
/// formatting commands those that are line ends in plain text (`\.br\`, `\.sp\`, `\.sp2\`). Highlighting (`\H\`, `\N\`)
/// marks text and is none, so it is left out. Everything else, and what is no sequence at all (a lone backslash, bytes
/// that are not text), is kept as it was sent.
enum Escape {
    static func decode(
        _ range: Range<Int>, of bytes: [UInt8], delimiters: Delimiters, characterSet: CharacterSet
    ) -> String {
        let plain: String? = bytes.withUnsafeBufferPointer { bytes in
            let part = UnsafeBufferPointer(rebasing: bytes[range.clamped(to: bytes.indices)])
            if let mark = delimiters.escape, part.contains(mark) { return nil }
            return characterSet.decode(part)
        }
        return plain ?? decode(bytes[range], delimiters: delimiters, characterSet: characterSet)
    }

    private static func decode(
        _ bytes: ArraySlice<UInt8>, delimiters: Delimiters, characterSet: CharacterSet
    ) -> String {
        guard let mark = delimiters.escape, let first = bytes.firstIndex(of: mark) else {
            return characterSet.decode(bytes)
        }
        var text = characterSet.decode(bytes[..<first])
        var rest = bytes[first...]
        while let open = rest.firstIndex(of: mark) {
            text += characterSet.decode(rest[..<open])
            guard let close = rest[(open + 1)...].firstIndex(of: mark) else {
                rest = rest[open...]
                return text + characterSet.decode(rest)
            }
            let body = rest[(open + 1)..<close]
            if let decoded = decode(body: body, delimiters: delimiters, characterSet: characterSet) {
                text += decoded
                rest = rest[(close + 1)...]
            } else if isSequence(body) {
                text += characterSet.decode(rest[open...close])
                rest = rest[(close + 1)...]
            } else {
                // A lone escape character: what follows may begin a sequence of its own.
                text += characterSet.decode(rest[open..<close])
                rest = rest[close...]
            }
        }
        return text + characterSet.decode(rest)
    }

    /// What stands between two escape characters, as text; nil if it is nothing that we decode.
    private static func decode(
        body: ArraySlice<UInt8>, delimiters: Delimiters, characterSet: CharacterSet
    ) -> String? {
        guard let kind = body.first else { return nil }
        if body.count == 1 {
            switch kind {
            case UInt8(ascii: "F"): return character(delimiters.field)
            case UInt8(ascii: "S"): return character(delimiters.component)
            case UInt8(ascii: "T"): return character(delimiters.subcomponent)
            case UInt8(ascii: "R"): return character(delimiters.repetition)
            case UInt8(ascii: "E"): return character(delimiters.escape)
            case UInt8(ascii: "P"): return character(delimiters.truncation)
            case UInt8(ascii: "H"), UInt8(ascii: "N"): return ""
            default: return nil
            }
        }
        if kind == UInt8(ascii: "X") { return hexadecimal(body.dropFirst(), characterSet: characterSet) }
        if kind == UInt8(ascii: ".") { return lineEnds(body.dropFirst()) }
        return nil
    }

    private static func character(_ byte: UInt8?) -> String? {
        byte.map { String(Unicode.Scalar($0)) }
    }

    private static func hexadecimal(_ digits: ArraySlice<UInt8>, characterSet: CharacterSet) -> String? {
        guard digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count / 2)
        var high: UInt8?
        for digit in digits {
            guard let value = hexadecimalValue(digit) else { return nil }
            if let upper = high {
                bytes.append(upper << 4 | value)
                high = nil
            } else {
                high = value
            }
        }
        let isText = bytes.withUnsafeBufferPointer { characterSet.invalidOffset(in: $0) == nil }
        // NUL is text in no sense that a record could keep.
        return isText && !bytes.contains(0) ? characterSet.decode(bytes) : nil
    }

    private static func hexadecimalValue(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        default: nil
        }
    }

    /// `br`, `sp` and `spN`, N up to 99.
    private static func lineEnds(_ command: ArraySlice<UInt8>) -> String? {
        if command.elementsEqual("br".utf8) || command.elementsEqual("sp".utf8) { return "\n" }
        guard command.starts(with: "sp".utf8), command.count <= 4,
            let count = Int(String(decoding: command.dropFirst(2), as: UTF8.self)), count > 0
        else { return nil }
        return String(repeating: "\n", count: count)
    }

    /// Whether it has the form of a sequence that we do not know: short, or a command, or a local or charset one.
    private static func isSequence(_ body: ArraySlice<UInt8>) -> Bool {
        guard let kind = body.first else { return false }
        switch kind {
        case UInt8(ascii: "C"), UInt8(ascii: "M"), UInt8(ascii: "X"), UInt8(ascii: "Z"), UInt8(ascii: "."):
            return !body.contains(UInt8(ascii: " "))
        default:
            return body.count == 1 && (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(kind)
        }
    }

    /// Text as the bytes of one primitive: delimiters escaped, line ends as `\.br\`, or replaced by blanks where the
    /// message has no escape character.
    static func encode(_ text: String, delimiters: Delimiters, characterSet: CharacterSet) -> [UInt8] {
        var bytes: [UInt8] = []
        var isAfterReturn = false
        for byte in characterSet.encode(text) {
            defer { isAfterReturn = byte == 0x0D }
            if byte == 0x0A, isAfterReturn { continue }
            let letters: String
            switch byte {
            case delimiters.field: letters = "F"
            case delimiters.component: letters = "S"
            case delimiters.subcomponent: letters = "T"
            case delimiters.repetition: letters = "R"
            case delimiters.escape: letters = "E"
            case delimiters.truncation: letters = "P"
            case 0x0D, 0x0A: letters = ".br"
            case 0..<0x20: letters = "X" + hexadecimal(byte)
            default:
                bytes.append(byte)
                continue
            }
            guard let mark = delimiters.escape else {
                bytes.append(UInt8(ascii: " "))
                continue
            }
            bytes.append(mark)
            bytes.append(contentsOf: letters.utf8)
            bytes.append(mark)
        }
        return bytes
    }

    private static func hexadecimal(_ byte: UInt8) -> String {
        let digits = Array("0123456789ABCDEF")
        return String([digits[Int(byte >> 4)], digits[Int(byte & 15)]])
    }
}
