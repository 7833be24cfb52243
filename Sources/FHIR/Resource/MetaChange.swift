/// What `$meta-add` and `$meta-delete` make of a resource's profiles, tags and security labels: they are sets; a Coding is
/// known by its system and code (R4 resource-operation-meta-add).
public struct MetaChange: Sendable {
    public enum Kind: Sendable { case add, delete }

    private let kind: Kind
    private let profiles: [String]
    /// By the element, `tag` or `security`.
    private let codings: [String: [JSONNode]]

    private static let labels = ["security", "tag"]

    /// - Parameter meta: what is to be added or deleted.
    /// - Throws: ``Issue`` where it holds something else, or nothing.
    public init(_ kind: Kind, _ meta: JSONNode) throws(Issue) {
        self.kind = kind
        for (key, _) in meta.members
        where !["profile", "security", "tag", "versionId", "lastUpdated"].contains(key.string) {
            throw Issue(
                .notSupported, "Only profile, security and tag can be added or deleted, not \(key.string).",
                at: "Parameters.parameter.value.\(key.string)")
        }
        profiles = meta.elements("profile").compactMap(\.string)
        codings = Dictionary(uniqueKeysWithValues: Self.labels.map { ($0, meta[$0]?.elements.map { $0 } ?? []) })
        guard !profiles.isEmpty || codings.values.contains(where: { !$0.isEmpty }) else {
            throw Issue(
                .required, "The meta names no profile, security label or tag.", at: "Parameters.parameter.value")
        }
    }

    /// The resource with its meta changed; nil where nothing is to be changed.
    public func apply(to resource: JSONNode) -> [UInt8]? {
        let meta = resource["meta"]
        let owned = meta?.elements("profile").compactMap(\.string) ?? []
        let kept = changed(owned, by: profiles) { $0 }
        var isChanged = kept.count != owned.count
        var lists: [String: [JSONNode]] = [:]
        for name in Self.labels {
            let own = meta?[name]?.elements.map { $0 } ?? []
            let next = changed(own, by: codings[name] ?? [], Self.identity)
            isChanged = isChanged || next.count != own.count
            lists[name] = next
        }
        guard isChanged else { return nil }
        var json = JSONBuilder(capacity: resource.sourceRange.count + 256)
        json.object { json in
            for (key, value) in resource.members where !key.equals("meta") {
                json.key(key.string)
                json.value(value)
                if key.equals("resourceType") { write(meta, kept, lists, &json) }
            }
        }
        return json.bytes
    }

    private func write(
        _ meta: JSONNode?, _ profiles: [String], _ lists: [String: [JSONNode]], _ json: inout JSONBuilder
    ) {
        json.object("meta") { json in
            for (key, value) in meta?.members.map({ $0 }) ?? []
            where !["profile", "_profile"].contains(key.string) && !Self.labels.contains(key.string) {
                json.key(key.string)
                json.value(value)
            }
            if !profiles.isEmpty { json.array("profile") { json in for profile in profiles { json.value(profile) } } }
            for name in Self.labels {
                guard let list = lists[name], !list.isEmpty else { continue }
                json.key(name)
                json.array { json in for coding in list { json.value(coding) } }
            }
        }
    }

    private func changed<Element, Identity: Hashable>(
        _ own: [Element], by given: [Element], _ identity: (Element) -> Identity
    ) -> [Element] {
        switch kind {
        case .delete:
            let dropped = Set(given.map(identity))
            return own.filter { !dropped.contains(identity($0)) }
        case .add:
            var seen = Set(own.map(identity))
            return own + given.filter { seen.insert(identity($0)).inserted }
        }
    }

    private static func identity(_ coding: JSONNode) -> [String?] {
        [coding["system"]?.string, coding["code"]?.string]
    }
}
