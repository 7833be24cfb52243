/// Finds what a transaction has to rewrite in a resource (R4 §3.1.0.11.2): references, and elements of a uri type, whose
/// text names another entry of the transaction or asks for a resource by criteria.
public struct ReferenceScan: Sendable {
    /// A string node whose text points somewhere, with what it says.
    public struct Finding: Sendable {
        public let node: JSONNode
        public let text: String
        /// It is `Reference.reference`; else an element of type uri, url, canonical, oid or uuid.
        public let isReference: Bool
    }

    /// The elements of `resource` for whose text `isWanted` holds.
    ///
    /// - Parameter isWanted: asked for every string that could be a link: those that begin with a scheme, and those
    ///   with a `?`. Only what it wants is looked at more closely.
    public static func findings(
        in resource: JSONNode, type: ResourceType, where isWanted: (String) -> Bool
    ) -> [Finding] {
        var findings: [Finding] = []
        let document = resource.document
        var index = resource.index
        while index < resource.endIndex {
            let entry = document.tape[Int(index)]
            if entry.isString, !entry.isKey, isLink(entry, in: document.bytes) {
                let node = JSONNode(document: document, index: index)
                if let text = node.string, isWanted(text),
                    let kind = kind(of: index, in: resource, type: R4.table.type(type))
                {
                    findings.append(Finding(node: node, text: text, isReference: kind == .reference))
                }
            }
            index += 1
        }
        return findings
    }

    /// The texts of all `Reference.reference` in a resource, those of contained resources too, in its order; without
    /// fragments, which point at contained resources.
    public static func references(in resource: JSONNode) -> [String] {
        var found: [String] = []
        var pending = [resource]
        while let node = pending.popLast() {
            switch node.kind {
            case .object:
                if let text = node["reference"]?.string, !text.hasPrefix("#") { found.append(text) }
                pending += node.members.map(\.value).reversed()
            case .array: pending += Array(node.elements).reversed()
            default: continue
            }
        }
        return found
    }

    /// A cheap look: a colon or a question mark within the text's first bytes, and no white space before it.
    private static func isLink(_ entry: JSONTapeEntry, in bytes: [UInt8]) -> Bool {
        for byte in bytes[entry.content].prefix(64) {
            switch byte {
            case UInt8(ascii: ":"), UInt8(ascii: "?"): return true
            case UInt8(ascii: " "), UInt8(ascii: "<"): return false
            default: continue
            }
        }
        return false
    }

    private enum Kind {
        case reference
        case uri
    }

    private static let uriTypes: Set<String> = ["uri", "url", "canonical", "oid", "uuid"]

    /// What the string at `target` is, by the facts along the way to it; nil if it is no link.
    private static func kind(of target: Int32, in resource: JSONNode, type: TypeFact) -> Kind? {
        var object = resource
        var type = type
        while true {
            guard
                let (key, value) = object.members.first(where: {
                    $0.value.index <= target && target < $0.value.endIndex
                })
            else { return nil }
            guard let fact = key.withUTF8({ type.key($0) }) else { return nil }
            if type.name == "Reference", key.equals("reference") { return .reference }
            guard let child = value.elements.first(where: { $0.index <= target && target < $0.endIndex }) else {
                return nil
            }
            if child.index == target { return uriTypes.contains(fact.type.name) ? .uri : nil }
            object = child
            type = fact.type
            if type.name == "Resource", let name = child["resourceType"]?.string, let concrete = ResourceType(name) {
                type = R4.table.type(concrete)
            }
        }
    }
}
