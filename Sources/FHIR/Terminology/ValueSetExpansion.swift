/// What `$expand` answers: a value set with its codes (R4 valueset-operation-expand).
public struct ValueSetExpansion {
    /// What the client may ask for.
    public struct Wish: Sendable {
        /// Words that the display or the code must hold, each as the beginning of a word.
        public var filter: String?
        public var offset: Int?
        public var count: Int?
        public var activeOnly = false
        /// Codes that only group others are left out.
        public var selectableOnly = false
        /// Codes within those above them, where neither pages nor a filter cut them apart.
        public var nests = false
        public var includesDesignations = false
        /// `language` or `system|code` of a use: only these designations.
        public var designations: [String] = []
        public var includesDefinition = false
        public var language: String?
        public var versions = ExpansionVersions()
        /// The parameters as they were asked, for `expansion.parameter`: name, type of the value, value.
        public var echo: [(name: String, type: String, value: String)] = []

        public init() {}
    }

    let set: ValueSet
    let wish: Wish
    /// All that fulfil the wish, before pages are cut.
    let codes: [ExpandedCode]
    let usedSystems: [String]
    let known: TerminologySet

    /// - Parameter limit: codes of one answer.
    public init(
        of set: ValueSet, _ wish: Wish, known: TerminologySet, limit: Int
    ) throws(TerminologyProblem) {
        var evaluation = ValueSetEvaluation(known, versions: wish.versions)
        var codes = try evaluation.codes(of: set)
        if wish.activeOnly { codes.removeAll(where: \.isInactive) }
        if wish.selectableOnly { codes.removeAll(where: \.isAbstract) }
        if let filter = wish.filter {
            let words = Self.words(filter)
            codes = codes.filter { Self.matches($0, words, wish.language) }
        }
        let shown = min(wish.count ?? .max, max(0, codes.count - (wish.offset ?? 0)))
        guard shown <= limit else { throw .tooCostly(limit: limit) }
        self.set = set
        self.wish = wish
        self.codes = codes
        usedSystems = evaluation.usedSystems
        self.known = known
    }

    private static func words(_ text: String) -> [Substring] {
        SearchText.fold(text).split { !$0.isLetter && !$0.isNumber }
    }

    private static func matches(_ code: ExpandedCode, _ words: [Substring], _ language: String?) -> Bool {
        let own = Self.words((code.display(in: language) ?? "") + " " + code.code) + [SearchText.fold(code.code)[...]]
        return words.allSatisfy { word in own.contains { $0.hasPrefix(word) } }
    }

    // MARK: Writing

    /// - Parameters:
    ///   - identifier: a uri that names this expansion alone.
    ///   - timestamp: when it was made, as a dateTime.
    public func json(identifier: String, timestamp: String) -> [UInt8] {
        var json = JSONBuilder(capacity: 512 + codes.count * 128)
        json.object { json in
            json.member("resourceType", "ValueSet")
            if let resource = set.resource {
                for name in ["id", "url", "version", "name", "title", "experimental"] {
                    guard let node = resource[name] else { continue }
                    json.key(name)
                    json.value(node)
                }
            } else {
                json.member("url", ifPresent: set.url)
            }
            json.member("status", set.resource?["status"]?.string ?? "active")
            if wish.includesDefinition, let compose = set.resource?["compose"] { json.member("compose", compose) }
            json.object("expansion") { json in
                json.member("identifier", identifier)
                json.member("timestamp", timestamp)
                json.member("total", codes.count)
                if wish.offset != nil || wish.count != nil { json.member("offset", wish.offset ?? 0) }
                parameters(&json)
                contains(&json)
            }
        }
        return json.bytes
    }

    private func parameters(_ json: inout JSONBuilder) {
        guard !wish.echo.isEmpty || !usedSystems.isEmpty else { return }
        json.array("parameter") { json in
            for (name, type, value) in wish.echo {
                json.object { json in
                    json.member("name", name)
                    json.key(type)
                    switch type {
                    case "valueBoolean", "valueInteger": json.value(raw: value.utf8)
                    default: json.value(value)
                    }
                }
            }
            for system in usedSystems where system.contains("|") {
                json.object { json in
                    json.member("name", "version")
                    json.member("valueUri", system)
                }
            }
        }
    }

    private func contains(_ json: inout JSONBuilder) {
        if wish.nests, wish.offset == nil, wish.count == nil, wish.filter == nil {
            let tree = ExpansionTree(codes, known)
            if !tree.roots.isEmpty { json.array("contains") { nested(tree.roots, tree, &$0) } }
            return
        }
        let page = codes.dropFirst(wish.offset ?? 0).prefix(wish.count ?? .max)
        guard !page.isEmpty else { return }
        json.array("contains") { json in
            for code in page { json.object { entry(code, &$0) } }
        }
    }

    /// As deep as documents may nest, since hierarchies come out of documents.
    private func nested(_ places: [Int], _ tree: ExpansionTree, _ json: inout JSONBuilder) {
        for place in places {
            json.object { json in
                entry(codes[place], &json)
                let children = tree.children[place]
                if !children.isEmpty { json.array("contains") { nested(children, tree, &$0) } }
            }
        }
    }

    private func entry(_ code: ExpandedCode, _ json: inout JSONBuilder) {
        json.member("system", ifPresent: code.system)
        if code.isAbstract { json.member("abstract", true) }
        if code.isInactive { json.member("inactive", true) }
        json.member("code", code.code)
        json.member("display", ifPresent: code.display(in: wish.language))
        guard wish.includesDesignations else { return }
        let designations = code.designations.filter(isWanted)
        guard !designations.isEmpty else { return }
        json.array("designation") { json in for designation in designations { json.value(designation) } }
    }

    private func isWanted(_ designation: JSONNode) -> Bool {
        guard !wish.designations.isEmpty else { return true }
        let use = designation["use"]
        let token = "\(use?["system"]?.string ?? "")|\(use?["code"]?.string ?? "")"
        return wish.designations.contains { wanted in
            wanted == token || designation["language"]?.equals(wanted) == true
                || wanted == "urn:ietf:bcp:47|\(designation["language"]?.string ?? "")"
        }
    }
}

/// Which codes of an expansion stand within which.
struct ExpansionTree {
    private(set) var roots: [Int] = []
    private(set) var children: [[Int]]

    /// A code stands within the first of those above it that is in the expansion too, and comes before it there.
    init(_ codes: [ExpandedCode], _ known: TerminologySet) {
        children = Array(repeating: [], count: codes.count)
        var places: [ExpandedCode.Key: Int] = [:]
        for (index, code) in codes.enumerated() { places[code.key] = index }
        var systems: [String: CodeSystem?] = [:]
        for (index, code) in codes.enumerated() {
            guard let url = code.system else {
                roots.append(index)
                continue
            }
            if systems[url] == nil { systems[url] = known.codeSystem(url, version: code.version) }
            guard let system = systems[url].flatMap({ $0 }), let own = system.place(of: code.code),
                let parent = system.hierarchy.parents(of: own).lazy
                    .compactMap({ places[ExpandedCode.Key(system: url, code: system.codes[Int($0)])] })
                    .first(where: { $0 < index })
            else {
                roots.append(index)
                continue
            }
            children[parent].append(index)
        }
    }
}
