import FHIR

/// A request whose texts have become hashes, with what is known of how common they are.
struct PreparedSearch: Sendable {
    let types: [ResourceType]
    let predicate: SearchPredicate
    let order: [SearchOrder]
    let frequencies: TermFrequencies

    init(_ request: SearchRequest, _ compiler: SearchCompiler, _ frequencies: TermFrequencies) throws(StoreError) {
        types = request.types
        predicate = try compiler.predicate(request.expression, of: request.types)
        order = request.sort.map { compiler.order($0, of: request.types) }
        self.frequencies = frequencies
    }

    init(types: [ResourceType], predicate: SearchPredicate, order: [SearchOrder], frequencies: TermFrequencies) {
        self.types = types
        self.predicate = predicate
        self.order = order
        self.frequencies = frequencies
    }

    var areFew: @Sendable ([Int64]) -> Bool {
        { [frequencies] terms in frequencies.share(of: terms) == nil }
    }

    /// A part asks for what few resources have: the indexes find it first, whatever else is asked.
    var isRare: Bool { SearchSQL(.current, areFew: areFew).isRare(predicate) }

    /// The window of a walk that will probably fill a page; nil if something that is asked is known to be rare, or not
    /// known to be common.
    func window(for count: Int) -> Int? {
        guard let share = share(predicate) else { return nil }
        // A question of other resources costs a look into the index for each resource that is walked by.
        let window = predicate.asksOthers ? 1000 : 4000
        return share * Float(window) > Float(2 * count) ? window : nil
    }

    /// The share of the types' resources that will probably match; nil: few, or not known.
    private func share(_ predicate: SearchPredicate) -> Float? {
        switch predicate {
        case .and(let parts):
            var share: Float = 1
            for part in parts {
                guard let known = self.share(part) else { return nil }
                share *= known
            }
            return share
        case .or(let parts):
            let known = parts.compactMap { self.share($0) }
            return known.isEmpty ? nil : min(1, known.reduce(0, +))
        case .not(let inner): return 1 - (share(inner) ?? 0)
        case .terms(let terms): return frequencies.share(of: terms).map { min(1, $0 / frequencies.share(of: types)) }
        case .presence(let parameter, let isPresent):
            return frequencies.share(having: parameter, present: isPresent, of: types)
        case .updated, .row: return 0.1
        case .chain(_, let type, let inner):
            return PreparedSearch(types: [type], predicate: inner, order: [], frequencies: frequencies).share(inner)
        case .has(_, let type, let inner):
            // Of what is common each target has one, as a rule.
            let share = PreparedSearch(types: [type], predicate: inner, order: [], frequencies: frequencies).share(
                inner)
            return share.map { min(1, $0 * 10) }
        case .own, .text, .words: return nil
        }
    }
}

extension SearchPredicate {
    fileprivate var asksOthers: Bool {
        switch self {
        case .and(let parts), .or(let parts): parts.contains(where: \.asksOthers)
        case .not(let inner): inner.asksOthers
        case .chain, .has: true
        case .terms, .text, .own, .updated, .row, .presence, .words: false
        }
    }
}

extension SearchCompiler {
    /// A key of the order, of the types that have the parameter.
    func order(_ sort: SearchSort, of types: [ResourceType]) -> SearchOrder {
        SearchOrder(key: key(sort.key, types), isDescending: sort.isDescending)
    }

    private func key(_ key: SearchSort.Key, _ types: [ResourceType]) -> SearchOrder.Key {
        switch key {
        case .id: return .id
        case .lastUpdated: return .updated
        case .parameter(let parameter):
            let numbers = numbers(parameter, types)
            switch parameter.kind {
            case .string: return .string(numbers)
            case .date: return .date(numbers)
            case .number, .quantity: return .number(numbers)
            case .uri: return .text(numbers, .uri)
            case .reference: return .reference(salts: numbers.map(indexer.salt))
            case .token, .composite, .special: return .text(numbers, .code)
            }
        }
    }
}
