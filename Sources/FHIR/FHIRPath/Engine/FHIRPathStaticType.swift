/// What is known of an operation's items before anything is evaluated.
struct FHIRPathStaticType {
    /// The types that nodes may have (or specialise); nil if that is not known.
    var types: [TypeFact]?
    /// The kind of System values, where it can only be those.
    var system: FHIRPathTypes.System?
    /// Whether it is the context itself or what paths lead to from it, so that the type of a node is that of its element.
    var isFromContext = false
    /// Whether the order of the items has a meaning.
    var isOrdered = true

    static let unknown = FHIRPathStaticType()

    static func of(_ system: FHIRPathTypes.System) -> FHIRPathStaticType { FHIRPathStaticType(system: system) }

    /// The types that a resource in place of `Resource` can have are not known before.
    var isPolymorphic: Bool {
        types?.contains {
            $0 == FHIRPathTypes.resource || $0 == FHIRPathTypes.domainResource || $0 == FHIRPathTypes.element
        }
            ?? true
    }
}
