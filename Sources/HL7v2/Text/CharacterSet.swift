/// The character sets that messages are read in (a part of table 0211).
public enum CharacterSet: String, Sendable, CaseIterable {
    case ascii
    case utf8
    /// ISO 8859-1; every byte is a character.
    case latin1
    /// ISO 8859-15: Latin-1 with the euro sign and seven other characters.
    case latin9

    /// The name of table 0211.
    public var name: String {
        switch self {
        case .ascii: "ASCII"
        case .utf8: "UNICODE UTF-8"
        case .latin1: "8859/1"
        case .latin9: "8859/15"
        }
    }

    /// The set that a sender means by a value of MSH-18: the table's names and the spellings seen in the field.
    public init?(name: String) {
        switch Self.plain(name) {
        case "ASCII", "USASCII", "ISOIR6": self = .ascii
        case "UNICODEUTF8", "UTF8", "ISOIR192": self = .utf8
        case "88591", "ISO88591", "LATIN1", "ISOIR100": self = .latin1
        case "885915", "ISO885915", "LATIN9", "ISOIR203": self = .latin9
        default: return nil
        }
    }

    /// In capitals, and without what stands between letters and digits.
    private static func plain(_ name: String) -> String {
        String(unsafeUninitializedCapacity: name.utf8.count) { buffer in
            var count = 0
            for byte in name.utf8 {
                switch byte {
                case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: " "), UInt8(ascii: "/"): continue
                case UInt8(ascii: "a")...UInt8(ascii: "z"): buffer[count] = byte - 0x20
                default: buffer[count] = byte
                }
                count += 1
            }
            return count
        }
    }

    /// Where 8859-15 differs from 8859-1 (ISO/IEC 8859-15:1999).
    private static let latin9Scalars: [UInt8: Unicode.Scalar] = [
        0xA4: "€", 0xA6: "Š", 0xA8: "š", 0xB4: "Ž", 0xB8: "ž", 0xBC: "Œ", 0xBD: "œ", 0xBE: "Ÿ",
    ]
    private static let latin9Bytes = Dictionary(
        uniqueKeysWithValues: latin9Scalars.map { ($0.value, $0.key) })

    /// The first byte that is not text in this set, or nil.
    func invalidOffset(in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        switch self {
        case .latin1, .latin9: nil
        case .ascii:
            switch ASCIICheck.end(in: bytes, from: 0) {
            case bytes.count: nil
            case let offset: offset
            }
        case .utf8: UTF8Check.invalidOffset(in: bytes)
        }
    }

    /// Bytes that were checked, as text.
    func decode(_ bytes: some Collection<UInt8>) -> String {
        switch self {
        case .ascii, .utf8: return String(decoding: bytes, as: UTF8.self)
        case .latin1, .latin9:
            if bytes.allSatisfy({ $0 < 0x80 }) { return String(decoding: bytes, as: UTF8.self) }
            var text = ""
            text.unicodeScalars.append(contentsOf: bytes.lazy.map { scalar($0) })
            return text
        }
    }

    private func scalar(_ byte: UInt8) -> Unicode.Scalar {
        self == .latin9 ? Self.latin9Scalars[byte] ?? Unicode.Scalar(byte) : Unicode.Scalar(byte)
    }

    /// Text as bytes; a character that the set does not have becomes `?`.
    func encode(_ text: String) -> [UInt8] {
        switch self {
        case .utf8: Array(text.utf8)
        case .ascii: text.unicodeScalars.map { $0.value < 0x80 ? UInt8($0.value) : UInt8(ascii: "?") }
        case .latin1: text.unicodeScalars.map { $0.value <= 0xFF ? UInt8($0.value) : UInt8(ascii: "?") }
        case .latin9:
            text.unicodeScalars.map { scalar in
                if let byte = Self.latin9Bytes[scalar] { return byte }
                guard scalar.value <= 0xFF else { return UInt8(ascii: "?") }
                let byte = UInt8(scalar.value)
                return Self.latin9Scalars[byte] == nil ? byte : UInt8(ascii: "?")
            }
        }
    }
}

/// How a sender's bytes are read.
public struct CharacterSetPolicy: Sendable, Equatable {
    /// For messages without MSH-18.
    public var fallback: CharacterSet
    /// For senders whose MSH-18 is known to be wrong: read everything in `fallback`.
    public var ignoresHeader: Bool

    public init(fallback: CharacterSet = .utf8, ignoresHeader: Bool = false) {
        self.fallback = fallback
        self.ignoresHeader = ignoresHeader
    }
}
