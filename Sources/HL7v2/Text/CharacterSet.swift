/// The character sets that messages are read in (a part of table 0211).
public enum CharacterSet: String, Sendable, CaseIterable {
    case ascii
    case utf8
    /// ISO 8859-1; every byte is a character.
    case latin1

    /// The name of table 0211.
    public var name: String {
        switch self {
        case .ascii: "ASCII"
        case .utf8: "UNICODE UTF-8"
        case .latin1: "8859/1"
        }
    }

    /// The set that a sender means by a value of MSH-18: the table's names and the spellings seen in the field.
    public init?(name: String) {
        switch name.uppercased().filter({ $0 != "-" && $0 != "_" && $0 != " " && $0 != "/" }) {
        case "ASCII", "USASCII", "ISOIR6": self = .ascii
        case "UNICODEUTF8", "UTF8", "ISOIR192": self = .utf8
        case "88591", "ISO88591", "LATIN1", "ISOIR100": self = .latin1
        default: return nil
        }
    }

    /// The first byte that is not text in this set, or nil.
    func invalidOffset(in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        switch self {
        case .latin1: nil
        case .ascii: bytes.firstIndex { $0 >= 0x80 }
        case .utf8: UTF8Check.invalidOffset(in: bytes)
        }
    }

    /// Bytes that were checked, as text.
    func decode(_ bytes: some Collection<UInt8>) -> String {
        switch self {
        case .ascii, .utf8: return String(decoding: bytes, as: UTF8.self)
        case .latin1:
            if bytes.allSatisfy({ $0 < 0x80 }) { return String(decoding: bytes, as: UTF8.self) }
            var text = ""
            text.unicodeScalars.append(contentsOf: bytes.lazy.map { Unicode.Scalar($0) })
            return text
        }
    }

    /// Text as bytes; a character that the set does not have becomes `?`.
    func encode(_ text: String) -> [UInt8] {
        switch self {
        case .utf8: Array(text.utf8)
        case .ascii: text.unicodeScalars.map { $0.value < 0x80 ? UInt8($0.value) : UInt8(ascii: "?") }
        case .latin1: text.unicodeScalars.map { $0.value <= 0xFF ? UInt8($0.value) : UInt8(ascii: "?") }
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
