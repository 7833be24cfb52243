import FHIR

/// What entries of a transaction are called, and what links to them become (R4 §3.1.0.11.2, bundle.html#references).
struct WriteLinks: Sendable {
    /// What an entry's fullUrl stands for: `Type/id`, empty as long as that is not known.
    private var targets: [String: String] = [:]
    /// Some fullUrl is a web address: relative references may mean its entry.
    private let hasWebAddresses: Bool

    init(_ requests: [WriteRequest]) throws(Problem) {
        var hasWebAddresses = false
        for request in requests {
            guard let url = request.fullURL, !url.isEmpty else { continue }
            if !url.hasPrefix("urn:") { hasWebAddresses = true }
            guard targets.updateValue("", forKey: url) == nil else {
                throw Problem(
                    .invalid, .duplicate, "Two entries have the fullUrl \(url); each entry needs one of its own.",
                    at: request.place.map { $0 + ".fullUrl" })
            }
        }
        self.hasWebAddresses = hasWebAddresses
    }

    /// From now on links to the entry's fullUrl mean this resource.
    mutating func point(_ request: WriteRequest, at id: String) {
        if let url = request.fullURL, !url.isEmpty { targets[url] = "\(request.type.name)/\(id)" }
    }

    /// The links of a resource that must be rewritten; none outside of bundles.
    ///
    /// - Parameter asksForVersions: becomes true where a reference may want the version of its target.
    /// - Throws: where a reference names no entry and can be nothing else.
    func findings(in step: WriteStep, asksForVersions: inout Bool) throws(Problem) -> [ReferenceScan.Finding] {
        guard step.request.place != nil, let resource = step.resource else { return [] }
        let base = base(of: step.request)
        let findings = ReferenceScan.findings(in: resource, type: step.type) { text, kind in
            if kind == .uri, text == VersionSpecificReference.url { asksForVersions = true }
            guard kind == .reference else { return targets[text] != nil }
            return targets[text] != nil || text.hasPrefix("urn:") || Self.isConditional(text)
                || base.map { targets["\($0)\(text)"] != nil } ?? false
        }
        for finding in findings where finding.kind == .reference && target(of: finding.text, base) == nil {
            guard finding.text.hasPrefix("urn:uuid:") || finding.text.hasPrefix("urn:oid:") else { continue }
            throw Problem(
                .invalid, .notFound,
                "The reference \(finding.text) names no entry of the bundle; add the entry, or refer to a resource of "
                    + "the server by Type/id.", at: step.request.place.map { $0 + ".resource" })
        }
        return findings
    }

    /// The stored form of a step's resource, its links rewritten.
    ///
    /// - Parameter found: what conditional references have found.
    func content(
        of step: WriteStep, _ findings: [ReferenceScan.Finding], conditionals found: [String: String]
    ) -> [UInt8]? {
        guard let resource = step.resource else { return nil }
        var edits = JSONEdits()
        let base = base(of: step.request)
        for finding in findings {
            switch finding.kind {
            case .reference, .uri:
                if let target = target(of: finding.text, finding.kind == .reference ? base : nil) ?? found[finding.text]
                {
                    edits.replace(finding.node.index, withString: target)
                }
            case .narrative:
                if let text = NarrativeReferences.rewritten(finding.text, { target(of: $0, nil) }) {
                    edits.replace(finding.node.index, withString: text)
                }
            }
        }
        return StoredResource(resource, type: step.type, edits: edits).content
    }

    private func target(of text: String, _ base: Substring?) -> String? {
        if let target = targets[text], !target.isEmpty { return target }
        guard let base, let target = targets["\(base)\(text)"], !target.isEmpty else { return nil }
        return target
    }

    /// What relative references of an entry are relative to: its own fullUrl without type and id.
    private func base(of request: WriteRequest) -> Substring? {
        guard hasWebAddresses, let url = request.fullURL, !url.hasPrefix("urn:") else { return nil }
        let parts = url.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count > 3, parts[parts.count - 2] == request.type.name else { return nil }
        return url[..<parts[parts.count - 2].startIndex]
    }

    /// `Type?criteria` of a type that R4 has.
    static func isConditional(_ text: String) -> Bool {
        guard let mark = text.utf8.firstIndex(of: UInt8(ascii: "?")) else { return false }
        return ResourceType(String(text[..<mark])) != nil
    }
}
