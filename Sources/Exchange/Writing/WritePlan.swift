import FHIR
import Store

/// What a list of writes needs before it can be carried out: ids, the links between entries, the criteria to look up.
struct WritePlan: Sendable {
    struct Step: Sendable {
        let request: WriteRequest
        let id: String
        let isFresh: Bool
        /// Links of the resource that must be rewritten.
        let links: [ReferenceScan.Finding]
    }

    let steps: [Step]
    /// What an entry's fullUrl stands for: `Type/id`.
    private(set) var targets: [String: String]
    /// Conditional references, each once: `Type?criteria`.
    let conditionals: [String]

    /// Whether the record must be looked at before anything is written.
    var mustLook: Bool {
        !conditionals.isEmpty
            || steps.contains {
                if case .create(ifNoneExist: .some) = $0.request.kind { true } else { false }
            }
    }

    init(_ requests: [WriteRequest], makeID: () -> String) throws(Problem) {
        var targets: [String: String] = [:]
        var ids: [String] = []
        for request in requests {
            let id = request.id ?? makeID()
            ids.append(id)
            guard let url = request.fullURL, !url.isEmpty else { continue }
            if targets.updateValue("\(request.type.name)/\(id)", forKey: url) != nil {
                throw Problem(
                    .invalid, .duplicate, "Two entries have the fullUrl \(url); each entry needs one of its own.",
                    at: request.place.map { $0 + ".fullUrl" })
            }
        }
        try Self.refuseOverlaps(requests)
        var steps: [Step] = []
        var conditionals: Set<String> = []
        for (request, id) in zip(requests, ids) {
            var links: [ReferenceScan.Finding] = []
            if request.place != nil, let resource = request.resource {
                links = ReferenceScan.findings(in: resource, type: request.type) { text in
                    targets[text] != nil || text.hasPrefix("urn:") || Self.isConditional(text)
                }
                for link in links where link.isReference && targets[link.text] == nil {
                    if Self.isConditional(link.text) {
                        conditionals.insert(link.text)
                    } else if link.text.hasPrefix("urn:uuid:") || link.text.hasPrefix("urn:oid:") {
                        throw Problem(
                            .invalid, .notFound,
                            "The reference \(link.text) names no entry of the bundle; add the entry, or refer to a "
                                + "resource of the server by Type/id.", at: request.place.map { $0 + ".resource" })
                    }
                }
            }
            let isFresh = if case .create = request.kind { true } else { false }
            steps.append(Step(request: request, id: id, isFresh: isFresh, links: links))
        }
        self.steps = steps
        self.targets = targets
        self.conditionals = conditionals.sorted()
    }

    /// What is in the record and will be changed or deleted, `Type/id`.
    var touched: Set<String> {
        Set(steps.compactMap { step in step.request.id.map { "\(step.request.type)/\($0)" } })
    }

    /// Deletes come before creates, so that If-None-Exist does not find what they delete (R4 §3.1.0.11.2).
    func deletes(_ version: StoredVersion) -> Bool {
        steps.contains { step in
            guard case .delete(let id, _) = step.request.kind else { return false }
            return id == version.id && step.request.type == version.type
        }
    }

    /// `Type?criteria` of a type that R4 has.
    static func isConditional(_ text: String) -> Bool {
        guard let mark = text.utf8.firstIndex(of: UInt8(ascii: "?")) else { return false }
        return ResourceType(String(text[..<mark])) != nil
    }

    /// A transaction may touch a resource once (R4 §3.1.0.11.2).
    private static func refuseOverlaps(_ requests: [WriteRequest]) throws(Problem) {
        var seen: Set<String> = []
        for request in requests {
            guard let id = request.id, !seen.insert("\(request.type.name)/\(id)").inserted else { continue }
            throw Problem(
                .invalid, .duplicate,
                "The transaction writes \(request.type.name)/\(id) twice; each resource may be touched once.",
                at: request.place.map { $0 + ".request.url" })
        }
    }

    /// From now on links to the entry's fullUrl mean another resource: the one that If-None-Exist found.
    mutating func point(_ step: Step, at id: String) {
        if let url = step.request.fullURL { targets[url] = "\(step.request.type.name)/\(id)" }
    }

    /// The stored form of a step's resource, its links rewritten.
    func content(of step: Step, conditionals found: [String: String]) -> [UInt8]? {
        guard let resource = step.request.resource else { return nil }
        var edits = JSONEdits()
        for link in step.links {
            if let target = targets[link.text] ?? found[link.text] {
                edits.replace(link.node.index, withString: target)
            }
        }
        return StoredResource(resource, type: step.request.type, edits: edits).content
    }

    func draft(of step: Step, conditionals found: [String: String] = [:]) -> WriteDraft {
        let content = content(of: step, conditionals: found)
        let type = step.request.type
        switch step.request.kind {
        case .create:
            return WriteDraft(
                type: type, id: step.id, method: .create, isFresh: true, content: content, interaction: .create)
        case .update(_, let ifMatch, let ifNoneMatch):
            let expectation: Expectation = ifNoneMatch ? .absent : ifMatch.map(Expectation.version) ?? .any
            return WriteDraft(
                type: type, id: step.id, method: .update, expectation: expectation, content: content,
                interaction: .update)
        case .patch(_, let version):
            return WriteDraft(
                type: type, id: step.id, method: .patch, expectation: .version(version), content: content,
                interaction: .patch)
        case .delete(_, let ifMatch):
            return WriteDraft(
                type: type, id: step.id, method: .delete, expectation: ifMatch.map(Expectation.version) ?? .any,
                content: nil, interaction: .delete)
        }
    }
}

extension SearchRequest {
    /// The same, with room for matches that a transaction itself changes.
    func seeing(beyond touched: Set<String>) -> SearchRequest {
        var request = self
        request.count += touched.count { name in types.contains { name.hasPrefix("\($0)/") } }
        return request
    }
}
