/// What was wrong with what an `XMLWriter` was told to write.
public enum XMLWriteError: Error, Sendable, Equatable {
    /// Not a name that XML allows.
    case name(String)
    case undefinedPrefix(String)
    case duplicateAttribute(String)
    /// An attribute or declaration after the element's content began.
    case attributeAfterContent(String)
    /// Text or a second element outside the root.
    case outsideRoot
    /// Elements left open, or closed too often.
    case unbalanced
    /// A code point that XML 1.0 cannot carry, not even as a reference.
    case forbiddenCharacter(UInt32)

    public var message: String {
        switch self {
        case .name(let name): "'\(name)' is not a name that XML allows."
        case .undefinedPrefix(let prefix): "The prefix '\(prefix)' is not bound to a namespace."
        case .duplicateAttribute(let name): "The attribute '\(name)' is written twice in one element."
        case .attributeAfterContent(let name): "'\(name)' comes after the content of its element."
        case .outsideRoot: "Something is written outside the root element."
        case .unbalanced: "Elements are opened and closed unequally often."
        case .forbiddenCharacter(let value):
            "The character U+\(String(value, radix: 16, uppercase: true)) cannot stand in XML."
        }
    }
}
