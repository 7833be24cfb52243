/// Why a text is not acceptable XML, and where.
public struct XMLError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Reason: Sendable, Equatable {
        /// No element at all.
        case empty
        /// The document ends before its root element does.
        case unfinished
        /// Anything after the root element but comments and blanks.
        case contentAfterRoot
        /// `<!DOCTYPE`: refused always, because nothing that this product reads needs one.
        case documentType
        /// A processing instruction that asks the reader to fetch a catalogue.
        case catalogue
        /// An entity other than `lt`, `gt`, `amp`, `apos` and `quot`.
        case undefinedEntity
        case undefinedPrefix
        case namespaceDeclaration
        case duplicateAttribute
        case mismatchedTag
        case tag
        case attribute
        /// A code point that XML 1.0 does not allow, NUL included, also as a character reference.
        case forbiddenCharacter
        /// An encoding outside the list (UTF-8, UTF-16 with byte order mark, ISO-8859-1, US-ASCII, windows-1252).
        case encodingNotSupported(String)
        /// The declared encoding contradicts the byte order mark.
        case encodingMismatch(declared: String, found: String)
        /// Bytes that are not text in the document's encoding.
        case notInEncoding(String)
        case tooManyBytes(limit: Int)
        case tooDeep(limit: Int)
        case tooManyElements(limit: Int)
        case tooManyAttributes(limit: Int)
        case tooManyNamespaces(limit: Int)
        case nameTooLong(limit: Int)
        case attributeTooLong(limit: Int)
        case textTooLong(limit: Int)
        /// Not well-formed in another way; the number is libxml2's `xmlParserErrors`, for a developer.
        case malformed(code: Int)
        case outOfMemory
    }

    public let reason: Reason
    public let position: XMLPosition

    public init(_ reason: Reason, at position: XMLPosition) {
        self.reason = reason
        self.position = position
    }

    /// One plain sentence without the place.
    public var message: String {
        switch reason {
        case .empty: "The document is empty; an XML element was expected."
        case .unfinished: "The document ends before its elements are closed."
        case .contentAfterRoot: "There is content after the end of the root element."
        case .documentType: "Document type declarations (<!DOCTYPE) are not accepted."
        case .catalogue: "A processing instruction that names an XML catalogue is not accepted."
        case .undefinedEntity: "Only the entities lt, gt, amp, apos and quot are accepted."
        case .undefinedPrefix: "A prefix is used that no namespace declaration in scope binds."
        case .namespaceDeclaration: "A namespace declaration is not valid."
        case .duplicateAttribute: "An attribute occurs twice in one element."
        case .mismatchedTag: "An end tag does not match the start tag that is open."
        case .tag: "A tag is not well-formed."
        case .attribute: "An attribute is not well-formed; a quoted value is expected."
        case .forbiddenCharacter: "A character occurs that XML does not allow."
        case .encodingNotSupported(let name):
            "The encoding \(name) is not accepted; use UTF-8, UTF-16 with byte order mark, ISO-8859-1, US-ASCII or "
                + "windows-1252."
        case .encodingMismatch(let declared, let found):
            "The declaration says encoding \(declared), but the bytes are \(found)."
        case .notInEncoding(let name): "The bytes are not valid \(name)."
        case .tooManyBytes(let limit): "The document is larger than \(limit) bytes."
        case .tooDeep(let limit): "Elements are nested deeper than \(limit)."
        case .tooManyElements(let limit): "The document has more than \(limit) elements."
        case .tooManyAttributes(let limit): "An element has more than \(limit) attributes."
        case .tooManyNamespaces(let limit): "More than \(limit) namespace declarations are in scope."
        case .nameTooLong(let limit): "A name is longer than \(limit) bytes."
        case .attributeTooLong(let limit): "An attribute value is longer than \(limit) bytes."
        case .textTooLong(let limit): "A text is longer than \(limit) bytes."
        case .malformed: "The document is not well-formed XML."
        case .outOfMemory: "There is not enough memory to read the document."
        }
    }

    public var description: String { "\(position): \(message)" }
}
