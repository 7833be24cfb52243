/// What the reader is willing to read. Every limit is checked before or while the document is read, never after.
///
/// The defaults suit clinical documents with embedded PDFs (CDA, `nonXMLBody`): one large text, little nesting.
public struct XMLLimits: Sendable, Equatable {
    /// Bytes of the document, as sent and again after decoding to UTF-8.
    public var maximumBytes: Int
    /// Elements within elements; the root counts as one. libxml2 itself stops at 256.
    public var maximumDepth: Int
    /// Elements in the document.
    public var maximumElements: Int
    /// Attributes of one element, namespace declarations included.
    public var maximumAttributes: Int
    /// Namespace declarations that are in scope at one place.
    public var maximumNamespacesInScope: Int
    /// Bytes of an element or attribute name, prefix included.
    public var maximumNameBytes: Int
    /// Bytes of one attribute value as written. libxml2 itself stops at ten million.
    public var maximumAttributeBytes: Int
    /// Bytes of one run of text between two tags.
    public var maximumTextBytes: Int

    public init(
        maximumBytes: Int = 64 << 20,
        maximumDepth: Int = 128,
        maximumElements: Int = 1_000_000,
        maximumAttributes: Int = 256,
        maximumNamespacesInScope: Int = 256,
        maximumNameBytes: Int = 512,
        maximumAttributeBytes: Int = 4 << 20,
        maximumTextBytes: Int = 48 << 20
    ) {
        self.maximumBytes = maximumBytes
        self.maximumDepth = maximumDepth
        self.maximumElements = maximumElements
        self.maximumAttributes = maximumAttributes
        self.maximumNamespacesInScope = maximumNamespacesInScope
        self.maximumNameBytes = maximumNameBytes
        self.maximumAttributeBytes = maximumAttributeBytes
        self.maximumTextBytes = maximumTextBytes
    }

    public static let `default` = XMLLimits()
}
