/// The backslash of search values: `\,`, `\|`, `\$` and `\\` stand for the character itself
/// (R4 search.html §3.1.1.4.2). A backslash before anything else is an ordinary character.
public enum SearchEscape {
    /// The parts between separators that are not escaped; escapes stay as they are.
    public static func split(_ text: Substring, at separator: Unicode.Scalar) -> [Substring] {
        let bytes = text.utf8
        let separator = UInt8(ascii: separator)
        var parts: [Substring] = []
        var start = bytes.startIndex
        var index = start
        while index < bytes.endIndex {
            let next = bytes.index(after: index)
            if bytes[index] == UInt8(ascii: "\\"), next < bytes.endIndex, isSpecial(bytes[next]) {
                index = bytes.index(after: next)
                continue
            }
            if bytes[index] == separator {
                parts.append(text[start..<index])
                start = next
            }
            index = next
        }
        parts.append(text[start...])
        return parts
    }

    public static func unescaped(_ text: Substring) -> String {
        guard text.utf8.contains(UInt8(ascii: "\\")) else { return String(text) }
        var output: [UInt8] = []
        output.reserveCapacity(text.utf8.count)
        var isEscaped = false
        for byte in text.utf8 {
            if isEscaped {
                if !isSpecial(byte) { output.append(UInt8(ascii: "\\")) }
                output.append(byte)
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else {
                output.append(byte)
            }
        }
        if isEscaped { output.append(UInt8(ascii: "\\")) }
        return String(decoding: output, as: UTF8.self)
    }

    /// The text as a value that means just this.
    public static func escaped(_ text: String) -> String {
        var output: [UInt8] = []
        for byte in text.utf8 {
            if isSpecial(byte) { output.append(UInt8(ascii: "\\")) }
            output.append(byte)
        }
        return String(decoding: output, as: UTF8.self)
    }

    private static func isSpecial(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: ","), UInt8(ascii: "|"), UInt8(ascii: "$"), UInt8(ascii: "\\"): true
        default: false
        }
    }
}
