import FHIR

/// Makes predicates of expressions: pure but for the record's hash key.
struct SearchCompiler: Sendable {
    let indexer: Indexer
    let extractor: SearchExtractor
    /// Those that the record knows, where they matter.
    var units: [SearchUnit] = []
    /// Microseconds since 1970 UTC, for `ap`.
    let now: Int64

    private var hash: TermHash { indexer.hash }

    /// - Parameter types: whose resources are asked; empty: all.
    func predicate(
        _ expression: SearchExpression, of types: [ResourceType]
    ) throws(StoreError) -> SearchPredicate {
        try tree(expression, types).simplified
    }

    private func tree(
        _ expression: SearchExpression, _ types: [ResourceType]
    ) throws(StoreError) -> SearchPredicate {
        switch expression {
        case .and(let parts): return .and(try conjunction(parts, types))
        case .or(let parts): return .or(try trees(parts, types))
        case .not(let inner): return .not(try tree(inner, types))
        case .id(let ids):
            return .own(
                (types.isEmpty ? ResourceType.all : types).flatMap { type in ids.map { indexer.own(type.name, $0) } })
        case .type(let types): return .types(types)
        case .lastUpdated(let prefix, let range): return .updated(DateCondition(prefix, range, now: now))
        case .value(let parameter, let test): return try self.test(test, parameter, of: types)
        case .missing(let parameter): return missing(parameter, of: types)
        case .chain(let parameter, let target, let inner):
            return .chain(salts: numbers(parameter, types).map(indexer.salt), target, try tree(inner, [target]))
        case .has(let type, let parameter, let inner):
            return .has(salts: numbers(parameter, [type]).map(indexer.salt), type, try tree(inner, [type]))
        case .text(let words): return .words(words, narrative: true)
        case .content(let words): return .words(words, narrative: false)
        case .codes(let parameter, _):
            throw .failed("the codes that \(parameter.code) asks for were not looked up before the search")
        }
    }

    /// What is asked of a parameter that has one value is asked of one row: `date=ge2020&date=lt2021` is one range.
    private func conjunction(
        _ parts: [SearchExpression], _ types: [ResourceType]
    ) throws(StoreError) -> [SearchPredicate] {
        var made: [SearchPredicate] = []
        var places: [Int32: Int] = [:]
        for part in parts {
            let predicate = try tree(part, types)
            if case .value(let parameter, _) = part, case .row(let test) = predicate, isSingular(parameter, types) {
                if let place = places[parameter.id], case .row(let known) = made[place], let both = known.and(test) {
                    made[place] = .row(both)
                    continue
                }
                places[parameter.id] = made.count
            }
            made.append(predicate)
        }
        return made
    }

    /// Whether no resource of the types has several values of a parameter.
    func isSingular(_ parameter: SearchParameterFact, _ types: [ResourceType]) -> Bool {
        (types.isEmpty ? ResourceType.all : types)
            .allSatisfy { !parameter.applies(to: $0) || extractor.isSingular(parameter, of: $0) }
    }

    private func trees(
        _ parts: [SearchExpression], _ types: [ResourceType]
    ) throws(StoreError) -> [SearchPredicate] {
        var made: [SearchPredicate] = []
        for part in parts { made.append(try tree(part, types)) }
        return made
    }

    /// The numbers under which a parameter's values stand, of those of the types that have it.
    func numbers(_ parameter: SearchParameterFact, _ types: [ResourceType]) -> [Int32] {
        (types.isEmpty ? ResourceType.all : types).filter { parameter.applies(to: $0) }
            .flatMap { Indexer.parameters($0, parameter.id) }
    }

    func test(
        _ test: SearchTest, _ parameter: SearchParameterFact, of types: [ResourceType]
    ) throws(StoreError) -> SearchPredicate {
        let numbers = numbers(parameter, types)
        if case .composite(let parts) = test { return try composite(parts, parameter, of: types) }
        if let values = values(test) {
            guard let first = values.first else { return .none }
            return .row(.init(table: first.table, parameters: numbers, tests: values))
        }
        switch test {
        case .tokenText(let text):
            return .text(.init(parameters: numbers, kind: .display, prefix: SearchText.fold(text)))
        case .canonical(let canonical):
            let both = canonical.version == nil ? [] : numbers.map { indexer.term(uri: canonical.text, $0) }
            return .or([
                .terms(both),
                .and([
                    .terms(numbers.map { indexer.term(uri: canonical.url, $0) }),
                    .not(.text(.init(parameters: numbers, kind: .uri, prefix: canonical.url + "|"))),
                ]),
            ])
        case .uriBelow(let uri):
            // Urns have no hierarchy.
            let beneath = uri.hasPrefix("urn:") ? [] : [uri + "/", uri + "#"]
            return .or(
                [.terms(numbers.map { indexer.term(uri: uri, $0) })]
                    + beneath.map { .text(.init(parameters: numbers, kind: .uri, prefix: $0)) })
        default:
            return .terms(numbers.flatMap { indexer.terms(test, $0, targets: parameter.targets) })
        }
    }

    /// What a test asks of a row, in alternatives; nil for those that are terms.
    func values(_ test: SearchTest) -> [SearchPredicate.Value]? {
        if case .quantity(let quantity) = test { return values(quantity) }
        return value(test).map { [$0] }
    }

    private func value(_ test: SearchTest) -> SearchPredicate.Value? {
        switch test {
        case .string(let text): .prefix(SearchText.fold(text))
        case .stringContains(let text): .contains(SearchText.fold(text))
        case .stringEquals(let text): .equals(SearchText.fold(text))
        case .stringEnds(let text): .ends(SearchText.fold(text))
        case .stringExact(let text): .exact(folded: SearchText.fold(text), hash: indexer.exact(text))
        case .date(let prefix, let range): .date(DateCondition(prefix, range, now: now))
        case .dateOverlaps(let range): .date(.and([.lower(.less, range.upper), .upper(.greater, range.lower)]))
        case .number(let prefix, let number): .number(NumberCondition(prefix, number), unit: nil, code: nil)
        case .near(let latitude, let longitude, let metres):
            .near(latitude: latitude, longitude: longitude, metres: metres)
        case .token, .tokenText, .ofType, .reference, .canonical, .referenceIdentifier, .quantity, .uri, .uriBelow,
            .uriAbove,
            .composite:
            nil
        }
    }
}

extension SearchPredicate.Value {
    var table: SearchPredicate.RowTest.Table {
        switch self {
        case .prefix, .contains, .equals, .ends, .exact: .strings
        case .date: .dates
        case .number, .near: .numbers
        }
    }
}
