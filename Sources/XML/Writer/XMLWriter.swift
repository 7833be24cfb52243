/// Writes well-formed, namespace-well-formed UTF-8 XML from top to bottom.
///
///     var writer = XMLWriter(layout: .pretty)
///     writer.open("Patient", in: "http://hl7.org/fhir")
///     writer.open("active")
///     writer.attribute("value", "true")
///     writer.close()
///     writer.close()
///     let bytes = try writer.finish()
///
/// Namespaces: `open(_:in:)` declares the default namespace where it changes; `declare` binds a prefix that later names
/// may use. Mistakes (a bad name, an attribute after content, a character XML cannot carry) are remembered, and
/// `finish` throws the first: what it returns can always be read again.
public struct XMLWriter: Sendable {
    public enum Layout: Sendable {
        /// No blanks but those in texts.
        case compact
        /// Two spaces per level around elements; an element that holds text is written in one piece.
        case pretty
    }

    struct Scope: Sendable {
        var qualifiedName: [UInt8]
        var defaultNamespace: String?
        var prefixes: [String: String]
        var hasText = false
        var hasElements = false
    }

    let layout: Layout
    var bytes: [UInt8] = []
    var scopes: [Scope] = []
    var tagIsOpen = false
    var rootIsWritten = false
    var problem: XMLWriteError?
    var attributeNames: [String] = []
    /// Rows of a document to go on with after the elements that `append` has open.
    var pending: [Int32] = []

    public init(layout: Layout = .compact, declaration: Bool = true) {
        self.layout = layout
        if declaration { bytes.append(contentsOf: #"<?xml version="1.0" encoding="UTF-8"?>"#.utf8) }
    }

    /// Starts an element without prefix. `namespace` nil keeps the default namespace that is in force; the empty
    /// string means no namespace.
    public mutating func open(_ name: String, in namespace: String? = nil) {
        begin(qualifiedName: name, localNames: [name])
        guard let namespace, var scope = scopes.popLast() else { return }
        if (scope.defaultNamespace ?? "") != namespace {
            scope.defaultNamespace = namespace
            writeAttribute("xmlns", namespace)
        }
        scopes.append(scope)
    }

    /// Starts an element whose prefix is bound already (by `declare` on an open element), or is bound here to
    /// `namespace`.
    public mutating func open(_ name: String, prefix: String, in namespace: String) {
        begin(qualifiedName: prefix + ":" + name, localNames: [prefix, name])
        if scopes.last?.prefixes[prefix] != namespace { declare(prefix: prefix, namespace) }
    }

    /// Binds a prefix on the element that was just opened.
    public mutating func declare(prefix: String, _ namespace: String) {
        guard tagIsOpen, !scopes.isEmpty else { return note(.attributeAfterContent(prefix)) }
        guard XMLName.isNCName(prefix), !namespace.isEmpty, prefix != "xml", prefix != "xmlns" else {
            return note(.name(prefix))
        }
        scopes[scopes.count - 1].prefixes[prefix] = namespace
        writeAttribute("xmlns:" + prefix, namespace)
    }

    /// Adds an attribute to the element that was just opened. A prefix must be bound.
    public mutating func attribute(_ name: String, prefix: String? = nil, _ value: String) {
        guard tagIsOpen else { return note(.attributeAfterContent(name)) }
        guard XMLName.isNCName(name), name != "xmlns" else { return note(.name(name)) }
        guard let prefix else { return writeAttribute(name, value) }
        guard prefix == "xml" || scopes.last?.prefixes[prefix] != nil else { return note(.undefinedPrefix(prefix)) }
        writeAttribute(prefix + ":" + name, value)
    }

    /// Adds text to the element that is open.
    public mutating func text(_ value: String) {
        guard !scopes.isEmpty else { return note(.outsideRoot) }
        if value.isEmpty { return }
        endTag()
        scopes[scopes.count - 1].hasText = true
        appendEscaped(value, inAttribute: false)
    }

    /// Ends the element that was opened last and is still open.
    public mutating func close() {
        guard let scope = scopes.popLast() else { return note(.unbalanced) }
        if tagIsOpen {
            tagIsOpen = false
            bytes.append(contentsOf: "/>".utf8)
        } else {
            if layout == .pretty, scope.hasElements, !scope.hasText { newLine(level: scopes.count) }
            bytes.append(contentsOf: "</".utf8)
            bytes.append(contentsOf: scope.qualifiedName)
            bytes.append(UInt8(ascii: ">"))
        }
        if scopes.isEmpty, layout == .pretty { bytes.append(UInt8(ascii: "\n")) }
    }

    /// The finished document.
    ///
    /// - Throws: the first mistake in what was written, or `.unbalanced` where elements are still open.
    public consuming func finish() throws(XMLWriteError) -> [UInt8] {
        if let problem { throw problem }
        guard scopes.isEmpty, rootIsWritten else { throw .unbalanced }
        return bytes
    }
}
