/// A value set as it is defined: which codes are in it (R4 valueset.html).
public final class ValueSet: Sendable {
    /// An include or exclude of the composition: codes that fulfil all that it says.
    struct Part: Sendable {
        var system: String?
        var version: String?
        /// Codes named one by one; nil where none are: then all of the system, or of the value sets.
        var concepts: [Concept]?
        var filters: [Filter] = []
        /// Canonicals of value sets that must hold a code too.
        var valueSets: [String] = []
        /// Where it stands, for messages: `ValueSet.compose.include[0]`.
        var place: String
    }

    struct Concept: Sendable {
        let code: String
        /// What is said of it here, if anything: display and designations.
        let node: JSONNode?
    }

    struct Filter: Sendable {
        let property: String
        let op: String
        let value: String
    }

    public let url: String?
    public let version: String?
    public let title: String
    let includes: [Part]
    let excludes: [Part]
    /// Whether codes that are not active any more are in it; true where nothing is said.
    let includesInactive: Bool
    /// The expansion that it came with, if it is a whole one.
    let expansion: [JSONNode]?
    /// The resource; nil for the set of all codes of a system.
    let resource: JSONNode?

    public init(_ resource: JSONNode) {
        self.resource = resource
        url = resource["url"]?.string
        version = resource["version"]?.string
        title = (resource["title"] ?? resource["name"] ?? resource["url"])?.string ?? "without a name"
        let compose = resource["compose"]
        includes = Self.parts(compose, "include")
        excludes = Self.parts(compose, "exclude")
        includesInactive = compose?["inactive"]?.bool ?? true
        expansion = Self.expansion(resource["expansion"])
    }

    /// All codes of a system.
    init(allOf system: String, url: String) {
        self.url = url
        version = nil
        title = url
        includes = [Part(system: system, place: url)]
        excludes = []
        includesInactive = true
        expansion = nil
        resource = nil
    }

    private static func parts(_ compose: JSONNode?, _ name: String) -> [Part] {
        guard let list = compose?[name] else { return [] }
        return list.elements.enumerated().map { index, node in
            Part(
                system: node["system"]?.string, version: node["version"]?.string,
                concepts: node["concept"].map { list in
                    list.elements.compactMap { node in
                        node["code"]?.string.map { Concept(code: $0, node: node) }
                    }
                },
                filters: node.elements("filter").map {
                    Filter(
                        property: $0["property"]?.string ?? "", op: $0["op"]?.string ?? "",
                        value: $0["value"]?.string ?? "")
                },
                valueSets: node.elements("valueSet").compactMap(\.string),
                place: "ValueSet.compose.\(name)[\(index)]")
        }
    }

    /// An expansion that is a page of a larger one says nothing about the codes it does not show.
    private static func expansion(_ node: JSONNode?) -> [JSONNode]? {
        guard let node, let contains = node["contains"] else { return nil }
        var found: [JSONNode] = []
        var pending: [JSONNode] = contains.elements.reversed()
        while let entry = pending.popLast() {
            found.append(entry)
            pending += entry.elements("contains").reversed()
        }
        if let total = node["total"]?.numberText.flatMap({ Int($0) }), total > found.count { return nil }
        if let offset = node["offset"]?.numberText, offset != "0" { return nil }
        return found.filter { $0["code"] != nil }
    }
}
