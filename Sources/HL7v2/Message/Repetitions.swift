/// The repetitions of a field in order, absent ones between others included; none where the field is absent. Each is
/// found behind the one before.
public struct Repetitions: Collection, Sendable {
    /// A place between repetitions.
    public struct Index: Comparable, Sendable {
        let number: Int32
        let extent: Extent

        public static func == (a: Index, b: Index) -> Bool { a.number == b.number }
        public static func < (a: Index, b: Index) -> Bool { a.number < b.number }
    }

    private let message: Message
    private let field: Span
    private let delimiter: UInt8?
    public let startIndex: Index
    /// There is no repetition of that number: a message has fewer bytes.
    public let endIndex = Index(number: .max, extent: Extent(lower: 0, upper: 0))

    init(of field: Span, in message: Message) {
        self.message = message
        self.field = field
        delimiter = message.delimiter(of: .repetition, in: field)
        if let extent = field.extent, !extent.isEmpty {
            startIndex = Self.index(1, from: extent.lower, of: extent, by: delimiter, in: message)
        } else {
            startIndex = endIndex
        }
    }

    public func index(after index: Index) -> Index {
        guard let extent = field.extent, index < endIndex, index.extent.upper < extent.upper else { return endIndex }
        return Self.index(index.number + 1, from: index.extent.upper + 1, of: extent, by: delimiter, in: message)
    }

    public subscript(index: Index) -> Repetition {
        Repetition(message: message, span: field.part(Int(index.number), .repetition, index.extent))
    }

    private static func index(
        _ number: Int32, from lower: Int32, of field: Extent, by delimiter: UInt8?, in message: Message
    ) -> Index {
        guard let delimiter else { return Index(number: number, extent: field) }
        let upper = message.bytes.withUnsafeBufferPointer { Split.end(from: lower, of: field, by: delimiter, in: $0) }
        return Index(number: number, extent: Extent(lower: lower, upper: upper))
    }
}
