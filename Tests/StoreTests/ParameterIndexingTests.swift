import FHIR
import Postgres
import Testing

@testable import Store

@Suite("Search parameters of the record", .serialized)
struct ParameterIndexingTests {
    private static let url = "http://a.example/SearchParameter/race"

    private static func definition(
        _ expression: String = "Patient.extension.where(url='http://a.example/race').value", code: String = "race"
    ) -> [UInt8] {
        Array(
            """
            {"resourceType":"SearchParameter","url":"\(url)","status":"active","code":"\(code)","type":"token",
            "base":["Patient"],"expression":"\(expression)"}
            """.utf8)
    }

    private static func patient(_ id: String, _ race: String) -> String {
        """
        {"resourceType":"Patient","id":"\(id)","gender":"male",
        "extension":[{"url":"http://a.example/race","valueCode":"\(race)"}]}
        """
    }

    private func finish(_ store: Store, settling: Duration = .zero) async throws {
        let indexing = ParameterIndexing(store, settling: settling)
        while try await indexing.step() {}
    }

    private func found(_ store: Store, _ query: String) async throws -> [String] {
        let parser = SearchParser(
            parameters: store.parameters, bases: [], defaultOffset: 0, ignored: [], isLenient: false)
        let search = try parser.parse(SearchQuery(query: query).parameters, types: [.patient])
        let request = SearchRequest(types: search.types, expression: search.expression, count: 1_000)
        return try await store.search(request).matches.map(\.id).sorted()
    }

    @Test("what was there is indexed, then it can be searched by, and the counts agree")
    func indexing() async throws {
        try await Record.with { record in
            try await record.put(all: (0..<450).map { Self.patient("p\($0)", $0 == 7 ? "x" : "y") })
            try await record.put(#"{"resourceType":"Observation","id":"o","status":"final","code":{"text":"t"}}"#)
            let problems = try await record.store.register(parameters: [("race", Self.definition())])
            #expect(problems.isEmpty)
            let refusal = await #expect(throws: SearchRefusal.self) { try await found(record.store, "race=x") }
            #expect(refusal?.issues.first?.diagnostics.contains("still being made") == true)
            // Written while it is being indexed.
            try await record.put(Self.patient("late", "x"))
            try await finish(record.store)
            #expect(try await found(record.store, "race=x") == ["late", "p7"])
            #expect(try await found(record.store, "race:missing=true").isEmpty)
            let parameter = try #require(try await record.store.recordParameters().first)
            #expect(parameter.state == .usable)
            #expect(parameter.scanned == 451 && parameter.failed == 0)
            #expect(parameter.scanned == parameter.indexed + parameter.failed)
            #expect(try await Reindex(record.store).run(checkOnly: true).isClean)
        }
    }

    @Test("what a server wrote that did not know of it yet is found all the same")
    func otherServer() async throws {
        try await Record.with { record in
            var configuration = StoreConfiguration(
                application: ConnectionConfiguration(record.database.application), clock: now)
            configuration.leasedConnections = 2
            configuration.writeConnections = 1
            let other = try await Store.open(configuration)
            _ = try await record.store.register(parameters: [("race", Self.definition())])
            let indexing = ParameterIndexing(record.store, settling: .zero)
            // The first pass is over: what is there is indexed.
            while try await record.store.recordParameters().first?.state == .indexing { _ = try await indexing.step() }
            _ = try await other.write([try Record.draft(Self.patient("p1", "x"))], origin: Record.origin)
            try await finish(record.store)
            #expect(try await found(record.store, "race=x") == ["p1"])
            try await other.takeParameters()
            #expect(try await found(other, "race=x") == ["p1"])
            await other.close()
        }
    }

    @Test("it is not usable before all servers can have noticed it")
    func settling() async throws {
        try await Record.with { record in
            _ = try await record.store.register(parameters: [("race", Self.definition())])
            try await finish(record.store, settling: .seconds(3_600))
            #expect(try await record.store.recordParameters().map(\.state) == [.settling])
            try await finish(record.store)
            #expect(try await record.store.recordParameters().map(\.state) == [.usable])
        }
    }

    @Test(
        "another definition has another number, and nothing is left of the one before; the same again changes nothing")
    func change() async throws {
        try await Record.with { record in
            try await record.put(all: [Self.patient("p1", "x"), Self.patient("p2", "y")])
            _ = try await record.store.register(parameters: [("race", Self.definition())])
            try await finish(record.store)
            let first = try #require(try await record.store.recordParameters().first)
            _ = try await record.store.register(parameters: [("race", Self.definition())])
            #expect(try await record.store.recordParameters().map(\.number) == [first.number])
            _ = try await record.store.register(parameters: [("race", Self.definition("Patient.gender"))])
            #expect(try await record.store.recordParameters().map(\.state) == [.removing, .indexing])
            try await finish(record.store)
            let parameters = try await record.store.recordParameters()
            #expect(parameters.count == 1 && parameters.first?.number != first.number)
            #expect(try await found(record.store, "race=male") == ["p1", "p2"])
            _ = try await record.store.register(parameters: [])
            try await finish(record.store)
            #expect(try await record.store.recordParameters().isEmpty)
            await #expect(throws: SearchRefusal.self) { try await found(record.store, "race=male") }
            #expect(try await Reindex(record.store).run(checkOnly: true).isClean)
        }
    }

    @Test("a resource that cannot be read is counted as failed")
    func failed() async throws {
        try await Record.with { record in
            try await record.put(all: [Self.patient("p1", "x"), Self.patient("p2", "y")])
            _ = try await record.sql("update resource set content = '{' where id = 'p1'")
            _ = try await record.store.register(parameters: [("race", Self.definition())])
            try await finish(record.store)
            let parameter = try #require(try await record.store.recordParameters().first)
            #expect(parameter.scanned == 2 && parameter.indexed == 1 && parameter.failed == 1)
            #expect(try await found(record.store, "race=y") == ["p2"])
        }
    }

    @Test("what cannot be searched by is told, and the others are used")
    func problems() async throws {
        try await Record.with { record in
            let wrong = Self.definition("Patient.nothing", code: "other")
            let clash = Array(
                String(decoding: Self.definition(code: "name"), as: UTF8.self).replacing("race\"", with: "b\"").utf8)
            let problems = try await record.store.register(
                parameters: [("wrong", wrong), ("clash", clash)])
            #expect(problems.map(\.name).sorted() == ["clash", "wrong"])
            #expect(try await record.store.recordParameters().isEmpty)
        }
    }

    @Test("another store on the record knows them when it opens")
    func opening() async throws {
        try await Record.with { record in
            try await record.put(Self.patient("p1", "x"))
            _ = try await record.store.register(parameters: [("race", Self.definition())])
            try await finish(record.store)
            let other = try await Store.open(
                StoreConfiguration(application: ConnectionConfiguration(record.database.application), clock: now))
            #expect(try await found(other, "race=x") == ["p1"])
            await other.close()
        }
    }
}
