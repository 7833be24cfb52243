import FHIR

/// One version of a resource as the record holds it.
public struct StoredVersion: Sendable {
    public let type: ResourceType
    public let id: String
    public let version: Int32
    public let method: WriteMethod
    /// Microseconds since 1970 UTC.
    public let updated: Int64
    /// The stored form; nil for a deletion.
    public let content: [UInt8]?

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
        var bytes: [UInt8] = []
        bytes.reserveCapacity(content.count + 160)
        StoredResource.render(content: content, id: id, version: version, lastUpdated: updated, into: &bytes)
        return bytes
    }
}
