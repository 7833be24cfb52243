import FHIR
import Store

/// The answer to a type search.
public struct SearchAnswer: Sendable {
    public let matches: [StoredVersion]
    /// All matches, where they were counted or are all on this page.
    public let total: Int?
    /// The parameters that had effect: what the self link shows.
    public let applied: [SearchQuery.Parameter]
    /// The parameters of the next page; nil on the last.
    public let next: [SearchQuery.Parameter]?
    public let warnings: [Issue]
}

extension Exchange {
    /// A type search (R4 §3.1.1). Audited with its query.
    public func search(
        _ type: ResourceType, _ query: SearchQuery, origin: Origin
    ) async throws(Problem) -> SearchAnswer {
        let text = SearchQuery.encoded(query.parameters)
        let answer: SearchAnswer
        do {
            answer = try await find(type, query)
        } catch {
            try await note(
                .searchType, status: error.status, type: type, query: text, origin: origin,
                detail: error.issues.first?.diagnostics)
            throw error.noted
        }
        try await note(.searchType, status: 200, type: type, query: text, origin: origin)
        return answer
    }

    private func find(_ type: ResourceType, _ query: SearchQuery) async throws(Problem) -> SearchAnswer {
        if type == .auditEvent { return try await findAudit(query) }
        let parsed = try parse(query, type: type)
        do {
            if parsed.countsOnly {
                return parsed.answer(matches: [], total: try await store.count(parsed.request), next: nil)
            }
            let page = try await store.search(parsed.request)
            return parsed.answer(matches: page.matches, total: page.total, next: page.next)
        } catch {
            throw Problem(error)
        }
    }
}

extension ParsedSearch {
    func answer(matches: [StoredVersion], total: Int?, next token: String?) -> SearchAnswer {
        SearchAnswer(
            matches: matches, total: total, applied: applied,
            next: token.map { applied + [SearchQuery.Parameter(name: "_page", value: $0)] },
            warnings: warnings)
    }
}

extension Exchange {
    /// The parameters, beside `_id` and `_lastUpdated`, by which a type can be searched.
    public static func searchParameters(of type: ResourceType) -> [SearchParameterFact] {
        let known = R4.table.searchParameters(for: type).filter(SearchExtractor.extracts)
        return type == .auditEvent ? known.filter { auditParameters.contains($0.code) } : known
    }

    /// The parameters that both kinds of AuditEvents can be searched by.
    static let auditParameters: Set<String> = ["date", "action", "subtype", "type", "outcome", "entity"]
}
