/// A StructureDefinition as it came, before it is compiled.
struct ProfileDefinition: Sendable {
    let url: String
    let version: String?
    let title: String
    let type: TypeFact
    let base: Canonical?
    let isAbstract: Bool
    let contexts: [ExtensionContext]
    let resource: JSONNode

    /// More elements than any honest definition has.
    static let maximumElements = 20_000

    var hasSnapshot: Bool { resource["snapshot"]?["element"]?.count ?? 0 > 1 }

    /// - Throws: an issue that says why it cannot be used.
    init(_ resource: JSONNode) throws(Issue) {
        func refused(_ reason: String, _ code: IssueType = .invalid) -> Issue {
            Issue(
                code, "The StructureDefinition \(resource["url"]?.string ?? "without a url") cannot be used: \(reason)")
        }
        guard let url = resource["url"]?.string, !url.isEmpty else { throw refused("it has no url.") }
        guard let name = resource["type"]?.string else { throw refused("it does not say which type it constrains.") }
        let short = name.hasPrefix(Canonical.core) ? String(name.dropFirst(Canonical.core.count)) : name
        guard let type = R4.table.type(short), type.kind != .backbone else {
            throw refused("\"\(name.prefix(60))\" is no type of R4.", .notSupported)
        }
        for list in ["snapshot", "differential"] where resource[list]?["element"]?.count ?? 0 > Self.maximumElements {
            throw refused("its \(list) has more than \(Self.maximumElements) elements.", .tooCostly)
        }
        self.url = url
        self.type = type
        self.resource = resource
        version = resource["version"]?.string
        title = resource["title"]?.string ?? resource["name"]?.string ?? url
        base = resource["baseDefinition"]?.string.map { Canonical($0) }
        isAbstract = resource["abstract"]?.bool == true
        contexts = resource.elements("context").compactMap { context in
            guard let expression = context["expression"]?.string else { return nil }
            switch context["type"]?.string {
            case "element": return .element(expression)
            case "extension": return .extension(expression)
            default: return .fhirpath(expression)
            }
        }
    }

    /// The same over a copy of its resource alone, so that no Bundle it came in is kept.
    var detached: ProfileDefinition {
        guard resource.index != 0, let copy = try? JSONDocument.parse(JSONWriter.compact(resource)),
            let definition = try? ProfileDefinition(copy.root)
        else { return self }
        return definition
    }

    /// Whether it defines one of R4's own types, of which the table knows all.
    var isCoreType: Bool { Canonical.coreType(url) != nil }
}
