import TestSupport
import Testing
import Translation

@testable import Server

/// The 1,107 published assertions over HTTP, each folder's parameters on a record of its own: the same url has another
/// type in another folder.
@Suite(
    "1,107 published match and no-match assertions, over HTTP",
    .enabled(if: PublishedAssertions.areHere, "needs ../shared/data"))
struct SearchAssertionTests {
    static let configs = ["composite", "date", "number", "quantity", "reference", "string", "token", "uri"]
    /// Requests at a time.
    static let width = 8

    @Test("every assertion holds, or differs for a reason that is listed", arguments: configs)
    func assertions(config: String) async throws {
        let assertions = try PublishedAssertions.all(of: config)
        try #require(!assertions.isEmpty)
        try await House.with { configuration in
            configuration.timeZone = TimeZoneSetting("-04:00") ?? .utc
            configuration.baseURL = "https://example.com/"
            configuration.validation = .report
            configuration.searchParameterSettling = .zero
        } _: { house in
            try await postParameters(config, to: house.client)
            let ids = try await writeTwice(fixture: assertions[0].fixture, to: house.client)
            try await expectUsable(assertions, at: house.client)
            let failures = try await failures(of: assertions, ids: ids, at: house.client)
            expectListed(failures, of: assertions)
        }
    }

    /// Each failure is explained, and what is explained is no failure that has gone away.
    private func expectListed(_ failures: [String: String], of assertions: [PublishedAssertions.Assertion]) {
        let names = Set(assertions.map(\.name))
        let explained = Set(SearchAssertionDifferences.reasons.values.joined()).intersection(names)
        for (name, answer) in failures.sorted(by: { $0.key < $1.key }) where !explained.contains(name) {
            Issue.record("\(name): \(answer)")
        }
        let gone = explained.subtracting(failures.keys)
        #expect(gone.isEmpty, "these hold now and are no differences any more")
        print("\(assertions[0].config): \(assertions.count) assertions, \(failures.count) differ")
    }

    private func postParameters(_ config: String, to client: Client) async throws {
        let entries = try PublishedAssertions.parameters(of: config).map { id, resource in
            #"{"resource":\#(resource),"request":{"method":"PUT","url":"SearchParameter/\#(id)"}}"#
        }
        let reply = try await client.post("", Sample.bundle("batch", entries))
        try #require(reply.status == 200, "\(reply)")
        let refused = reply.entries.filter { $0.at("response.status")?.string?.hasPrefix("2") != true }
        #expect(refused.isEmpty, "\(refused.map(\.source))")
    }

    /// The fixture, changed once, and a Composition about it; by type.
    private func writeTwice(fixture: String, to client: Client) async throws -> [String: String] {
        let content = try PublishedAssertions.fixture(fixture)
        let first = try await client.post("Basic", #"{"resourceType":"Basic","code":{"text":"before"}}"#)
        try #require(first.status == 201, "\(first)")
        let withID = content.replacing(
            #/"resourceType"\s*:\s*"Basic"/#, with: #""resourceType":"Basic","id":"\#(first.id)""#, maxReplacements: 1)
        let second = try await client.put("Basic/\(first.id)", withID)
        try #require(second.status == 200 && second.version == "2", "\(second)")
        let composition = try await client.post(
            "Composition",
            #"""
            {"resourceType":"Composition","status":"preliminary","title":"TEST","type":{"text":"test"},
            "date":"2018-10-29","author":[{"display":"test"}],"subject":{"reference":"Basic/\#(first.id)"}}
            """#)
        try #require(composition.status == 201, "\(composition)")
        return ["Basic": first.id, "Composition": composition.id]
    }

    /// Parameters that are still being indexed are refused until they are through.
    private func expectUsable(
        _ assertions: [PublishedAssertions.Assertion], at client: Client
    ) async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        let searches = Set(
            assertions.map { assertion in
                // `_has:Composition:subject:composite-status-title`
                let chain = assertion.parameter.split(separator: ":")
                return chain.first == "_has" && chain.count == 4
                    ? "\(chain[1])?\(chain[3])" : "Basic?\(assertion.code)"
            })
        for search in searches where !search.contains("?_") {
            while try await client.get("\(search):missing=true&_summary=count").status != 200,
                ContinuousClock.now < deadline
            {
                try await Task.sleep(for: .milliseconds(50))
            }
        }
    }

    /// What was answered instead, by the assertion's name.
    private func failures(
        of assertions: [PublishedAssertions.Assertion], ids: [String: String], at client: Client
    ) async throws -> [String: String] {
        try await withThrowingTaskGroup(of: (String, String)?.self) { group in
            var waiting = assertions[...]
            var failures: [String: String] = [:]
            func next() {
                guard let assertion = waiting.popFirst() else { return }
                group.addTask { try await failure(of: assertion, ids: ids, at: client) }
            }
            for _ in 0..<Self.width { next() }
            while let found = try await group.next() {
                if let (name, answer) = found { failures[name] = answer }
                next()
            }
            return failures
        }
    }

    private func failure(
        of assertion: PublishedAssertions.Assertion, ids: [String: String], at client: Client
    ) async throws -> (String, String)? {
        let reply = try await client.get(assertion.query)
        guard reply.status == 200 else { return (assertion.name, "\(reply.status) \(reply.diagnostics)") }
        let isFound = ids[assertion.type].map(reply.ids.contains) ?? false
        guard isFound != assertion.expectsMatch else { return nil }
        return (assertion.name, isFound ? "found, and should not be" : "not found")
    }
}
