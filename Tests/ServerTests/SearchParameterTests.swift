import FHIR
import Testing

@testable import Server

@Suite("Search parameters that are posted")
struct SearchParameterTests {
    private func definition(_ url: String, _ code: String, _ expression: String) -> String {
        """
        {"resourceType":"SearchParameter","url":"\(url)","name":"X","status":"active","description":"d",
        "code":"\(code)","type":"token","base":["Patient"],"expression":"\(expression)"}
        """
    }

    private func patient(_ race: String) -> String {
        """
        {"resourceType":"Patient","extension":[{"url":"http://a.example/race","valueCode":"\(race)"}]}
        """
    }

    private static let race = "Patient.extension.where(url='http://a.example/race').value"

    /// Asks again until the index is complete.
    private func search(_ client: Client, _ query: String) async throws -> Reply {
        for _ in 0..<600 {
            let reply = try await client.get(query)
            if reply.status != 400 || !reply.description.contains("still being made") { return reply }
            try await Task.sleep(for: .milliseconds(50))
        }
        return try await client.get(query)
    }

    @Test("resources from before and after are found by it, on this server and on another of the record")
    func posted() async throws {
        try await House.with {
            $0.searchParameterSettling = .zero
        } _: { house in
            let before = try await house.client.post("Patient", patient("a")).id
            let unknown = try await house.client.get("Patient?race=a")
            #expect(unknown.status == 400)
            let url = "http://a.example/SearchParameter/race"
            let made = try await house.client.post("SearchParameter", definition(url, "race", Self.race))
            #expect(made.status == 201)
            let after = try await house.client.post("Patient", patient("a")).id
            _ = try await house.client.post("Patient", patient("b"))
            #expect(Set(try await search(house.client, "Patient?race=a").ids) == [before, after])
            try await House.with(database: house.database) { other in
                let found = try await search(other.client, "Patient?race=a")
                #expect(Set(found.ids) == [before, after])
            }
            let metrics = try await house.client.get("/metrics")
            let labels = "mediconnect_search_parameter_resources{url=\"\(url)\",state=\"usable\""
            let counts = metrics.text.split(separator: "\n").filter { $0.hasPrefix(labels) }
                .map { $0.split(separator: " ").last.flatMap { Int($0) } }
            #expect(counts.count == 3 && counts[0] == counts[1] && counts[2] == 0)
            _ = try await house.client.delete("SearchParameter/\(made.id)")
        }
    }

    @Test("one that cannot be searched by is kept, and the answer says why")
    func refused() async throws {
        let reply = try await House.client.post(
            "SearchParameter", definition("http://a.example/\(unique())", "x", "Patient.nothing"),
            ["Prefer": "return=OperationOutcome"])
        #expect(reply.status == 201)
        #expect(reply.description.contains("nothing") && reply.description.contains("warning"))
        let clash = try await House.client.post(
            "SearchParameter", definition("http://a.example/\(unique())", "name", "Patient.name.text"),
            ["Prefer": "return=OperationOutcome"])
        #expect(clash.description.contains("already searched by 'name'"))
    }

    @Test("those of files are known from the start")
    func files() async throws {
        let url = "http://a.example/SearchParameter/race"
        try await House.with {
            $0.searchParameterSettling = .zero
            $0.searchParameters = [("race.json", Array(definition(url, "race", Self.race).utf8))]
        } _: { house in
            let id = try await house.client.post("Patient", patient("a")).id
            #expect(try await search(house.client, "Patient?race=a").ids == [id])
        }
    }
}
