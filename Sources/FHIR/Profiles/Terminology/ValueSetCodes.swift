/// What a ValueSet that was loaded says about codes.
struct ValueSetCodes: Sendable {
    /// Codes of one system, or those of other value sets, that are in (ValueSet.compose.include) or out (exclude).
    struct Part: Sendable {
        let system: String?
        let choice: Choice
        /// All of these value sets must hold a code too.
        let valueSets: [String]

        enum Choice: Sendable {
            case all
            case listed(CodeTable)
            /// Those below a concept of a hierarchy, with it or without.
            case below(String, isIncluded: Bool)
            /// A filter that cannot be evaluated here.
            case filtered
        }
    }

    let includes: [Part]
    let excludes: [Part]
    /// The codes of the expansion by system, where the resource has a whole one.
    let expansion: [Part]?

    init(_ resource: JSONNode) {
        includes = resource["compose"]?.elements("include").map(Self.part) ?? []
        excludes = resource["compose"]?.elements("exclude").map(Self.part) ?? []
        expansion = Self.expansion(resource["expansion"])
    }

    private static func part(_ node: JSONNode) -> Part {
        let choice: Part.Choice
        if let concepts = node["concept"] {
            choice = .listed(CodeTable(concepts.elements.compactMap { $0["code"]?.string }))
        } else if let filters = node["filter"], let filter = filters.elements.first {
            let value = filter["value"]?.string
            let isOne = filters.count == 1 && filter["property"]?.equals("concept") == true
            switch (isOne, filter["op"]?.string, value) {
            case (true, "is-a", let value?): choice = .below(value, isIncluded: true)
            case (true, "descendent-of", let value?): choice = .below(value, isIncluded: false)
            default: choice = .filtered
            }
        } else {
            choice = .all
        }
        return Part(
            system: node["system"]?.string, choice: choice,
            valueSets: node.elements("valueSet").compactMap { $0.string.map { Canonical($0).url } })
    }

    /// An expansion that is a page of a larger one says nothing about the codes it does not show.
    private static func expansion(_ node: JSONNode?) -> [Part]? {
        guard let node, let contains = node["contains"] else { return nil }
        var codes: [String: [String]] = [:]
        var count = 0
        var pending = Array(contains.elements)
        while let entry = pending.popLast() {
            count += 1
            if let children = entry["contains"] { pending += children.elements }
            guard entry["abstract"]?.bool != true, let code = entry["code"]?.string else { continue }
            codes[entry["system"]?.string ?? "", default: []].append(code)
        }
        if let total = node["total"]?.numberText.flatMap({ Int($0) }), total > count { return nil }
        return codes.map { system, codes in
            Part(system: system.isEmpty ? nil : system, choice: .listed(CodeTable(codes)), valueSets: [])
        }
    }

    /// Some of its codes, for a sentence that says what would be right; empty where they are not listed.
    func examples(_ count: Int) -> [String] {
        var found: [String] = []
        for part in expansion ?? includes {
            guard case .listed(let table) = part.choice, part.valueSets.isEmpty else { return [] }
            found += table.prefix(count - found.count)
        }
        return found
    }
}
