import FHIR
import Store

/// A page of a history, and what its links say.
public struct HistoryAnswer: Sendable {
    public let scope: HistoryScope
    /// Newest first; deletions are among them.
    public let entries: [HistoryEntry]
    /// How many versions are on all pages, where it is known.
    public let total: Int?
    /// The parameters that had effect: what the self link shows.
    public let applied: [SearchQuery.Parameter]
    /// The parameters of the other pages of the same walk; nil where there is none.
    public let first: [SearchQuery.Parameter]?
    public let previous: [SearchQuery.Parameter]?
    public let next: [SearchQuery.Parameter]?

    init(_ query: HistoryQuery, _ scope: HistoryScope, _ page: HistoryPage) {
        self.scope = scope
        entries = page.entries
        total = page.total
        applied = query.applied
        let others = query.applied.filter { $0.name != "_page" }
        func parameters(_ token: String?) -> [SearchQuery.Parameter]? {
            token.map { others + [SearchQuery.Parameter(name: "_page", value: $0)] }
        }
        first = parameters(page.first)
        previous = parameters(page.previous)
        next = parameters(page.next)
    }
}

extension HistoryScope {
    /// What the audit calls it.
    public var interaction: AuditInteraction {
        switch self {
        case .instance: .historyInstance
        case .type: .historyType
        case .system: .historySystem
        }
    }
}
