import FHIR

extension SearchExpression {
    /// Whether what fulfils it is found by looking something up: ids, identifiers, codes, references, the begin of a
    /// name. All else may have to look at much of the record.
    var isLookup: Bool {
        switch self {
        case .and(let parts): parts.contains(where: \.isLookup)
        case .or(let parts): parts.allSatisfy(\.isLookup)
        case .id: true
        case .value(_, let test): test.isLookup
        case .chain(_, _, let inner), .has(_, _, let inner): inner.isLookup
        case .not, .type, .lastUpdated, .missing, .codes, .text, .content: false
        }
    }
}

extension SearchExpression {
    /// Whether there is no index for a part of it, or the index answers with most of the record.
    var looksWidely: Bool {
        switch self {
        case .and(let parts), .or(let parts): parts.contains(where: \.looksWidely)
        case .not, .missing, .text, .content: true
        case .value(_, let test): test.looksWidely
        case .chain(_, _, let inner), .has(_, _, let inner): !inner.isLookup
        case .id, .type, .lastUpdated, .codes: false
        }
    }
}

extension SearchTest {
    fileprivate var isLookup: Bool {
        switch self {
        case .token, .ofType, .reference, .canonical, .referenceIdentifier, .string, .stringExact, .stringEquals, .uri:
            true
        case .composite(let parts): parts.contains(where: \.isLookup)
        case .tokenText, .stringContains, .stringEnds, .date, .dateOverlaps, .number, .quantity, .uriBelow, .uriAbove,
            .near:
            false
        }
    }

    fileprivate var looksWidely: Bool {
        switch self {
        case .stringContains, .stringEnds, .near, .tokenText: true
        case .composite(let parts): parts.contains(where: \.looksWidely)
        case .token, .ofType, .reference, .canonical, .referenceIdentifier, .string, .stringExact, .stringEquals, .uri,
            .date,
            .dateOverlaps, .number, .quantity, .uriBelow, .uriAbove:
            false
        }
    }
}
