/// What the properties of a code system's concepts mean: by the url that CodeSystem.property.uri gives, or else by the
/// name (R4 codesystem.html §4.8.9, http://hl7.org/fhir/concept-properties).
struct ConceptProperties: Sendable {
    enum Standard: String, CaseIterable, Sendable {
        case status, inactive, notSelectable, parent, child
    }

    enum Relation: Sendable { case parent, child }

    private let names: [Standard: Set<String>]
    /// Declared by the system, with what is said of each.
    let declared: [String: JSONNode]

    private static let space = "http://hl7.org/fhir/concept-properties#"

    init(_ resource: JSONNode) {
        var names: [Standard: Set<String>] = [:]
        var declared: [String: JSONNode] = [:]
        for property in resource.elements("property") {
            guard let code = property["code"]?.string else { continue }
            declared[code] = property
            guard let uri = property["uri"]?.string, uri.hasPrefix(Self.space),
                let standard = Standard(rawValue: String(uri.dropFirst(Self.space.count)))
            else { continue }
            names[standard, default: []].insert(code)
        }
        for standard in Standard.allCases where names[standard] == nil { names[standard] = [standard.rawValue] }
        // HL7's version 3 systems say so where a concept has several above it.
        names[.parent, default: []].insert("subsumedBy")
        self.names = names
        self.declared = declared
    }

    func relation(_ code: String) -> Relation? {
        if names[.parent]?.contains(code) == true { return .parent }
        return names[.child]?.contains(code) == true ? .child : nil
    }

    func isSet(_ standard: Standard, _ concept: JSONNode) -> Bool { value(standard, concept) == "true" }

    func value(_ standard: Standard, _ concept: JSONNode) -> String? {
        guard let names = names[standard] else { return nil }
        for property in concept.elements("property") {
            if let code = property["code"]?.string, names.contains(code) { return Self.text(of: property) }
        }
        return nil
    }

    /// The values of a property, as text.
    static func values(_ code: String, _ concept: JSONNode) -> [String] {
        concept.elements("property").filter { $0["code"]?.equals(code) == true }.compactMap(text)
    }

    /// A property's value as text; of a Coding its code.
    static func text(of property: JSONNode) -> String? {
        guard let value = value(of: property) else { return nil }
        if value.node.kind == .object { return value.node["code"]?.string }
        return value.node.withUTF8 { String(decoding: $0, as: UTF8.self) }
    }

    /// `value[x]` with its name.
    static func value(of property: JSONNode) -> (name: String, node: JSONNode)? {
        for (key, node) in property.members {
            let name = key.string
            if name.hasPrefix("value") { return (name, node) }
        }
        return nil
    }
}
