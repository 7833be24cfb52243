/// A place in a document: line and column from 1; a column is a Unicode code point, not a byte.
public struct XMLPosition: Sendable, Hashable, CustomStringConvertible {
    public var line: Int
    public var column: Int

    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    public static let start = XMLPosition(line: 1, column: 1)

    public var description: String { "line \(line), column \(column)" }
}

/// Turns ascending byte offsets of one UTF-8 text into positions, each byte looked at once.
struct PositionCursor {
    private var offset = 0
    private var line = 1
    private var column = 1

    /// The position of the byte at `target`; an offset behind the last one answered starts over.
    mutating func position(at target: Int, in text: UnsafeBufferPointer<UInt8>) -> XMLPosition {
        if target < offset { self = PositionCursor() }
        let end = min(target, text.count)
        while offset < end {
            let byte = text[offset]
            if byte == UInt8(ascii: "\n") {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80, byte != UInt8(ascii: "\r") {
                column += 1
            }
            offset += 1
        }
        return XMLPosition(line: line, column: column)
    }
}
