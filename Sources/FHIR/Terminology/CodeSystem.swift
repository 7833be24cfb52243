/// A code system as it is looked into: its concepts, their hierarchy and properties (R4 codesystem.html).
public final class CodeSystem: Sendable {
    /// How much of the system is there (CodeSystem.content).
    public enum Content: String, Sendable {
        case notPresent = "not-present"
        case example, fragment, complete, supplement
    }

    /// A concept by its place among ``codes``.
    typealias Place = Int32

    public let url: String
    public let version: String?
    /// The name for people: title, or else name, or else the url.
    public let title: String
    public let content: Content
    /// False only where the definition says so.
    public let isCaseSensitive: Bool
    /// `is-a`, `grouped-by`, `part-of`, `classified-with`; nil where nothing is said.
    public let hierarchyMeaning: String?
    /// In the order of the definition, a concept before those within it.
    let codes: [String]
    /// What the definition says of each.
    let nodes: [JSONNode]
    let hierarchy: ConceptHierarchy
    let properties: ConceptProperties
    private let places: [String: Place]

    public init(_ resource: JSONNode) {
        url = resource["url"]?.string ?? ""
        version = resource["version"]?.string
        title = (resource["title"] ?? resource["name"])?.string ?? url
        content = resource["content"]?.string.flatMap(Content.init) ?? .complete
        isCaseSensitive = resource["caseSensitive"]?.bool ?? true
        hierarchyMeaning = resource["hierarchyMeaning"]?.string
        let properties = ConceptProperties(resource)
        self.properties = properties

        var codes: [String] = []
        var nodes: [JSONNode] = []
        var places: [String: Place] = [:]
        var edges: [(child: Place, parent: Place)] = []
        // Those that are nested come right behind what holds them: the stack is as deep as the document.
        var pending: [(concept: JSONNode, parent: Place?)] = Self.reversed(resource.elements("concept"), nil)
        while let (concept, parent) = pending.popLast() {
            guard let code = concept["code"]?.string else { continue }
            let key = isCaseSensitive ? code : code.lowercased()
            let place: Place
            if let known = places[key] {
                place = known
            } else {
                place = Place(codes.count)
                places[key] = place
                codes.append(code)
                nodes.append(concept)
            }
            if let parent, parent != place { edges.append((place, parent)) }
            pending += Self.reversed(concept.elements("concept"), place)
        }
        for (place, node) in nodes.enumerated() {
            for property in node.elements("property") {
                guard let name = property["code"]?.string, let relation = properties.relation(name),
                    let other = ConceptProperties.text(of: property),
                    let known = places[isCaseSensitive ? other : other.lowercased()], known != Place(place)
                else { continue }
                edges.append(relation == .parent ? (Place(place), known) : (known, Place(place)))
            }
        }
        self.codes = codes
        self.nodes = nodes
        self.places = places
        hierarchy = ConceptHierarchy(edges, count: codes.count)
    }

    private static func reversed(_ concepts: JSONElements, _ parent: Place?) -> [(JSONNode, Place?)] {
        concepts.map { ($0, parent) }.reversed()
    }

    func place(of code: String) -> Place? { places[isCaseSensitive ? code : code.lowercased()] }

    public func contains(_ code: String) -> Bool { place(of: code) != nil }

    /// How the system itself writes a code; nil if it does not have it.
    public func code(_ code: String) -> String? { place(of: code).map { codes[Int($0)] } }

    public func display(of code: String) -> String? { place(of: code).flatMap { display(at: $0) } }

    func display(at place: Place) -> String? { nodes[Int(place)]["display"]?.string }

    /// A concept for grouping others, not for choosing.
    func isAbstract(_ place: Place) -> Bool { properties.isSet(.notSelectable, nodes[Int(place)]) }

    /// Not to be used any more. A deprecated concept still is active (R4 concept-properties).
    func isInactive(_ place: Place) -> Bool {
        let node = nodes[Int(place)]
        if properties.isSet(.inactive, node) { return true }
        guard let status = properties.value(.status, node) else { return false }
        return status == "retired" || status == "inactive"
    }

    /// How two codes stand to each other (R4 `$subsumes`); nil where one is not known.
    public func relation(_ one: String, _ other: String) -> Subsumption? {
        guard let one = place(of: one), let other = place(of: other) else { return nil }
        if one == other { return .equivalent }
        if hierarchy.isBelow(other, one) { return .subsumes }
        return hierarchy.isBelow(one, other) ? .subsumedBy : .notSubsumed
    }

    /// A code and all below it; nil if it is not known.
    public func descendants(of code: String) -> [String]? {
        place(of: code).map { hierarchy.below($0).sorted().map { codes[Int($0)] } }
    }

    /// A code and all above it; nil if it is not known.
    public func ancestors(of code: String) -> [String]? {
        place(of: code).map { hierarchy.above($0).sorted().map { codes[Int($0)] } }
    }
}

/// http://hl7.org/fhir/concept-subsumption-outcome
public enum Subsumption: String, Sendable {
    case equivalent
    case subsumes
    case subsumedBy = "subsumed-by"
    case notSubsumed = "not-subsumed"
}
