import FHIR
import Store

/// One write of a client, before anything of it is decided.
public struct WriteRequest: Sendable {
    public enum Kind: Sendable {
        /// - Parameter ifNoneExist: the criteria of If-None-Exist, without the type.
        case create(ifNoneExist: String?)
        case update(id: String, ifMatch: Int32?, ifNoneMatch: Bool)
        /// The resource is what a patch made of a version.
        case patch(id: String, of: Int32)
        case delete(id: String, ifMatch: Int32?)
    }

    public let kind: Kind
    public let type: ResourceType
    /// The resource; nil for a delete.
    public let resource: JSONNode?
    /// The entry's `fullUrl` in a transaction.
    public let fullURL: String?
    /// Where the request stands, `Bundle.entry[3]`; nil for a request of its own.
    public let place: String?

    public init(
        _ kind: Kind, type: ResourceType, resource: JSONNode?, fullURL: String? = nil, place: String? = nil
    ) {
        self.kind = kind
        self.type = type
        self.resource = resource
        self.fullURL = fullURL
        self.place = place
    }

    var interaction: AuditInteraction {
        switch kind {
        case .create: .create
        case .update: .update
        case .patch: .patch
        case .delete: .delete
        }
    }

    /// The id that the request names; a create names none.
    var id: String? {
        switch kind {
        case .create: nil
        case .update(let id, _, _), .patch(let id, _), .delete(let id, _): id
        }
    }
}

/// What became of a write.
public struct WriteOutcome: Sendable {
    public enum Kind: Sendable {
        case created
        case updated
        case deleted
        /// There was nothing to delete.
        case nothing
        /// If-None-Exist found this one; nothing was written.
        case found
    }

    public let kind: Kind
    public let type: ResourceType
    public let id: String
    public let version: Int32?
    /// Microseconds since 1970 UTC.
    public let updated: Int64
    /// The stored form; nil for a delete.
    public let content: [UInt8]?

    public var status: Int {
        switch kind {
        case .created: 201
        case .updated, .found: 200
        case .deleted, .nothing: 204
        }
    }

    /// The resource as a client sees it.
    public var resource: [UInt8]? {
        guard let content, let version else { return nil }
        var bytes: [UInt8] = []
        StoredResource.render(content: content, id: id, version: version, lastUpdated: updated, into: &bytes)
        return bytes
    }
}
