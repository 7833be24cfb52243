/// A search parameter as somebody defines it: a SearchParameter resource, judged and turned into a
/// ``SearchParameterFact``.
///
/// Source: R4 searchparameter.html.
public enum SearchParameterDefinition {
    /// - Parameters:
    ///   - id: the number it is to have, at least ``SearchParameterSet/firstAdditional``.
    ///   - known: parameters that were defined before it, which its components may name and whose words are taken.
    /// - Throws: everything that keeps it from being searched by.
    public static func fact(
        of resource: JSONNode, id: Int32, known: [SearchParameterFact] = []
    ) throws(SearchRefusal) -> SearchParameterFact {
        var reading = SearchParameterReading(resource: resource, known: known)
        let fact = reading.fact(id)
        guard let fact, reading.issues.isEmpty else { throw SearchRefusal(issues: reading.issues) }
        return fact
    }

    /// The SearchParameters in files, those in bundles included; what else there is is passed over.
    public static func resources(
        in files: [(name: String, bytes: [UInt8])]
    ) -> [(name: String, bytes: [UInt8])] {
        var found: [(name: String, bytes: [UInt8])] = []
        for (name, bytes) in files {
            guard let document = try? JSONDocument.parse(bytes) else { continue }
            if isDefinition(document.root), isActive(document.root) { found.append((name, bytes)) }
            for (index, entry) in (document.root["entry"]?.elements.map { $0 } ?? []).enumerated() {
                guard let resource = entry["resource"], isDefinition(resource), isActive(resource) else { continue }
                found.append(("\(name), entry \(index)", JSONWriter.compact(resource)))
            }
        }
        return found
    }

    private static func isDefinition(_ resource: JSONNode) -> Bool {
        resource["resourceType"]?.equals("SearchParameter") == true
    }

    /// A number for a fact that is only looked at.
    public static func unusedNumber(_ known: [SearchParameterFact]) -> Int32 {
        max(SearchParameterSet.firstAdditional, (known.map(\.id).max() ?? 0) + 1)
    }

    /// Whether a definition is meant to be used.
    public static func isActive(_ resource: JSONNode) -> Bool {
        resource["status"]?.equals("active") == true || resource["status"]?.equals("draft") == true
    }
}

/// Reads one definition and gathers what is wrong with it.
struct SearchParameterReading {
    let resource: JSONNode
    let known: [SearchParameterFact]
    private(set) var issues: [Issue] = []

    init(resource: JSONNode, known: [SearchParameterFact]) {
        self.resource = resource
        self.known = known
    }

    mutating func fact(_ id: Int32) -> SearchParameterFact? {
        let url = text("url")
        let code = word()
        let kind = kind()
        let bases = bases()
        let expression = kind == nil ? nil : text("expression")
        guard let url, let code, let kind, let expression, !bases.isEmpty, issues.isEmpty else { return nil }
        let fact = SearchParameterFact(
            id: id, code: code, url: url, kind: kind, expression: expression, bases: bases, targets: targets(kind),
            components: kind == .composite ? components() : [],
            allowsAlternatives: resource["multipleOr"]?.bool ?? true,
            allowsRepeats: resource["multipleAnd"]?.bool ?? true, isExample: false)
        refuseClash(fact)
        if issues.isEmpty { compile(fact) }
        return fact
    }

    private mutating func refuse(_ text: String, at element: String, _ code: IssueType = .value) {
        issues.append(Issue(code, text, at: "SearchParameter.\(element)"))
    }

    private mutating func text(_ element: String) -> String? {
        guard let text = resource[element]?.nonEmptyString else {
            refuse("A search parameter without \(element) cannot be searched by.", at: element, .required)
            return nil
        }
        return text
    }

    private mutating func word() -> String? {
        guard let code = text("code") else { return nil }
        let isName = code.utf8.allSatisfy { ($0 | 0x20) &- 0x61 < 26 || $0.isDigit || $0 == 0x2D || $0 == 0x5F }
        guard isName, code.utf8.first != UInt8(ascii: "_"), code.utf8.count <= 64 else {
            refuse(
                "'\(code.prefix(100))' is no word of a query; expected letters, digits, - and _, at most 64 and not _ "
                    + "first, which FHIR keeps for itself.", at: "code")
            return nil
        }
        return code
    }

    private mutating func kind() -> SearchParameterKind? {
        guard let name = text("type") else { return nil }
        let kinds = SearchParameterKind.allCases.filter { $0 != .special }
        guard let kind = kinds.first(where: { "\($0)" == name }) else {
            refuse(
                "'\(name.prefix(100))' is no type that resources can be searched by; expected one of "
                    + "\(kinds.map { "\($0)" }.joined(separator: ", ")).", at: "type",
                name == "special" ? .notSupported : .value)
            return nil
        }
        return kind
    }

    private mutating func bases() -> [TypeFact] {
        var bases: [TypeFact] = []
        for node in resource["base"]?.elements.map({ $0 }) ?? [] {
            let name = node.string ?? ""
            guard let type = R4.table.type(name), type.kind == .resource else {
                let nearest = NearestName.of(name, among: ResourceType.all.map(\.name))
                refuse(
                    "'\(name.prefix(100))' is no resource type\(nearest.map { "; did you mean \($0)?" } ?? ".")",
                    at: "base")
                continue
            }
            if !bases.contains(type) { bases.append(type) }
        }
        if bases.isEmpty, issues.isEmpty {
            refuse("A search parameter without base belongs to no type.", at: "base", .required)
        }
        return bases
    }

    private mutating func targets(_ kind: SearchParameterKind) -> [ResourceType] {
        guard kind == .reference, let nodes = resource["target"] else { return [] }
        var targets: [ResourceType] = []
        for node in nodes.elements {
            let name = node.string ?? ""
            if name == "Resource" { return [] }
            guard let type = ResourceType(name) else {
                refuse("'\(name.prefix(100))' is no resource type.", at: "target")
                continue
            }
            if !targets.contains(type) { targets.append(type) }
        }
        return targets
    }

    private mutating func components() -> [SearchParameterFact.Component] {
        var components: [SearchParameterFact.Component] = []
        for node in resource["component"]?.elements.map({ $0 }) ?? [] {
            guard let url = node["definition"]?.nonEmptyString, let expression = node["expression"]?.nonEmptyString
            else {
                refuse("A component has a definition and an expression.", at: "component", .required)
                continue
            }
            let canonical = Canonical(url).url
            let part = (known + R4.table.searchParameters).first { $0.url == canonical }
            guard let part, part.kind != .composite, part.kind != .special else {
                refuse(
                    part == nil
                        ? "The component's definition \(canonical) is not known; define it first."
                        : "The component's definition \(canonical) is itself a composite or special.",
                    at: "component.definition", .notFound)
                continue
            }
            components.append(SearchParameterFact.Component(parameter: part.id, expression: expression))
        }
        if components.count < 2, issues.isEmpty {
            refuse("A composite has at least two components.", at: "component", .required)
        }
        return components
    }

    /// One word means one thing for a type.
    private mutating func refuseClash(_ fact: SearchParameterFact) {
        for type in ResourceType.all where fact.applies(to: type) {
            let own = R4.table.searchParameter(type, fact.code)
            let other = own ?? known.first { $0.code == fact.code && $0.url != fact.url && $0.applies(to: type) }
            guard let other else { continue }
            refuse(
                "\(type) is already searched by '\(fact.code)' (\(other.url)); choose another code.", at: "code",
                .duplicate)
            return
        }
    }

    /// Its expression must lead to something for each of its types.
    private mutating func compile(_ fact: SearchParameterFact) {
        let parts = known.filter { part in fact.components.contains { $0.parameter == part.id } }
        let extractor = SearchExtractor(adding: parts + [fact])
        for type in ResourceType.all where fact.applies(to: type) {
            if let failure = extractor.failures(for: type).first(where: { $0.parameter.id == fact.id }) {
                return refuse(
                    "The expression cannot be searched by for \(type): \(failure.error.message).", at: "expression",
                    .notSupported)
            }
            guard extractor.extracts(fact, from: type) else {
                return refuse(
                    "The expression leads to nothing of \(type) that parameters of type \(fact.kind) can be searched "
                        + "by.", at: "expression")
            }
        }
    }
}
