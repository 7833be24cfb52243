/// A JSON text that was read once, with an index of its keys and values over the unchanged bytes.
///
/// Nothing is converted: decimals keep their digits, members their order, strings their escapes. Walking a document
/// allocates nothing but the strings that are asked for.
///
/// ```swift
/// let patient = try JSONDocument.parse(body)
/// for name in patient.root.elements("name") { print(name["family"]?.string ?? "–") }
/// ```
public final class JSONDocument: Sendable {
    /// The text as it was sent.
    public let bytes: [UInt8]
    // The memory behind the pointer belongs to this object alone, was filled before it began and is only read until
    // `deinit`: sharing it between threads is safe.
    nonisolated(unsafe) let tape: UnsafePointer<JSONTapeEntry>
    let tapeCount: Int

    /// Takes over the memory of the tape, which holds at least one entry.
    init(bytes: [UInt8], tape: UnsafeMutableBufferPointer<JSONTapeEntry>) {
        self.bytes = bytes
        self.tape = UnsafePointer(tape.baseAddress.unsafelyUnwrapped)
        self.tapeCount = tape.count
    }

    deinit { tape.deallocate() }

    /// Reads a JSON text (RFC 8259) in UTF-8.
    ///
    /// - Throws: ``JSONError`` with the place, if the text is not JSON, names a member twice in one object, is not
    ///   valid UTF-8 without byte order mark, holds U+0000 or half a surrogate pair, or exceeds the limits.
    public static func parse(_ bytes: [UInt8], limits: JSONLimits = .default) throws(JSONError) -> JSONDocument {
        let tape = try bytes.withUnsafeBufferPointer { text throws(JSONError) in
            try JSONParser.parse(text, limits: limits)
        }
        return JSONDocument(bytes: bytes, tape: tape)
    }

    /// The outermost value.
    public var root: JSONNode { JSONNode(document: self, index: 0) }

    /// The value at a tape index that a ``JSONNode/index`` of this document gave.
    public func node(at index: Int32) -> JSONNode {
        precondition(index >= 0 && Int(index) < tapeCount, "no node of this document has that index")
        return JSONNode(document: self, index: index)
    }
}
