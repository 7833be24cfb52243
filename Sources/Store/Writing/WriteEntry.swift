import FHIR

/// How a version came about: what history tells as `request.method`.
public enum WriteMethod: Int16, Sendable {
    case create = 0
    case update = 1
    case delete = 2
    case patch = 3

    /// The HTTP method of R4 §3.1.0 that makes such a version.
    public var httpMethod: String {
        switch self {
        case .create: "POST"
        case .update: "PUT"
        case .delete: "DELETE"
        case .patch: "PATCH"
        }
    }
}

/// The state that a resource must be in for a write to happen.
public enum Expectation: Sendable, Equatable {
    case any
    /// It must not exist (If-None-Match: *).
    case absent
    /// It must exist and not be deleted.
    case present
    /// It must be at this version (If-Match).
    case version(Int32)

    var sql: Int32? {
        switch self {
        case .any: nil
        case .absent: 0
        case .present: -1
        case .version(let version): version
        }
    }
}

/// One version to be written.
public struct WriteEntry: Sendable {
    let key: Int64
    public let type: ResourceType
    public let id: String
    public let method: WriteMethod
    /// The id was made by the server for this write: nothing can be there yet.
    public let isFresh: Bool
    public let expectation: Expectation
    /// The stored form; nil for a delete.
    public let content: [UInt8]?
    public let rows: IndexRows
    public let interaction: AuditInteraction
    /// When what a feed says of it happened, microseconds since 1970 UTC; nil for all other writers.
    let occurred: Int64?
    let references: WrittenReferences
}

/// What became of a write.
public struct WriteResult: Sendable {
    public enum Outcome: Int16, Sendable {
        case created = 1
        case updated
        case deleted
        /// A delete of what is not there or already deleted.
        case nothing
        /// The content is what is there already: no version was made.
        case unchanged
    }

    public let version: Int32?
    /// Microseconds since 1970 UTC.
    public let updated: Int64
    public let outcome: Outcome
    /// References of what was written that lead to nothing, as `Type/id`; only where they are looked for.
    public var missing: [String] = []
}

/// Why the record refused a write.
public enum WriteRefusal: Sendable, Equatable {
    case absent
    case exists(version: Int32)
    case deleted(version: Int32)
    case versionMismatch(current: Int32)
    /// It refers to what is not there, by a reference that must lead somewhere.
    case dangling(reference: String, path: String)
}

/// What can go wrong with the record.
public enum StoreError: Error, Sendable {
    /// An expectation of the entry at this position (0-based, in the order given) was not met; nothing was written.
    case refused(entry: Int, WriteRefusal)
    /// Two writers made the same resource at once, or met in a deadlock; the whole may be tried again.
    case collision
    /// The database cannot be reached or answers no more.
    case unavailable(String)
    /// The statement took longer than is allowed.
    case timeout
    /// More than the database does in one statement or keeps in memory for it.
    case tooLarge(String)
    /// All connections were busy for longer than a request waits for one.
    case overloaded(String)
    /// The connection was lost between the commit and its confirmation.
    case unknownOutcome(String)
    /// The database has no space left.
    case full(String)
    /// A link to another page cannot be followed.
    case page(PageRefusal)
    /// More resources contain one of a type that is searched than are judged one by one.
    case tooManyContainers(limit: Int)
    /// More resources than are followed one by one fulfil what a chain over canonical urls asks.
    case tooManyCanonicals(limit: Int)
    /// Anything else: a defect of the server or of the database.
    case failed(String)
}
