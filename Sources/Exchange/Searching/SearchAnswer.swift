import FHIR
import Store

/// What is done about search parameters that are not known (R4 §3.1.1.2).
public enum SearchHandling: Sendable {
    /// They are refused.
    case strict
    /// They are ignored with a warning.
    case lenient
}

/// The answer to a search.
public struct SearchAnswer: Sendable {
    public let scope: SearchScope
    /// Where it was asked for, below the base, if not by a search: `Patient/1/$everything`.
    public internal(set) var place: String?
    public internal(set) var matches: [StoredVersion] = []
    /// What `_include` and `_revinclude` brought.
    public internal(set) var included: [StoredVersion] = []
    /// All matches, where that was asked for or is known anyway.
    public internal(set) var total: Int?
    /// The parameters that had effect: what the self link shows.
    public let applied: [SearchQuery.Parameter]
    /// What the link to the next page carries; nil on the last.
    public internal(set) var nextPage: String?
    /// What the links to the page before and to the first carry, on pages behind the first.
    public internal(set) var previousPage: String?
    public internal(set) var firstPage: String?
    /// What of each resource is told.
    public let view: SearchView
    public internal(set) var warnings: [Issue]
    /// How the search would be carried out, where `_explain` asked for that instead.
    public internal(set) var explanation: SearchExplanation?

    init(_ scope: SearchScope, _ parsed: ParsedSearch) {
        self.scope = scope
        applied = parsed.applied
        view = parsed.view
        warnings = parsed.warnings
    }

    /// The answer of an operation.
    init(_ scope: SearchScope, place: String, applied: [SearchQuery.Parameter]) {
        self.scope = scope
        self.place = place
        self.applied = applied
        view = .whole
        warnings = []
    }

    /// The parameters of the next page; nil on the last.
    public var next: [SearchQuery.Parameter]? { parameters(nextPage) }
    /// Of the page before; nil on the first.
    public var previous: [SearchQuery.Parameter]? { parameters(previousPage) }
    /// Of the first page, as it was; nil where this is it.
    public var first: [SearchQuery.Parameter]? { parameters(firstPage) }

    private func parameters(_ page: String?) -> [SearchQuery.Parameter]? {
        page.map { applied.filter { $0.name != "_page" } + [SearchQuery.Parameter(name: "_page", value: $0)] }
    }
}
