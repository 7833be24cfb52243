/// The characters that divide a message, as its own MSH-1 and MSH-2 say (v2.5.1 ch. 2 §2.5.4).
///
/// MSH-2 may be short: a sender that never escapes need not name an escape character, and then there is none.
public struct Delimiters: Sendable, Equatable {
    public var field: UInt8
    public var component: UInt8?
    public var repetition: UInt8?
    public var escape: UInt8?
    public var subcomponent: UInt8?
    /// From v2.7 (`#`): ends a text that was cut.
    public var truncation: UInt8?

    public init(
        field: UInt8, component: UInt8?, repetition: UInt8?, escape: UInt8?, subcomponent: UInt8?,
        truncation: UInt8? = nil
    ) {
        self.field = field
        self.component = component
        self.repetition = repetition
        self.escape = escape
        self.subcomponent = subcomponent
        self.truncation = truncation
    }

    /// `|^~\&`
    public static let standard = Delimiters(
        field: UInt8(ascii: "|"), component: UInt8(ascii: "^"), repetition: UInt8(ascii: "~"),
        escape: UInt8(ascii: "\\"), subcomponent: UInt8(ascii: "&"))

    /// The delimiters that stand in bytes beginning with a header segment, or nil where that cannot be: too short, a
    /// letter or control character as delimiter, or one character with two meanings.
    public init?(header: some RandomAccessCollection<UInt8>) {
        let bytes = header.prefix(10)
        guard bytes.count >= 5 else { return nil }
        let field = bytes[bytes.index(bytes.startIndex, offsetBy: 3)]
        guard Delimiters.canDelimit(field) else { return nil }
        var found: [UInt8] = []
        for byte in bytes.dropFirst(4) {
            if byte == field || byte == UInt8(ascii: "\r") || byte == UInt8(ascii: "\n") { break }
            guard Delimiters.canDelimit(byte), !found.contains(byte) else { return nil }
            found.append(byte)
        }
        guard (1...5).contains(found.count) else { return nil }
        func at(_ place: Int) -> UInt8? { place < found.count ? found[place] : nil }
        self.init(
            field: field, component: at(0), repetition: at(1), escape: at(2), subcomponent: at(3), truncation: at(4))
    }

    private static func canDelimit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"): false
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "\""): false
        default: byte > 0x20 && byte < 0x7F
        }
    }

    /// MSH-2 as it is written.
    public var encodingCharacters: [UInt8] {
        [component, repetition, escape, subcomponent, truncation].compactMap { $0 }
    }
}
