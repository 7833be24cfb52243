@testable import FHIR

/// Compares extracted entries with a searched value in memory, as the store does in SQL: for tests only.
struct SearchMatcher {
    /// Microseconds since 1970.
    let now: Int64

    func matches(_ entry: SearchValue, _ query: SearchQueryValue) -> Bool {
        switch (entry, query) {
        case (.token(let system, let code), .token(let query)): token(system, code, query)
        case (.string(let text), .string(let query)): SearchText.fold(text).hasPrefix(SearchText.fold(query))
        case (.date(let range), .date(let prefix, let search)): DateCondition(prefix, search, now: now).holds(range)
        case (.number(let low, let high), .number(let prefix, let search)):
            NumberCondition(prefix, search).holds(low: low, high: high)
        case (.quantity(let low, let high, let system, let code, let unit), .quantity(let query)):
            NumberCondition(query.prefix, query.value).holds(low: low, high: high)
                && unitMatches(system, code, unit, query)
        case (.uri(let uri), .uri(let query)): uri == query
        case (.reference(let reference), .reference(let query)): self.reference(reference, query)
        case (.uri(let uri), .reference(.absolute(let url))): uri == url
        default: false
        }
    }

    /// Case does not matter: R4 asks servers to ignore it when in doubt.
    private func token(_ system: String?, _ code: String, _ query: SearchQueryValue.TokenQuery) -> Bool {
        let sameSystem =
            switch query.system {
            case .any: true
            case .none: system == nil
            case .uri(let uri): system == uri
            }
        return sameSystem && (query.code.map { $0.lowercased() == code.lowercased() } ?? true)
    }

    private func unitMatches(
        _ system: String?, _ code: String?, _ unit: String?, _ query: SearchQueryValue.QuantityQuery
    ) -> Bool {
        guard let wanted = query.code else { return query.system == nil || query.system == system }
        return query.system == nil ? code == wanted || unit == wanted : query.system == system && code == wanted
    }

    private func reference(_ reference: SearchReference, _ query: SearchQueryValue.ReferenceQuery) -> Bool {
        switch (reference, query) {
        case (.local(_, let id, _), .id(let wanted)): id == wanted
        case (.local(let type, let id, let version), .local(let wantedType, let wantedID, let wantedVersion)):
            type == wantedType && id == wantedID && (wantedVersion == nil || wantedVersion == version)
        case (.absolute(let url), .absolute(let wanted)): url == wanted
        default: false
        }
    }
}
