/// One segment: a view on its message. `segment[3]` is its third field, as the standard counts: in MSH, field 1 is the
/// field separator itself.
public struct Segment: Sendable {
    public let message: Message
    let row: Int

    public var name: SegmentName { message.index.rows[row].name }

    /// Its bytes without terminator.
    public var bytes: ArraySlice<UInt8> { message.bytes[range] }

    var range: Range<Int> { message.index.rows[row].range }

    /// Which of the segments of its name this is, from 1.
    public var sequence: Int {
        let name = self.name
        return message.index.rows[...row].reduce(0) { $0 + ($1.name == name ? 1 : 0) }
    }

    public var place: Place { Place(segment: name.description, sequence: sequence) }

    /// A field by number from 1; fields beyond the last one sent are absent.
    public subscript(number: Int) -> Field {
        Field(message: message, span: Span(field: number, of: row, extent: message.index.field(number, of: row)))
    }

    /// How many fields were sent, counting MSH-1.
    public var fieldCount: Int { message.index.fieldCount(row) }

    /// Whether a field was not sent, or holds nothing.
    public func isAbsent(_ number: Int) -> Bool { message.index.field(number, of: row)?.isEmpty ?? true }

    /// Whether a field says anything: a delimiter alone says nothing.
    public func isSent(_ number: Int) -> Bool {
        guard let extent = message.index.field(number, of: row) else { return false }
        let delimiters = message.delimiters
        return message.bytes[extent.range].contains { byte in
            byte != delimiters.component && byte != delimiters.repetition && byte != delimiters.subcomponent
                && byte != 0x20
        }
    }
}
