import FHIR
import Store

/// One write of a client, before anything of it is decided.
public struct WriteRequest: Sendable {
    public enum Kind: Sendable {
        /// - Parameter ifNoneExist: the criteria of If-None-Exist, without the type.
        case create(ifNoneExist: String?)
        case update(WriteTarget, ifMatch: Int32?, ifNoneMatch: Bool)
        /// The resource is what the patch makes of the current version.
        case patch(WriteTarget, Patch, ifMatch: Int32?)
        case delete(WriteTarget, ifMatch: Int32?)
    }

    public let kind: Kind
    public let type: ResourceType
    /// The resource; nil for a delete and a patch.
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

    /// The id that the request names; a create names none, criteria stand for one.
    var id: String? {
        switch target {
        case .id(let id): id
        case .criteria, nil: nil
        }
    }

    /// What it asks the record for, without the type.
    var criteria: String? {
        switch kind {
        case .create(let ifNoneExist): return ifNoneExist
        case .update, .patch, .delete:
            if case .criteria(let text) = target { return text }
            return nil
        }
    }

    /// Where the criteria stand.
    var criteriaPlace: String? {
        guard let place else { return nil }
        if case .create = kind { return place + ".request.ifNoneExist" }
        return place + ".request.url"
    }

    var ifMatch: Int32? {
        switch kind {
        case .create: nil
        case .update(_, let version, _), .patch(_, _, let version), .delete(_, let version): version
        }
    }

    private var target: WriteTarget? {
        switch kind {
        case .create: nil
        case .update(let target, _, _), .patch(let target, _, _), .delete(let target, _): target
        }
    }
}

/// What an update, patch or delete concerns.
public enum WriteTarget: Sendable {
    case id(String)
    /// Whatever these search parameters find, percent-encoded as they stand in the url.
    case criteria(String)
}

/// What became of a write.
public struct WriteOutcome: Sendable {
    public enum Kind: Sendable {
        case created
        case updated
        /// The content is what was there already; no version was made.
        case unchanged
        case deleted
        /// There was nothing to delete.
        case nothing
        /// If-None-Exist found this one; nothing was written.
        case found
    }

    public let kind: Kind
    public let type: ResourceType
    /// Empty where criteria found nothing to delete.
    public let id: String
    /// Nil where there is none, and where criteria deleted several.
    public let version: Int32?
    /// Microseconds since 1970 UTC.
    public let updated: Int64
    /// The stored form; nil for a delete.
    public let content: [UInt8]?
    /// How many resources it wrote or deleted.
    public var count = 1
    /// What is to be said of it although it was done.
    public var remarks: [Issue] = []

    public var status: Int {
        switch kind {
        case .created: 201
        case .updated, .unchanged, .found: 200
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

extension WriteOutcome.Kind {
    init(_ outcome: WriteResult.Outcome) {
        switch outcome {
        case .created: self = .created
        case .updated: self = .updated
        case .deleted: self = .deleted
        case .nothing: self = .nothing
        case .unchanged: self = .unchanged
        }
    }
}

/// Says what is to be told of a resource that a patch made, or refuses it.
public typealias Judgement = @Sendable (JSONDocument, ResourceType) throws(Problem) -> [Issue]
