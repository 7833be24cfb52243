/// A StructureDefinition that was read: what it is and, compiled, what it asks for.
public final class Profile: Sendable {
    public let url: String
    public let version: String?
    /// The name for people: title, or else name.
    public let title: String
    /// The type that it constrains: `Patient`, `Extension`, `Quantity`.
    public let type: TypeFact
    /// Whether it may only be used by profiles derived from it and by references to it.
    public let isAbstract: Bool
    /// How many elements a sender must be able to fill and a receiver must be able to read.
    public let mustSupportCount: Int
    /// Where an extension may stand; empty for profiles that are no extensions, and for extensions that do not say.
    let contexts: [ExtensionContext]
    let tree: RuleTree

    init(
        url: String, version: String?, title: String, type: TypeFact, isAbstract: Bool, contexts: [ExtensionContext],
        tree: RuleTree
    ) {
        self.url = url
        self.version = version
        self.title = title
        self.type = type
        self.isAbstract = isAbstract
        self.contexts = contexts
        self.tree = tree
        mustSupportCount = tree.nodes.reduce(0) { $0 + ($1.isMustSupport ? 1 : 0) }
    }

    /// How many rules it became: the elements about which it says more than R4 does.
    public var ruleCount: Int { tree.nodes.count }

    /// The names of the elements that a sender must be able to fill, as `Patient.name` or `Patient.extension:race`.
    public var mustSupport: [String] {
        tree.nodes.indices.filter { tree.nodes[$0].isMustSupport }.map { tree.id(of: $0) }
    }
}

/// Where an extension may stand (StructureDefinition.context).
enum ExtensionContext: Sendable, Equatable {
    /// An element by its path, or a type: `Patient`, `Patient.contact`, `Address`, `Element`.
    case element(String)
    /// Another extension by its url.
    case `extension`(String)
    /// FHIRPath; not evaluated.
    case fhirpath(String)
}
