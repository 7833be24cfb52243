import FHIR

/// Puts ids into the references between drafts. A reference to what was not found is left out, and so is what it leaves
/// empty; one that the list holds already, by its id, is not repeated.
struct FeedReferences {
    /// `Type/id` by the name of a draft.
    let targets: [String: String]
    private(set) var missing: Set<String> = []

    init(_ targets: [String: String]) {
        self.targets = targets
    }

    mutating func resolve(_ resource: JSONNode) -> [UInt8] {
        var json = JSONBuilder(capacity: 1024)
        if !write(resource, to: &json) { json.object { _ in } }
        return json.bytes
    }

    /// False, and nothing is written, if the value is to be left out.
    private mutating func write(_ node: JSONNode, to json: inout JSONBuilder) -> Bool {
        switch node.kind {
        case .object:
            guard remains(node) else { return false }
            json.object { json in
                for (key, value) in node.members {
                    if key.equals("reference"), let name = draft(value) {
                        if let target = targets[name] { json.member("reference", target) }
                    } else if remains(value) {
                        json.key(key.string)
                        _ = write(value, to: &json)
                    }
                }
            }
        case .array:
            guard remains(node) else { return false }
            json.array { json in
                var known: Set<String> = []
                for element in node.elements where remains(element) {
                    if let target = plainReference(element), !known.insert(target).inserted { continue }
                    _ = write(element, to: &json)
                }
            }
        default: json.value(node)
        }
        return true
    }

    /// Whether anything of a value is left when references to what is missing are taken out.
    private mutating func remains(_ node: JSONNode) -> Bool {
        switch node.kind {
        case .object:
            var count = 0
            for (key, value) in node.members {
                if key.equals("reference"), let name = draft(value), targets[name] == nil {
                    missing.insert(name)
                } else if remains(value) {
                    count += 1
                }
            }
            return count > 0
        case .array:
            var found = false
            for element in node.elements where remains(element) { found = true }
            return found
        default: return true
        }
    }

    /// Where an element leads that is a reference and nothing else.
    private func plainReference(_ node: JSONNode) -> String? {
        guard node.kind == .object, let reference = node["reference"],
            node.members.allSatisfy({ $0.0.equals("reference") })
        else { return nil }
        return draft(reference).map { targets[$0] ?? $0 } ?? reference.string
    }

    private func draft(_ node: JSONNode) -> String? {
        guard let text = node.string, text.hasPrefix(FeedDraft.referencePrefix) else { return nil }
        return String(text.dropFirst(FeedDraft.referencePrefix.count))
    }
}
