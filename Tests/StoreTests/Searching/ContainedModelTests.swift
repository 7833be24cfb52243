import FHIR
import TestSupport
import Testing

@testable import Store

@Suite("Searches of contained resources against a model", .serialized)
struct ContainedModelTests {
    private static let searches = 150

    @Test("what is contained is found as if it were a resource of its own", arguments: [1, 2, 3, 4])
    func agrees(seed: Int) async throws {
        try await Record.with { record in
            var random = SeededRandom(state: UInt64(seed) &* 0xD134_2543_DE82_EF95)
            let written = RandomRecord.make(Dice(seed))
            // Each container holds two of them, and is otherwise nothing that they could be taken for.
            let containers = stride(from: 0, to: written.count, by: 2).map { start in
                let held = written[start..<min(start + 2, written.count)].map(\.json).joined(separator: ",")
                return #"{"resourceType":"Parameters","id":"c\#(start)","contained":[\#(held)]}"#
            }
            try await record.put(all: containers)
            let now = now()
            let model = NaiveSearch(
                resources: try written.map { resource in
                    let document = try JSONDocument.parse(Array(resource.json.utf8))
                    return NaiveSearch.Resource(
                        type: resource.type, id: resource.id,
                        entries: SearchExtractor.r4.entries(of: document, type: resource.type))
                }, now: now)
            let maker = RandomSearch(model: model)
            var found = 0
            for number in 0..<Self.searches {
                var request = maker.request(&random)
                guard request.expression.isAboutItself else { continue }
                (request.sort, request.includes, request.count) = ([], [], 1000)
                let expected = try model.find(request)
                found += expected.count
                request.contained = SearchContained(isBeside: false, isItself: true)
                let page = try await record.store.search(request)
                let name = "seed \(seed), search \(number): \(request.types) \(request.expression)"
                #expect(page.matches.map { "\($0.type)/\($0.id)" } == expected, "\(name)")
                #expect(page.total == expected.count, "\(name)")
                request.contained = SearchContained(isBeside: !request.types.isEmpty, isItself: false)
                let holding = try await record.store.search(request).matches.map(\.id)
                let meant = expected.compactMap { name in
                    written.firstIndex { "\($0.type)/\($0.id)" == name }.map { "c\($0 / 2 * 2)" }
                }
                #expect(Set(holding) == Set(meant) && holding.count == Set(meant).count, "\(name)")
            }
            // A model that never finds anything agrees with everything.
            #expect(found > Self.searches)
        }
    }
}

extension SearchExpression {
    /// Whether it asks for nothing but the resource's own elements.
    fileprivate var isAboutItself: Bool {
        switch self {
        case .and(let parts), .or(let parts): parts.allSatisfy(\.isAboutItself)
        case .not(let inner): inner.isAboutItself
        case .id, .type, .value, .missing: true
        case .lastUpdated, .chain, .has, .codes, .text, .content: false
        }
    }
}
