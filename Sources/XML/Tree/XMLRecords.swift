/// The rows of a document's tree. Names are numbers into one table of strings, text is a range of one byte buffer, and
/// links are row numbers: a document is a handful of arrays, however many elements it has.
public struct XMLNodeRecord: Sendable {
    /// The local name's number; -1 marks text.
    public internal(set) var name: Int32
    public internal(set) var prefix: Int32 = -1
    /// The number of the namespace's name (URI); -1 is none.
    public internal(set) var namespace: Int32 = -1
    /// Row of the element that it stands in; -1 for the root.
    public internal(set) var parent: Int32
    public internal(set) var firstChild: Int32 = -1
    public internal(set) var lastChild: Int32 = -1
    /// Row of the next element or text in the same parent; -1 behind the last.
    public internal(set) var next: Int32 = -1
    /// Rows of `attributes`.
    public internal(set) var attributes: Range<Int32> = 0..<0
    /// Rows of `declarations`.
    public internal(set) var declarations: Range<Int32> = 0..<0
    /// Bytes of `content`, for text.
    public internal(set) var text: Range<Int32> = 0..<0
    /// Bytes of `source`, for elements: from the start tag's `<` to behind the end tag.
    public internal(set) var source: Range<Int32> = 0..<0
    var line: Int32 = 0
    var column: Int32 = 0

    /// Where an element's start tag begins.
    public var position: XMLPosition { XMLPosition(line: Int(line), column: Int(column)) }
}

public struct XMLAttributeRecord: Sendable {
    public internal(set) var name: Int32
    public internal(set) var prefix: Int32
    public internal(set) var namespace: Int32
    /// Bytes of `content`: the value, normalised and with its references resolved.
    public internal(set) var value: Range<Int32>
}

/// `xmlns="…"` (no prefix) or `xmlns:p="…"`.
public struct XMLDeclarationRecord: Sendable {
    public internal(set) var prefix: Int32
    public internal(set) var namespace: Int32
}

struct XMLRecords: Sendable {
    var nodes: [XMLNodeRecord] = []
    var attributes: [XMLAttributeRecord] = []
    var declarations: [XMLDeclarationRecord] = []
    var strings: [String] = []
    var content: [UInt8] = []
    /// The document as UTF-8 without byte order mark.
    var source: [UInt8] = []

    func string(_ number: Int32) -> String? { number < 0 ? nil : strings[Int(number)] }

    func text(_ range: Range<Int32>) -> String {
        String(decoding: content[Int(range.lowerBound)..<Int(range.upperBound)], as: UTF8.self)
    }
}

/// A document's rows, lent for the length of a call (``XMLDocument/withRows(_:)``): for codecs that go through every
/// element and want neither strings nor views. Row 0 is the root; rows stand in document order, texts among them.
public struct XMLRows {
    public let nodes: UnsafeBufferPointer<XMLNodeRecord>
    public let attributes: UnsafeBufferPointer<XMLAttributeRecord>
    public let declarations: UnsafeBufferPointer<XMLDeclarationRecord>
    /// Texts and attribute values, UTF-8.
    public let content: UnsafeBufferPointer<UInt8>
    /// The document as it was written, decoded to UTF-8 and verified.
    public let source: UnsafeBufferPointer<UInt8>
    /// Names, prefixes and namespace names by their numbers. Equal texts have one number.
    public let strings: [String]

    @inline(__always)
    public func content(_ range: Range<Int32>) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(rebasing: content[Int(range.lowerBound)..<Int(range.upperBound)])
    }
}

extension XMLDocument {
    /// Lends the document's rows.
    public func withRows<Result, Failure: Error>(
        _ body: (XMLRows) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let records = records
        return try records.nodes.withUnsafeBufferPointer { nodes throws(Failure) in
            try records.attributes.withUnsafeBufferPointer { attributes throws(Failure) in
                try records.declarations.withUnsafeBufferPointer { declarations throws(Failure) in
                    try records.content.withUnsafeBufferPointer { content throws(Failure) in
                        try records.source.withUnsafeBufferPointer { source throws(Failure) in
                            try body(
                                XMLRows(
                                    nodes: nodes, attributes: attributes, declarations: declarations,
                                    content: content, source: source, strings: records.strings))
                        }
                    }
                }
            }
        }
    }
}
