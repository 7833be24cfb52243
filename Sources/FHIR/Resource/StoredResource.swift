/// The form in which a resource is kept: compact JSON `{"resourceType":"T"[,"meta":{…}],…}`, the rest in the sender's
/// order, without `id`, `meta.versionId` and `meta.lastUpdated`, which the record keeps beside it.
///
/// A read copies bytes: ``render(content:id:version:lastUpdated:into:)-(UnsafeBufferPointer<UInt8>,_,_,_,_)`` puts
/// the three behind the first member and parses nothing.
public struct StoredResource: Sendable {
    public let type: ResourceType
    /// UTF-8; never holds white space between tokens.
    public let content: [UInt8]

    /// The stored form of a document that is one resource.
    public init(_ document: JSONDocument, type: ResourceType, edits: JSONEdits = .none) {
        self.init(document.root, type: type, edits: edits)
    }

    /// The stored form of a resource within a document, such as an entry of a bundle.
    ///
    /// Validation has seen that `resource` is an object and its `meta`, if any, too; what else stands in their place is
    /// dropped. The primitive extensions of the dropped elements of meta (`_versionId`, `_lastUpdated`) go with them.
    ///
    /// - Parameter edits: nodes to replace or drop; edits of other nodes than the resource's are ignored.
    public init(_ resource: JSONNode, type: ResourceType, edits: JSONEdits = .none) {
        self.type = type
        let name = type.name
        let frame = 24 + name.utf8.count
        let limit = resource.sourceRange.count + edits.replacementBytes + frame
        content = [UInt8](unsafeUninitializedCapacity: limit) { space, count in
            var writer = JSONCompactor(resource.document, edits: edits, output: space)
            writer.put(#"{"resourceType":""#)
            writer.put(name)
            writer.put("\"")
            Self.writeMeta(of: resource, edits, &writer)
            Self.writeRest(of: resource, &writer)
            writer.closeObject()
            count = writer.count
        }
    }

    /// Writes `meta` and its comma, if anything of it remains.
    private static func writeMeta(of resource: JSONNode, _ edits: JSONEdits, _ writer: inout JSONCompactor) {
        guard let meta = resource["meta"], meta.kind == .object else { return }
        let mark = writer.count
        writer.separate()
        writer.put(#""meta":{"#)
        let start = writer.count
        if let edit = edits.edit(of: meta.index) {
            writer.put(membersOfReplacedMeta(edit))
        } else {
            writeMembers(of: meta, &writer)
        }
        if writer.count == start {
            writer.rewind(to: mark)
        } else {
            writer.closeObject()
        }
    }

    private static func writeMembers(of meta: JSONNode, _ writer: inout JSONCompactor) {
        for (key, value) in meta.members where !isKeptBeside(key) {
            writer.separate()
            writer.copy(key, value)
        }
    }

    private static func isKeptBeside(_ key: JSONKey) -> Bool {
        key.equals("versionId") || key.equals("lastUpdated") || key.equals("_versionId") || key.equals("_lastUpdated")
    }

    /// What stays of a meta that an edit brought; it is stripped like any other.
    private static func membersOfReplacedMeta(_ edit: JSONEdits.Edit) -> [UInt8] {
        guard let bytes = edit.bytes, let meta = try? JSONDocument.parse(bytes) else { return [] }
        return [UInt8](unsafeUninitializedCapacity: bytes.count) { space, count in
            var writer = JSONCompactor(meta, edits: .none, output: space)
            writeMembers(of: meta.root, &writer)
            count = writer.count
        }
    }

    private static func writeRest(of resource: JSONNode, _ writer: inout JSONCompactor) {
        for (key, value) in resource.members
        where !key.equals("resourceType") && !key.equals("id") && !key.equals("meta") {
            writer.separate()
            writer.copy(key, value)
        }
    }
}
