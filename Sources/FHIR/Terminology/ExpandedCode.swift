/// A code of an expansion, with where it comes from.
public struct ExpandedCode: Sendable {
    public struct Key: Hashable, Sendable {
        public let system: String?
        public let code: String
    }

    public let key: Key
    /// The version of the system that it was taken from; nil where the system is not loaded or has none.
    public let version: String?
    public let display: String?
    /// Only for finding one's way; not to be chosen.
    public let isAbstract: Bool
    public let isInactive: Bool
    /// `designation` objects of the system and of the value set.
    let designations: [JSONNode]

    public var system: String? { key.system }
    public var code: String { key.code }

    /// A concept of a loaded system.
    init(_ system: CodeSystem, _ place: CodeSystem.Place) {
        let node = system.nodes[Int(place)]
        key = Key(system: system.url, code: system.codes[Int(place)])
        version = system.version
        display = system.display(at: place)
        isAbstract = system.isAbstract(place)
        isInactive = system.isInactive(place)
        designations = node.elements("designation").map { $0 }
    }

    /// A code that a value set names; what it says of it comes before what the system says.
    init(_ concept: ValueSet.Concept, of system: String?, loaded: CodeSystem?) {
        let place = loaded?.place(of: concept.code)
        key = Key(system: system, code: place.flatMap { loaded?.codes[Int($0)] } ?? concept.code)
        version = loaded?.version
        display = concept.node?["display"]?.string ?? place.flatMap { loaded?.display(at: $0) }
        isAbstract = place.map { loaded?.isAbstract($0) == true } ?? false
        isInactive = place.map { loaded?.isInactive($0) == true } ?? false
        designations =
            (concept.node?.elements("designation").map { $0 } ?? [])
            + (place.flatMap { loaded?.nodes[Int($0)].elements("designation").map { $0 } } ?? [])
    }

    /// An entry of an expansion that a value set came with.
    init(_ entry: JSONNode) {
        key = Key(system: entry["system"]?.string, code: entry["code"]?.string ?? "")
        version = entry["version"]?.string
        display = entry["display"]?.string
        isAbstract = entry["abstract"]?.bool == true
        isInactive = entry["inactive"]?.bool == true
        designations = entry.elements("designation").map { $0 }
    }

    /// What it is called in a language (BCP 47; `de` takes `de-AT` too); in none that is named, its display.
    func display(in language: String?) -> String? {
        guard let language else { return display }
        let wanted = language.lowercased()
        let found = designations.first { designation in
            guard let own = designation["language"]?.string?.lowercased() else { return false }
            return own == wanted || own.hasPrefix(wanted + "-")
        }
        return found?["value"]?.string ?? display
    }
}
