import FHIR

/// One resource to find or make, and what a message says about it.
///
/// Whoever applies it looks for the resource by its identity, asks for ``resource(over:resolving:)`` with what is stored and
/// the ids that the drafts have, and writes. Where the outcome equals what is stored,
/// nothing need be written.
public struct Draft: Sendable, Equatable {
    public enum Use: Sendable, Equatable {
        /// Found and changed, or made.
        case createOrUpdate
        /// Found and changed. Where there is none, nothing happens, and references to it are left out with a line in the
        /// report.
        case updateOnly
        /// Found and referred to. It has no edits, and where there is none, references to it are left out with a line in
        /// the report.
        case findOnly
    }

    public var name: DraftName
    public var type: ResourceType
    public var identity: Identity
    public var use: Use
    /// When that was so; an older draft must not overwrite what a newer one wrote.
    public var eventTime: EventTime
    public var edits: [Edit]

    public init(
        name: DraftName, type: ResourceType, identity: Identity, use: Use = .createOrUpdate, eventTime: EventTime,
        edits: [Edit] = []
    ) {
        self.name = name
        self.type = type
        self.identity = identity
        self.use = use
        self.eventTime = eventTime
        self.edits = edits
    }

    /// What it says of a bed's operational status (A20, table 0116); nil where it says only which bed it is.
    public var reportedStatus: String? {
        guard type == .location else { return nil }
        return edits.lazy.compactMap { edit in
            guard case .set(let path, let value) = edit, path.names == ["operationalStatus"] else { return nil }
            return value["code"]?.text
        }.first
    }

    /// The names of the drafts that its edits refer to, each once, in order.
    public var references: [DraftName] {
        var found: [DraftName] = []
        for edit in edits {
            switch edit {
            case .set(_, let value), .setIfAbsent(_, let value): value.collectReferences(into: &found)
            case .replace(_, let values, _), .union(_, let values), .mergeIdentifiers(_, let values, _):
                for value in values { value.collectReferences(into: &found) }
            case .remove: break
            }
        }
        return found
    }
}
