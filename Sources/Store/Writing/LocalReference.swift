import FHIR

/// A reference to a resource of this record.
struct LocalReference: Sendable, Hashable {
    let type: ResourceType
    let id: String

    var name: String { "\(type.name)/\(id)" }
}

/// The references of a resource that is to be written.
struct WrittenReferences: Sendable {
    /// Their targets must be there, by which rule.
    var enforced: [LocalReference: ReferenceRule] = [:]
    /// All others, each once.
    var others: Set<LocalReference> = []

    static let none = WrittenReferences()

    var isEmpty: Bool { enforced.isEmpty && others.isEmpty }
}

extension Store {
    /// What a resource refers to, as far as it is asked for. What is within a Bundle is that bundle's own matter.
    func writtenReferences(in resource: JSONNode, type: ResourceType) -> WrittenReferences {
        var found = WrittenReferences()
        for rule in references.rules(of: type) {
            for text in rule.references(in: resource) {
                if let reference = local(text) { found.enforced[reference] = rule }
            }
        }
        guard references.reports, type != .bundle else { return found }
        for text in ReferenceScan.references(in: resource) {
            guard let reference = local(text), found.enforced[reference] == nil else { continue }
            found.others.insert(reference)
        }
        return found
    }

    private func local(_ text: String) -> LocalReference? {
        var text = text[...]
        if let base = indexer.base, text.hasPrefix(base) { text = text.dropFirst(base.count) }
        guard let (name, id) = Indexer.local(text), let type = ResourceType(name) else { return nil }
        return LocalReference(type: type, id: id)
    }
}
