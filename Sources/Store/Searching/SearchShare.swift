import FHIR

extension SearchPredicate {
    /// Whether no statistics of terms tell how common it is, but a rule of thumb.
    var isGuessed: Bool {
        switch self {
        case .and(let parts), .or(let parts): parts.contains(where: \.isGuessed)
        case .not(let inner), .chain(_, _, let inner), .has(_, _, let inner): inner.isGuessed
        case .row, .updated: true
        case .terms, .text, .own, .types, .presence, .words: false
        }
    }
}

/// How many resources will probably match, reckoned from how common terms are and a few rules of thumb. It decides by
/// which way matches are found, never what is found.
struct SearchShare {
    private let frequencies: TermFrequencies

    init(_ frequencies: TermFrequencies) {
        self.frequencies = frequencies
    }

    /// The share of the types' resources; nil: few, or not known.
    func share(_ predicate: SearchPredicate, of types: [ResourceType]) -> Float? {
        switch predicate {
        case .and(let parts):
            var share: Float = 1
            for part in parts {
                guard let known = self.share(part, of: types) else { return nil }
                share *= known
            }
            return share
        case .or(let parts):
            let known = parts.compactMap { self.share($0, of: types) }
            return known.isEmpty ? nil : min(1, known.reduce(0, +))
        case .not(let inner): return 1 - (share(inner, of: types) ?? 0)
        case .terms(let terms): return frequencies.share(of: terms).map { min(1, $0 / frequencies.share(of: types)) }
        case .presence(let parameter, let isPresent, _):
            return frequencies.share(having: parameter, present: isPresent, of: types)
        case .types(let some):
            return min(1, frequencies.share(of: some) / frequencies.share(of: types))
        case .updated, .row: return 0.1
        case .chain(_, let type, let inner): return share(inner, of: [type])
        case .has(_, let type, let inner):
            guard let share = share(inner, of: [type]) else { return nil }
            // How many of them there are for each of these; some have several, and others none.
            let each = share * frequencies.share(of: [type]) / frequencies.share(of: types)
            return min(1, each) / 2
        case .own, .text, .words: return nil
        }
    }
}
