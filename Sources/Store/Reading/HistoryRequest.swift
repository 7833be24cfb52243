import FHIR

/// Whose versions a history tells (R4 §3.1.0.12).
public enum HistoryScope: Sendable, Hashable {
    case instance(ResourceType, id: String)
    case type(ResourceType)
    case system

    public var type: ResourceType? {
        switch self {
        case .instance(let type, _), .type(let type): type
        case .system: nil
        }
    }

    public var id: String? {
        if case .instance(_, let id) = self { id } else { nil }
    }
}

/// What is asked of a history.
public struct HistoryRequest: Sendable {
    public var scope: HistoryScope
    /// Microseconds since 1970 UTC: versions from before are left out.
    public var since: Int64?
    /// Only versions that were current at some point of it. A version is current from its own moment until the next
    /// version's; a deletion is a version.
    public var at: DateRange?
    /// How many versions a page holds.
    public var count: Int
    /// What the link to the page carries; nil for the first page.
    public var page: String?

    public init(
        _ scope: HistoryScope, since: Int64? = nil, at: DateRange? = nil, count: Int, page: String? = nil
    ) {
        self.scope = scope
        self.since = since
        self.at = at
        self.count = count
        self.page = page
    }

    /// What a page's link must have been made for.
    var canonical: String {
        let place = "\(scope.type?.name ?? "")/\(scope.id ?? "")"
        return "\(place)?\(since ?? .min),\(at?.lower ?? .min),\(at?.upper ?? .max)"
    }
}

/// A version, and how it came about.
public struct HistoryEntry: Sendable {
    public let version: StoredVersion
    /// It made the resource, or brought a deleted one back: its writer was told `201 Created`.
    public let isCreation: Bool

    public init(_ version: StoredVersion, isCreation: Bool) {
        self.version = version
        self.isCreation = isCreation
    }
}

/// A page of a history, newest versions first. All pages of a walk show what was committed when it began.
public struct HistoryPage: Sendable {
    public let entries: [HistoryEntry]
    /// How many versions there are on all pages: always known of one resource, of many where one page holds all.
    public let total: Int?
    /// What the links to other pages carry.
    public let first: String?
    public let previous: String?
    public let next: String?

    public init(entries: [HistoryEntry], total: Int?, first: String?, previous: String?, next: String?) {
        self.entries = entries
        self.total = total
        self.first = first
        self.previous = previous
        self.next = next
    }
}
