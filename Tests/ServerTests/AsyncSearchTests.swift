import NIOHTTP1
import Testing

@testable import Server

@Suite("Searches that are answered in the background")
struct AsyncSearchTests {
    @Test("a search with Prefer: respond-async gives the address of its job, and there its answer")
    func search() async throws {
        let client = try await House.client
        let mrn = unique("async")
        let id = try await client.post("Patient", Sample.patient(mrn: mrn)).id
        for form in [false, true] {
            let reply =
                form
                ? try await client.send(
                    .POST, "Patient/_search", body: Array("identifier=\(Sample.system)|\(mrn)".utf8),
                    ["Prefer": "respond-async", "Content-Type": "application/x-www-form-urlencoded"])
                : try await client.get("Patient?identifier=\(Sample.system)%7C\(mrn)", Client.asynchronous)
            #expect(reply.status == 202, "\(reply)")
            let job = try #require(reply.header("Content-Location"))
            let answer = try await client.outcome(of: job)
            #expect(answer.status == 200)
            #expect(answer["type"] == "batch-response")
            #expect(answer["entry.0.response.status"] == "200 OK")
            #expect(answer["entry.0.resource.type"] == "searchset")
            #expect(answer["entry.0.resource.entry.0.resource.id"] == id)
            #expect(answer["entry.0.resource.link.0.url"]?.hasPrefix(client.base + "/Patient?identifier=") == true)
            #expect(try await client.delete(job).status == 202)
            #expect(try await client.get(job).status == 404)
        }
    }

    @Test("what is wrong with it stands in its answer")
    func failure() async throws {
        let client = try await House.client
        let job = try await client.kickOff("Patient?nam=x")
        let answer = try await client.outcome(of: job)
        #expect(answer.status == 200)
        #expect(answer["entry.0.response.status"] == "400 Bad Request")
        #expect(answer["entry.0.response.outcome.issue.0.diagnostics"]?.contains("nam") == true)
        #expect(answer["entry.0.resource.resourceType"] == nil)
    }

    @Test("a history can be asked for in the background, too; a read is answered at once")
    func others() async throws {
        let client = try await House.client
        let patient = try await client.post("Patient", Sample.patient())
        let job = try await client.kickOff("Patient/\(patient.id)/_history")
        #expect(try await client.outcome(of: job)["entry.0.resource.type"] == "history")
        #expect(try await client.get("Patient/\(patient.id)", Client.asynchronous).status == 200)
    }

    @Test("no more are taken on than the limit")
    func limit() async throws {
        try await House.with({ configuration in
            configuration.jobs.searchesAtOnce = 0
            configuration.jobs.maximumSearches = 2
        }) { house in
            for _ in 0..<2 { _ = try await house.client.kickOff("Patient") }
            let refused = try await house.client.get("Patient", Client.asynchronous)
            expectRefusal(refused, 429, naming: "2 asynchronous searches")
            #expect(refused.header("Retry-After") != nil)
            #expect(try await house.client.get("Patient").status == 200)
        }
    }
}
