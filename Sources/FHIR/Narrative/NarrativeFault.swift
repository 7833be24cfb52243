import XML

/// Something in a narrative that R4 does not allow, and where it stands.
public struct NarrativeFault: Sendable, Equatable {
    /// The rule that is broken.
    public enum Rule: String, Sendable {
        /// Only basic formatting, links, images and style attributes.
        case content = "txt-1"
        /// Some text or an image.
        case text = "txt-2"
        /// The narrative is a well-formed XHTML `div` (R4 2.4.0).
        case form = "xhtml"
    }

    /// How many faults of one narrative are listed.
    public static let limit = 100

    public let rule: Rule
    /// One plain sentence: what was found, and what is allowed. Without the place.
    public let message: String
    /// Line and column in the text of the `div`.
    public let position: XMLPosition
    /// The elements around the place, `div/table/tr/td`.
    public let path: String

    public init(_ rule: Rule, _ message: String, position: XMLPosition, path: String) {
        self.rule = rule
        self.message = message
        self.position = position
        self.path = path
    }
}

extension NarrativeFault: CustomStringConvertible {
    public var description: String {
        path.isEmpty ? "\(message) (\(position))" : "\(message) (\(position), in \(path))"
    }
}
