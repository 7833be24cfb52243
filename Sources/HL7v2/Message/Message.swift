/// One HL7 v2 message: its bytes as they came, and where its segments and fields are. What fields are divided into is
/// found when it is asked for.
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
    let index: SegmentIndex

    init(bytes: [UInt8], delimiters: Delimiters, characterSet: CharacterSet, index: SegmentIndex) {
        self.bytes = bytes
        self.delimiters = delimiters
        self.characterSet = characterSet
        self.index = index
    }

    public var segments: Segments { Segments(message: self) }

    /// The first segment of a name.
    public func first(_ name: SegmentName) -> Segment? {
        index.rows.firstIndex { $0.name == name }.map { Segment(message: self, row: $0) }
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
    public var endIndex: Int { message.index.rows.count }
    public subscript(position: Int) -> Segment { Segment(message: message, row: position) }
}
