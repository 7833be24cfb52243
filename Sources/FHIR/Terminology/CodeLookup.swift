/// What `$lookup` answers of a concept (R4 codesystem-operation-lookup).
public struct CodeLookup {
    let system: CodeSystem
    let place: CodeSystem.Place
    /// The properties that are asked for; empty: all.
    let wanted: Set<String>
    let language: String?

    /// nil if the system does not have the code.
    public init?(_ code: String, in system: CodeSystem, properties: [String], language: String?) {
        guard let place = system.place(of: code) else { return nil }
        self.system = system
        self.place = place
        wanted = Set(properties)
        self.language = language
    }

    private static let standard: Set<String> = [
        "system", "name", "version", "display", "definition", "designation", "parent", "child", "inactive",
    ]

    /// The properties asked for that neither R4 nor the system knows.
    public static func unknown(_ properties: [String], in system: CodeSystem) -> [String] {
        properties.filter { name in
            !standard.contains(name) && !name.hasPrefix("lang.") && system.properties.declared[name] == nil
                && !system.nodes.contains { !ConceptProperties.values(name, $0).isEmpty }
        }
    }

    /// The names that `property` may have for a system.
    public static func names(in system: CodeSystem) -> [String] {
        standard.sorted() + system.properties.declared.keys.sorted()
    }

    public func json() -> [UInt8] {
        let node = system.nodes[Int(place)]
        let concept = ExpandedCode(system, place)
        var answer = ParametersBuilder()
        answer.add("name", ifPresent: system.title)
        answer.add("version", ifPresent: system.version)
        answer.add("display", ifPresent: concept.display(in: language) ?? concept.code)
        for designation in concept.designations where isWanted(designation) {
            answer.add("designation") { part in
                for (name, type) in [("language", "valueCode"), ("use", "valueCoding"), ("value", "valueString")] {
                    if let value = designation[name] { part.add(name, type, value) }
                }
            }
        }
        if isWanted("definition"), let definition = node["definition"]?.string {
            property("definition", "valueString", definition, &answer)
        }
        var written: Set<String> = []
        for own in node.elements("property") {
            guard let code = own["code"]?.string, isWanted(code), let (type, value) = ConceptProperties.value(of: own)
            else { continue }
            written.insert(code)
            answer.add("property") { part in
                part.add("code", "valueCode", code)
                part.add("value", type, value)
                if let said = system.properties.declared[code]?["description"]?.string {
                    part.add("description", "valueString", said)
                }
            }
        }
        for (name, places) in [
            ("parent", system.hierarchy.parents(of: place)), ("child", system.hierarchy.children(of: place)),
        ] where isWanted(name) && !written.contains(name) {
            for other in places {
                property(name, "valueCode", system.codes[Int(other)], &answer, display: system.display(at: other))
            }
        }
        if isWanted("inactive"), !written.contains("inactive") {
            answer.add("property") { part in
                part.add("code", "valueCode", "inactive")
                part.add("value", concept.isInactive)
            }
        }
        return answer.json()
    }

    private func isWanted(_ property: String) -> Bool { wanted.isEmpty || wanted.contains(property) }

    private func isWanted(_ designation: JSONNode) -> Bool {
        if isWanted("designation") { return true }
        return designation["language"]?.string.map { wanted.contains("lang.\($0)") } ?? false
    }

    private func property(
        _ code: String, _ type: String, _ value: String, _ answer: inout ParametersBuilder, display: String? = nil
    ) {
        answer.add("property") { part in
            part.add("code", "valueCode", code)
            part.add("value", type, value)
            part.add("description", ifPresent: display)
        }
    }
}
