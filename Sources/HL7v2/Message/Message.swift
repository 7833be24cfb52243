/// One HL7 v2 message: its bytes as they came, and where its segments are. Fields are found when they are asked for.
///
///     let message = try Message.parse(bytes)
///     let surname = message.first("PID")?[5].repetition(1).component(1).subcomponent(1).value
///
/// Nothing is changed or lost by reading: `bytes` is what was sent. Immutable and cheap to copy.
public final class Message: Sendable {
    public let bytes: [UInt8]
    public let delimiters: Delimiters
    /// The set that the bytes were verified against and texts are decoded in.
    public let characterSet: CharacterSet
    let rows: [SegmentRow]

    /// A segment's name and its bytes, without terminator.
    struct SegmentRow: Sendable {
        var name: SegmentName
        var range: Range<Int32>
    }

    init(bytes: [UInt8], delimiters: Delimiters, characterSet: CharacterSet, rows: [SegmentRow]) {
        self.bytes = bytes
        self.delimiters = delimiters
        self.characterSet = characterSet
        self.rows = rows
    }

    public var segments: Segments { Segments(message: self) }

    /// The first segment of a name.
    public func first(_ name: SegmentName) -> Segment? {
        rows.firstIndex { $0.name == name }.map { Segment(message: self, row: $0) }
    }

    /// All segments of a name, in order.
    public func all(_ name: SegmentName) -> some Sequence<Segment> {
        segments.lazy.filter { $0.name == name }
    }
}

/// The segments of a message in order.
public struct Segments: RandomAccessCollection, Sendable {
    let message: Message
    public var startIndex: Int { 0 }
    public var endIndex: Int { message.rows.count }
    public subscript(position: Int) -> Segment { Segment(message: message, row: position) }
}

/// The three characters that name a segment: `PID`, `ZA1`.
public struct SegmentName: Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
    private let code: UInt32

    init?(_ bytes: ArraySlice<UInt8>) {
        guard bytes.count == 3, let first = bytes.first, (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(first),
            bytes.allSatisfy(SegmentName.isNameByte)
        else { return nil }
        code = bytes.reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// A name that is known only at run time; nil where it is none.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        self.init(bytes[...])
    }

    public init(stringLiteral value: StaticString) {
        code = value.withUTF8Buffer { $0.prefix(3).reduce(0) { $0 << 8 | UInt32($1) } }
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    public var description: String {
        String(decoding: [UInt8(code >> 16 & 0xFF), UInt8(code >> 8 & 0xFF), UInt8(code & 0xFF)], as: UTF8.self)
    }
}
