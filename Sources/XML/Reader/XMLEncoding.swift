/// The encodings a document may come in. Everything is decoded here, in one place, before libxml2 sees a byte: it is
/// given UTF-8 only, so no converter outside this file is ever chosen by what a document declares.
enum XMLEncoding: String {
    case utf8 = "UTF-8"
    case utf16BigEndian = "UTF-16BE"
    case utf16LittleEndian = "UTF-16LE"
    case latin1 = "ISO-8859-1"
    case ascii = "US-ASCII"
    case windows1252 = "windows-1252"

    /// The names that a declaration may use, in lower case.
    private static let names: [String: XMLEncoding] = [
        "utf-8": .utf8, "utf8": .utf8,
        "iso-8859-1": .latin1, "iso8859-1": .latin1, "iso_8859-1": .latin1, "latin1": .latin1, "l1": .latin1,
        "us-ascii": .ascii, "ascii": .ascii, "iso646-us": .ascii,
        "windows-1252": .windows1252, "cp1252": .windows1252,
    ]

    /// What the first bytes and the declaration say, and how many bytes of byte order mark to leave out.
    /// Follows XML 1.0 appendix F, but guesses nothing: UTF-16 without a mark, UTF-32 and EBCDIC are refused.
    static func detect(_ bytes: UnsafeBufferPointer<UInt8>) throws(XMLError) -> (encoding: XMLEncoding, skip: Int) {
        func starts(_ mark: UInt8...) -> Bool { bytes.starts(with: mark) }
        if starts(0xFF, 0xFE, 0, 0) || starts(0, 0, 0xFE, 0xFF) || starts(0, 0, 0, 0x3C) || starts(0x3C, 0, 0, 0) {
            throw XMLError(.encodingNotSupported("UTF-32"), at: .start)
        }
        if starts(0xFE, 0xFF) { return (.utf16BigEndian, 2) }
        if starts(0xFF, 0xFE) { return (.utf16LittleEndian, 2) }
        if starts(0, 0x3C) || starts(0x3C, 0) {
            throw XMLError(.encodingNotSupported("UTF-16 without byte order mark"), at: .start)
        }
        if starts(0x4C, 0x6F, 0xA7, 0x94) { throw XMLError(.encodingNotSupported("EBCDIC"), at: .start) }

        let marked = starts(0xEF, 0xBB, 0xBF)
        let skip = marked ? 3 : 0
        guard let declared = declaredName(UnsafeBufferPointer(rebasing: bytes[skip...])) else { return (.utf8, skip) }
        let lowered = declared.lowercased()
        guard let encoding = names[lowered] else {
            if lowered.hasPrefix("utf-16") {
                throw XMLError(.encodingMismatch(declared: declared, found: "not UTF-16"), at: .start)
            }
            throw XMLError(.encodingNotSupported(declared), at: .start)
        }
        if marked, encoding != .utf8 {
            throw XMLError(.encodingMismatch(declared: declared, found: "marked as UTF-8"), at: .start)
        }
        return (encoding, skip)
    }

    /// The name in `encoding="…"` of an XML declaration at the very start of ASCII-compatible text.
    static func declaredName(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
        let head = bytes.prefix(256)
        guard head.starts(with: "<?xml".utf8), head.count > 5, isBlank(head[5]),
            let end = head.firstIndex(of: UInt8(ascii: ">"))
        else { return nil }
        var index = 5
        let keyword = Array("encoding".utf8)
        while index + keyword.count < end {
            if isBlank(head[index]), head[(index + 1)...].starts(with: keyword) { break }
            index += 1
        }
        index += 1 + keyword.count
        while index < end, isBlank(head[index]) { index += 1 }
        guard index < end, head[index] == UInt8(ascii: "=") else { return nil }
        index += 1
        while index < end, isBlank(head[index]) { index += 1 }
        guard index < end, head[index] == UInt8(ascii: "\"") || head[index] == UInt8(ascii: "'") else { return nil }
        let quote = head[index]
        let start = index + 1
        guard start <= end, let close = head[start..<end].firstIndex(of: quote) else { return nil }
        return String(decoding: head[start..<close], as: UTF8.self)
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
    }
}
