import FHIR

extension Store {
    /// Whether a resource that is not written yet will fulfil the request: what a transaction asks of its own entries.
    /// `_lastUpdated` is not known before the commit and never holds.
    public func holds(
        _ request: SearchRequest, for content: [UInt8], id: String
    ) async throws(StoreError) -> Bool {
        let rows = try await StoreError.mapping { try self.rows(of: content, type: request.type) }
        return request.conditions.allSatisfy { $0.holds(rows, id: id) }
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
