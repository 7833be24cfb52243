import FHIR

/// A request whose texts have become hashes, with what is known of how common they are.
struct PreparedSearch: Sendable {
    let types: [ResourceType]
    var predicate: SearchPredicate
    var order: [SearchOrder]
    let frequencies: TermFrequencies
    /// What `ap` took for now, microseconds since 1970 UTC.
    let now: Int64

    init(_ request: SearchRequest, _ compiler: SearchCompiler, _ frequencies: TermFrequencies) throws(StoreError) {
        types = request.types
        predicate = try compiler.predicate(request.expression, of: request.types)
        order = request.sort.map { compiler.order($0, of: request.types) }
        self.frequencies = frequencies
        now = compiler.now
    }

    /// A part asks for what few resources have: the indexes find it first, whatever else is asked.
    var isRare: Bool { SearchSQL(.current, frequencies).isRare(predicate) }

    /// A part asks for rows of the narrow tables, which may turn out to be few.
    var isProbable: Bool { SearchSQL(.current, frequencies, probing: 1).isRare(predicate) }

    /// Of which rows a probe asks whether there are no more than it takes, and how many those are; nil where that is not
    /// one test with one bound.
    func probe(of limit: Int) -> (test: OneSidedTest, rows: Int)? {
        guard let (rows, isNarrow) = SearchSQL(.current, frequencies, probing: 1).probedTest(predicate),
            let test = OneSidedTest(rows)
        else { return nil }
        let reads = isNarrow && order.isEmpty && types.count == 1
        return (test, SearchSQL.limit(limit, rows, isNarrow: reads))
    }

    /// Those that have no value to be ordered by first, in the order of the other keys; nil if each has one.
    var withoutFirstKey: PreparedSearch? {
        guard let first = order.first, let test = first.anyRow else { return nil }
        var others = self
        others.predicate = SearchPredicate.and([predicate, .not(.row(test))]).simplified
        others.order.removeFirst()
        return others
    }

    /// The window of a walk that will probably fill a page; nil if something that is asked is known to be rare, or not
    /// known to be common.
    func window(for count: Int) -> Int? {
        SearchShare(frequencies).share(predicate, of: types).flatMap { window(for: count, share: $0) }
    }

    /// The window of a walk that will fill a page if what statistics know nothing of is not rare among what they know to
    /// be common: a code and a quantity in its usual unit. nil where nothing is known.
    func hopefulWindow(for count: Int) -> Int? {
        let known = predicate.conjuncts.filter { part in
            if case .types = part { false } else { !part.isGuessed }
        }
        guard !known.isEmpty else { return nil }
        return SearchShare(frequencies).share(.and(known), of: types).flatMap { window(for: 2 * count, share: $0) }
    }

    /// - Parameter share: of the types' resources that will probably match.
    func window(for count: Int, share: Float) -> Int? {
        // A question of other resources costs a look into the index for each resource that is walked by.
        let window = predicate.asksOthers ? 1000 : 4000
        return share * Float(window) > Float(2 * count) ? window : nil
    }
}

extension SearchPredicate {
    fileprivate var asksOthers: Bool {
        switch self {
        case .and(let parts), .or(let parts): parts.contains(where: \.asksOthers)
        case .not(let inner): inner.asksOthers
        case .chain, .has: true
        case .terms, .text, .own, .types, .updated, .row, .presence, .words: false
        }
    }
}

extension SearchCompiler {
    /// A key of the order, of the types that have the parameter.
    func order(_ sort: SearchSort, of types: [ResourceType]) -> SearchOrder {
        var order = SearchOrder(key: key(sort.key, types), isDescending: sort.isDescending)
        if case .parameter(let parameter) = sort.key { order.isSingular = isSingular(parameter, types) }
        return order
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
            case .reference where leadsByURL(parameter, types): return .text(numbers, .uri)
            case .reference: return .reference(salts: numbers.map(indexer.salt))
            case .token, .composite, .special: return .text(numbers, .code)
            }
        }
    }
}
