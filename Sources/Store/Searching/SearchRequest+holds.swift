import FHIR

/// Resources of a type that are not written yet, to be searched: what a transaction asks of its own entries.
public struct DraftIndex: Sendable {
    private var drafts: [(id: String, rows: IndexRows)] = []
    /// The positions of the drafts that have a term.
    private var byTerm: [Int64: [Int]] = [:]

    fileprivate mutating func add(_ id: String, _ rows: IndexRows) {
        for term in rows.terms { byTerm[term, default: []].append(drafts.count) }
        drafts.append((id, rows))
    }

    /// The ids of those that will fulfil the request. `_lastUpdated` is not known before the commit and never holds.
    public func matches(of request: SearchRequest) -> [String] {
        candidates(request).map { drafts[$0] }.filter { draft in
            request.conditions.allSatisfy { $0.holds(draft.rows, id: draft.id) }
        }.map(\.id)
    }

    private func candidates(_ request: SearchRequest) -> [Int] {
        for case .terms(let terms) in request.conditions { return Set(terms.flatMap { byTerm[$0] ?? [] }).sorted() }
        return Array(drafts.indices)
    }
}

extension Store {
    /// Drafts of a type, to be searched.
    public func index(
        _ drafts: [(id: String, content: [UInt8])], of type: ResourceType
    ) throws(StoreError) -> DraftIndex {
        var index = DraftIndex()
        do {
            for draft in drafts { index.add(draft.id, try rows(of: draft.content, type: type)) }
        } catch {
            throw StoreError(error)
        }
        return index
    }
}

extension SearchCondition {
    fileprivate func holds(_ rows: IndexRows, id: String) -> Bool {
        switch self {
        case .ids(let ids): ids.contains(id)
        case .lastUpdated: false
        case .terms(let terms): terms.contains { rows.terms.contains($0) }
        case .strings(let parameters, let prefixes):
            rows.strings.contains { row in
                parameters.contains(row.parameter) && prefixes.contains { row.value.hasPrefix($0) }
            }
        case .dates(let parameters, let tests):
            rows.dates.contains { row in
                parameters.contains(row.parameter) && tests.contains { $0.holds(row.range) }
            }
        case .numbers(let parameters, let tests):
            rows.numbers.contains { row in
                parameters.contains(row.parameter) && tests.contains { $0.holds(row) }
            }
        }
    }
}

extension SearchCondition.NumberTest {
    fileprivate func holds(_ row: IndexRows.NumberRow) -> Bool {
        guard unit == nil || unit == row.unit, code == nil || code == row.code || code == row.label else {
            return false
        }
        // Open ends are infinite, and no decimals.
        return condition.holds(low: FHIRDecimal(row.low), high: FHIRDecimal(row.high))
    }
}
