/// A document that was read: elements, attributes, text and where each element stood. Immutable.
///
///     let document = try XMLDocument.parse(bytes)
///     for entry in document.root.elements("entry", in: "urn:hl7-org:v3") { print(entry.position) }
///
/// Processing instructions are not kept, comments only where they are asked for; CDATA is text. Namespaces are compared by name (URI), never by
/// prefix. To write an element again use `XMLWriter.append`.
public final class XMLDocument: Sendable {
    let records: XMLRecords

    init(records: XMLRecords) { self.records = records }

    /// Reads a whole document.
    ///
    /// - Parameter comments: keep comments inside the root element, for `XMLElement.content`. Without them a comment
    ///   does not cut a text in two.
    /// - Throws: `XMLError` with line and column for anything that is not well-formed, not namespace-well-formed,
    ///   refused on principle (document types) or beyond `limits`.
    public static func parse(
        _ bytes: [UInt8], limits: XMLLimits = .default, comments: Bool = false
    ) throws(XMLError) -> XMLDocument {
        XMLDocument(records: try XMLReader.records(of: bytes, limits: limits, comments: comments))
    }

    public var root: XMLElement { XMLElement(document: self, row: 0) }
}
