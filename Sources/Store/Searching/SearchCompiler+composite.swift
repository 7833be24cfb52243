import FHIR

extension SearchCompiler {
    /// A composite: what its parts find together, where they have one value at most, or its own rows.
    func composite(
        _ tests: [SearchTest], _ parameter: SearchParameterFact, of types: [ResourceType]
    ) throws(StoreError) -> SearchPredicate {
        var found: [SearchPredicate] = []
        for type in types.isEmpty ? ResourceType.all : types where parameter.applies(to: type) {
            let plan = extractor.composite(parameter.id, of: type)
            for parts in plan?.parts ?? [] {
                var all: [SearchPredicate] = []
                for (part, test) in zip(parts, tests) { all.append(try self.test(test, part, of: [type])) }
                found.append(.and(all))
            }
            guard plan?.isStored ?? true else { continue }
            for number in numbers(parameter, [type]) { found.append(try stored(tests, parameter, number)) }
        }
        return .or(found)
    }

    private func stored(
        _ tests: [SearchTest], _ parameter: SearchParameterFact, _ number: Int32
    ) throws(StoreError) -> SearchPredicate {
        var rows: [SearchPredicate.RowTest] = []
        var terms: [[Int64]] = []
        for (index, test) in tests.enumerated() {
            let part = Indexer.part(index, of: number)
            if let values = values(test) {
                guard let first = values.first else { return .none }
                rows.append(.init(table: first.table, parameters: [part], tests: values))
                continue
            }
            let component = parameter.components.indices.contains(index) ? parameter.components[index] : nil
            let targets = component.flatMap { SearchParameterSet.r4.parameter($0.parameter)?.targets } ?? []
            let some = indexer.terms(test, part, targets: targets)
            guard !some.isEmpty else {
                throw .failed("a part of the composite \(parameter.code) is asked what parts of composites are not")
            }
            terms.append(some)
        }
        guard var row = rows.first else { return .terms(indexer.combinations(number, terms)) }
        row.context = terms
        row.beside = Array(rows.dropFirst())
        return .row(row)
    }

    /// Whether it has a value of a parameter, where that is no matter of one number.
    func missing(_ parameter: SearchParameterFact, of types: [ResourceType]) -> SearchPredicate {
        guard parameter.kind == .composite else {
            return .presence(parameter.id, false, rows: anyRow(parameter, of: types))
        }
        var present: [SearchPredicate] = []
        for type in types.isEmpty ? ResourceType.all : types where parameter.applies(to: type) {
            let plan = extractor.composite(parameter.id, of: type)
            var ways = plan?.parts.map { SearchPredicate.and($0.map { .presence($0.id, true) }) } ?? []
            if plan?.isStored ?? true { ways.append(.presence(parameter.id, true)) }
            present.append(types.count == 1 ? .or(ways) : .and([.types([type]), .or(ways)]))
        }
        return .not(.or(present))
    }

    private func anyRow(_ parameter: SearchParameterFact, of types: [ResourceType]) -> SearchPredicate.RowTest? {
        let table: SearchPredicate.RowTest.Table? =
            switch parameter.kind {
            case .string: .strings
            case .date: .dates
            case .number, .quantity: .numbers
            case .token, .reference, .uri, .composite, .special: nil
            }
        return table.map { .init(table: $0, parameters: numbers(parameter, types), tests: []) }
    }
}
