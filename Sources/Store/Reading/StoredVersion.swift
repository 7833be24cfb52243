import FHIR

/// One version of a resource as the record holds it.
public struct StoredVersion: Sendable {
    public let type: ResourceType
    public let id: String
    public let version: Int32
    public let method: WriteMethod
    /// Microseconds since 1970 UTC.
    public let updated: Int64
    /// The stored form; nil for a deletion. Of a contained resource its JSON as it stands in its container.
    public let content: [UInt8]?
    /// Of a contained resource: the one that holds it, of which `version` and `updated` are.
    public private(set) var container: Container?

    /// What holds a contained resource.
    public struct Container: Sendable, Hashable {
        public let type: ResourceType
        public let id: String
    }

    public init(
        type: ResourceType, id: String, version: Int32, method: WriteMethod, updated: Int64, content: [UInt8]?
    ) {
        self.type = type
        self.id = id
        self.version = version
        self.method = method
        self.updated = updated
        self.content = content
    }

    /// The resource as a client sees it; nothing for a deletion.
    public func rendered() -> [UInt8]? {
        guard let content else { return nil }
        // What is contained has no version of its own.
        guard container == nil else { return content }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(content.count + 160)
        StoredResource.render(content: content, id: id, version: version, lastUpdated: updated, into: &bytes)
        return bytes
    }
}

extension StoredVersion {
    /// The contained resource at a position, by itself.
    ///
    /// - Throws: ``StoreError/failed(_:)`` where none is.
    func contained(at position: Int) throws -> StoredVersion {
        let root = try JSONDocument.parse(content ?? []).root
        guard let resource = root.contained.first(where: { $0.position == position }) else {
            throw StoreError.failed("\(type)/\(id) contains no resource number \(position)")
        }
        var part = StoredVersion(
            type: resource.type, id: resource.node["id"]?.string ?? "", version: version, method: method,
            updated: updated,
            content: JSONWriter.compact(resource.node))
        part.container = Container(type: type, id: id)
        return part
    }
}
