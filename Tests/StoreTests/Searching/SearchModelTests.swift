import FHIR
import Postgres
import TestSupport
import Testing

@testable import Store

/// Random resources and random searches: the record finds what the specification says, in its order, by each of the ways
/// that it may take.
@Suite("Searches against a model", .serialized)
struct SearchModelTests {
    /// So many searches of each seed's record.
    private static let searches = 400

    @Test("random searches find what a naive evaluator finds", arguments: [1, 2, 3, 4, 5, 6, 7, 8])
    func agrees(seed: Int) async throws {
        try await Record.with(settings: ["jit": "off"]) { record in
            var random = SeededRandom(state: UInt64(seed) &* 0xD134_2543_DE82_EF95)
            let written = RandomRecord.make(Dice(seed))
            try await record.put(all: written.map(\.json))
            let now = now()
            let model = NaiveSearch(
                resources: try written.map { resource in
                    let document = try JSONDocument.parse(Array(resource.json.utf8))
                    return NaiveSearch.Resource(
                        type: resource.type, id: resource.id,
                        entries: SearchExtractor.r4.entries(of: document, type: resource.type))
                }, now: now)
            if seed % 2 == 0 {
                _ = try await record.sql("analyze")
                _ = try await record.store.prepare(SearchRequest("Patient"))
            }
            let maker = RandomSearch(model: model)
            var found = 0
            for number in 0..<Self.searches {
                let request = maker.request(&random)
                let expected = try model.find(request)
                found += expected.count
                let search = try await record.store.prepared(request, now: now)
                let name = "seed \(seed), search \(number): \(request.types) \(request.expression) \(request.sort)"
                for (way, rows) in try await answers(search, record) {
                    if case .walk = way, !request.sort.isEmpty {
                        // An index that is walked along has no rows without a value.
                        let isBeginning = expected.starts(with: rows)
                        #expect(isBeginning, "\(name) \(way): \(rows) instead of \(expected)")
                    } else {
                        #expect(rows == expected, "\(name) \(way): \(rows) instead of \(expected)")
                    }
                }
                let count = try await record.store.pool.withConnection {
                    try await $0.query(SearchSQL.counting(search)).first.map { Int(try $0.int8(0)) } ?? 0
                }
                #expect(count == expected.count, "\(name) is counted as \(count) instead of \(expected.count)")
                if number % 8 == 0, request.types.count == 1, let one = maker.one(of: request.types[0], &random) {
                    let draft = try Record.draft(written[one].json)
                    let holds = try await record.store.holds(
                        request, for: try #require(draft.content), id: draft.id)
                    #expect(holds == expected.contains("\(draft.type)/\(draft.id)"), "\(name) of \(draft.id)")
                }
            }
            // A model that never finds anything agrees with everything.
            #expect(found > Self.searches)
        }
    }

    private func answers(_ search: PreparedSearch, _ record: Record) async throws -> [(SearchWay, [String])] {
        guard !search.predicate.isNone else { return [] }
        var ways = [SearchWay.planned, .walk(window: 1000)]
        if search.isRare { ways.append(.rare) }
        var answers: [(SearchWay, [String])] = []
        for way in ways {
            guard let query = SearchSQL.page(search, way, limit: 1000) else { continue }
            let rows = try await record.store.pool.withConnection { try await $0.query(query) }
            answers.append((way, try Store.matches(rows).map { "\($0.type)/\($0.id)" }))
        }
        return answers
    }
}
