/// Finds what a transaction has to rewrite in a resource (R4 §3.1.0.11.2): references, elements of type uri, url, oid or
/// uuid, and the links of narratives, whose text names another entry of the transaction or asks for a resource by
/// criteria. Elements of type canonical are left alone.
public struct ReferenceScan: Sendable {
    public enum Kind: Sendable {
        /// `Reference.reference`
        case reference
        /// An element of type uri, url, oid or uuid.
        case uri
        /// A narrative's `div`, some of whose links are wanted.
        case narrative
    }

    /// A string node whose text points somewhere, with what it says.
    public struct Finding: Sendable {
        public let node: JSONNode
        public let text: String
        public let kind: Kind
    }

    /// The elements of `resource` for whose text `isWanted` holds.
    ///
    /// - Parameter isWanted: asked for every string that could be a link: references, what has a colon or a `?`, and each
    ///   link of a narrative. Only what it wants is looked at more closely.
    public static func findings(
        in resource: JSONNode, type: ResourceType, where isWanted: (String, Kind) -> Bool
    ) -> [Finding] {
        var findings: [Finding] = []
        let document = resource.document
        var index = resource.index
        var isReference = false
        var isNarrative = false
        while index < resource.endIndex {
            let entry = document.tape[Int(index)]
            if entry.isKey {
                (isReference, isNarrative) = document.bytes.withUnsafeBufferPointer { bytes in
                    (names(entry, "reference", in: bytes), names(entry, "div", in: bytes))
                }
                index += 1
                continue
            }
            if entry.isString, isReference || isNarrative || isLink(entry, in: document.bytes) {
                let node = JSONNode(document: document, index: index)
                if let finding = finding(node, in: resource, type, isReference, isNarrative, isWanted) {
                    findings.append(finding)
                }
            }
            (isReference, isNarrative) = (false, false)
            index += 1
        }
        return findings
    }

    /// The texts of all `Reference.reference` in a resource, those of contained resources too, in its order; without
    /// fragments, which point at contained resources.
    public static func references(in resource: JSONNode) -> [String] {
        var found: [String] = []
        let document = resource.document
        var index = resource.index
        while index < resource.endIndex {
            let entry = document.tape[Int(index)]
            index += 1
            guard entry.isKey, document.bytes.withUnsafeBufferPointer({ names(entry, "reference", in: $0) }),
                let text = JSONNode(document: document, index: index).string, !text.hasPrefix("#")
            else { continue }
            found.append(text)
        }
        return found
    }

    private static func finding(
        _ node: JSONNode, in resource: JSONNode, _ type: ResourceType, _ isReference: Bool, _ isNarrative: Bool,
        _ isWanted: (String, Kind) -> Bool
    ) -> Finding? {
        guard let text = node.string else { return nil }
        if isReference {
            return isWanted(text, .reference) ? Finding(node: node, text: text, kind: .reference) : nil
        }
        if isNarrative {
            var links = NarrativeReferences(text)
            while let link = links.next() {
                if isWanted(link, .narrative) { return Finding(node: node, text: text, kind: .narrative) }
            }
            return nil
        }
        guard isWanted(text, .uri), isURI(node.index, in: resource, type: R4.table.type(type)) else { return nil }
        return Finding(node: node, text: text, kind: .uri)
    }

    private static func names(
        _ key: JSONTapeEntry, _ name: StaticString, in bytes: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        key.content.count == name.utf8CodeUnitCount && name.withUTF8Buffer { key.equals($0, in: bytes) }
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

    private static let uriTypes: Set<String> = ["uri", "url", "oid", "uuid"]

    /// Whether the string at `target` is one, by the facts along the way to it.
    private static func isURI(_ target: Int32, in resource: JSONNode, type: TypeFact) -> Bool {
        var object = resource
        var type = type
        while true {
            guard
                let (key, value) = object.members.first(where: {
                    $0.value.index <= target && target < $0.value.endIndex
                }), let fact = key.withUTF8({ type.key($0) }),
                let child = value.elements.first(where: { $0.index <= target && target < $0.endIndex })
            else { return false }
            if child.index == target { return uriTypes.contains(fact.type.name) }
            object = child
            type = fact.type
            if type.name == "Resource", let name = child["resourceType"]?.string, let concrete = ResourceType(name) {
                type = R4.table.type(concrete)
            }
        }
    }
}
