// R4 search_filter.html.
extension SearchCriteria {
    mutating func filter(_ text: String, types: [ResourceType]) throws(SearchFault) -> SearchExpression {
        try resolve(SearchFilter(parsing: text), types: types, depth: 0)
    }

    private mutating func resolve(
        _ filter: SearchFilter, types: [ResourceType], depth: Int
    ) throws(SearchFault) -> SearchExpression {
        switch filter {
        case .and(let parts): return .and(try resolve(parts, types: types, depth: depth))
        case .or(let parts): return .or(try resolve(parts, types: types, depth: depth))
        case .not(let inner): return .not(try resolve(inner, types: types, depth: depth))
        case .test(let path, .present, let value):
            let present = try test(path[...], .present, "true", types: types, depth: depth)
            return try Self.boolean(value) ? present : .not(present)
        case .test(let path, let operation, let value):
            return try test(path[...], operation, value, types: types, depth: depth)
        }
    }

    private mutating func resolve(
        _ parts: [SearchFilter], types: [ResourceType], depth: Int
    ) throws(SearchFault) -> [SearchExpression] {
        var resolved: [SearchExpression] = []
        for part in parts { resolved.append(try resolve(part, types: types, depth: depth)) }
        return resolved
    }

    private mutating func test(
        _ path: ArraySlice<SearchFilter.Step>, _ operation: SearchFilter.Operation, _ value: String,
        types: [ResourceType], depth: Int
    ) throws(SearchFault) -> SearchExpression {
        try checkDepth(depth)
        guard let step = path.first else { return .and([]) }
        if path.count == 1 { return try leaf(step.name, operation, value, types) }
        return try chain(from: step.name, nil, to: types, depth: depth) { criteria, target throws(SearchFault) in
            let rest = try criteria.test(path.dropFirst(), operation, value, types: [target], depth: depth + 1)
            guard let filter = step.filter else { return rest }
            return .and([try criteria.resolve(filter, types: [target], depth: depth + 1), rest])
        }
    }

    private mutating func leaf(
        _ code: String, _ operation: SearchFilter.Operation, _ value: String, _ types: [ResourceType]
    ) throws(SearchFault) -> SearchExpression {
        try spend()
        switch (code, operation) {
        case ("_id", .present), ("_lastUpdated", .present): return .and([])
        case ("_id", .equal): return .id([value])
        case ("_id", .notEqual): return .not(.id([value]))
        case ("_id", _), ("_text", _), ("_content", _), ("_filter", _), ("_list", _):
            throw SearchFault(
                .notSupported, "\(code) \(operation.rawValue) cannot stand in a filter; only _id eq, ne and pr can.")
        case ("_lastUpdated", _):
            guard let prefix = operation.prefix, case .date(_, let range) = try readDate(value) else {
                throw unfit(operation, "_lastUpdated", .date)
            }
            return .lastUpdated(prefix, range)
        default: break
        }
        let facts = try facts(code, types)
        if operation == .present { return .not(.all(facts.map { .missing($0) })) }
        var tests: [SearchExpression] = []
        for fact in facts { tests.append(try leaf(fact, operation, value)) }
        switch operation {
        // "True if none of the concepts is in the value set", though there be none at all.
        case .notInSet: return .not(.any(tests))
        default: return .any(tests)
        }
    }

    private func leaf(
        _ fact: SearchParameterFact, _ operation: SearchFilter.Operation, _ value: String
    ) throws(SearchFault) -> SearchExpression {
        switch (fact.kind, operation) {
        case (.date, .overlaps):
            guard case .date(_, let range) = try readDate(value) else { break }
            return .value(fact, .dateOverlaps(range))
        case (.date, _):
            guard let prefix = operation.prefix, case .date(_, let range) = try readDate(value) else { break }
            return .value(fact, .date(prefix, range))
        case (.number, _):
            guard let prefix = operation.prefix, case .number(_, let number) = try read(value[...], as: .number) else {
                break
            }
            return .value(fact, .number(prefix, number))
        case (.quantity, _):
            guard let prefix = operation.prefix, case .quantity(let read) = try read(value[...], as: .quantity) else {
                break
            }
            return .value(
                fact,
                .quantity(.init(prefix: prefix, value: read.value, system: read.system, code: read.code)))
        case (.string, .equal): return .value(fact, .stringEquals(value))
        case (.string, .notEqual): return present(fact, butNot: .stringEquals(value))
        case (.string, .contains): return .value(fact, .stringContains(value))
        case (.string, .startsWith): return .value(fact, .string(value))
        case (.string, .endsWith): return .value(fact, .stringEnds(value))
        case (.token, .inSet), (.token, .notInSet): return .codes(fact, .inValueSet(value))
        case (.token, .subsumes): return .codes(fact, .below(try token(value[...])))
        case (.token, .subsumedBy): return .codes(fact, .above(try token(value[...])))
        case (.token, .notEqual), (.reference, .notEqual), (.uri, .notEqual):
            return present(fact, butNot: try test(fact, value[...]))
        case (.reference, .references), (_, .equal): return .value(fact, try test(fact, value[...]))
        default: break
        }
        throw unfit(operation, fact.code, fact.kind)
    }

    /// `ne`: there is a value, and it is another.
    private func present(_ fact: SearchParameterFact, butNot test: SearchTest) -> SearchExpression {
        .and([.not(.missing(fact)), .not(.value(fact, test))])
    }

    /// A date without prefix, which a filter says by its operation.
    private func readDate(_ value: String) throws(SearchFault) -> SearchQueryValue {
        guard value.utf8.first?.isDigit == true else {
            throw SearchFault(SearchQueryError(value: value, reason: .invalidDate))
        }
        return try read(value[...], as: .date)
    }

    private func unfit(
        _ operation: SearchFilter.Operation, _ code: String, _ kind: SearchParameterKind
    ) -> SearchFault {
        let known: [SearchFilter.Operation] =
            switch kind {
            case .date:
                [
                    .equal, .notEqual, .greater, .less, .greaterOrEqual, .lessOrEqual, .approximate, .startsAfter,
                    .endsBefore, .overlaps,
                ]
            case .number, .quantity:
                [
                    .equal, .notEqual, .greater, .less, .greaterOrEqual, .lessOrEqual, .approximate,
                    .startsAfter, .endsBefore,
                ]
            case .string: [.equal, .notEqual, .contains, .startsWith, .endsWith]
            case .token: [.equal, .notEqual, .subsumes, .subsumedBy, .inSet, .notInSet]
            case .reference: [.equal, .notEqual, .references]
            case .uri: [.equal, .notEqual]
            case .composite, .special: [.equal]
            }
        return SearchFault(
            .notSupported,
            "\(code) is of type \(kind) and cannot be compared by \(operation.rawValue); it can by "
                + "\((known + [.present]).map(\.rawValue).joined(separator: ", ")).")
    }
}
