import FHIR
import Testing

@Suite("Creating a resource")
struct CreateTests {
    @Test("a create answers 201 with Location, ETag, Last-Modified and what was stored")
    func create() async throws {
        let client = try await House.client
        let reply = try await client.post("Patient", Sample.patient(id: "mine", family: "Neu"))
        #expect(reply.status == 201)
        #expect(reply.id != "mine")
        #expect(reply["name.0.family"] == "Neu")
        #expect(reply.header("Location") == "\(client.base)/Patient/\(reply.id)/_history/1")
        #expect(reply.header("ETag") == "W/\"1\"")
        #expect(reply.header("Last-Modified") != nil)
        let there = try #require(reply.header("Location"))
        #expect(try await client.get(there)["name.0.family"] == "Neu")
    }

    @Test("version and time of the resource are the server's, the rest of meta is the client's")
    func metaIsTheServers() async throws {
        let client = try await House.client
        let reply = try await client.post(
            "Patient",
            #"{"resourceType":"Patient","meta":{"versionId":"77","lastUpdated":"1999-01-01T00:00:00Z","#
                + #""profile":["http://example.org/p"],"tag":[{"code":"t"}]},"active":true}"#)
        #expect(reply.status == 201)
        #expect(reply.version == "1")
        #expect(reply["meta.lastUpdated"]?.hasPrefix("1999") == false)
        #expect(reply["meta.profile.0"] == "http://example.org/p")
        #expect(reply["meta.tag.0.code"] == "t")
    }

    @Test("the client says how much it wants back: nothing, the resource, or an outcome")
    func prefer() async throws {
        let client = try await House.client
        let minimal = try await client.post("Patient", Sample.patient(), ["Prefer": "return=minimal"])
        #expect(minimal.status == 201)
        #expect(minimal.body.isEmpty)
        #expect(minimal.header("Location") != nil)
        let whole = try await client.post("Patient", Sample.patient(), ["Prefer": "return=representation"])
        #expect(whole["resourceType"] == "Patient")
        let outcome = try await client.post("Patient", Sample.patient(), ["Prefer": "return=OperationOutcome"])
        #expect(outcome.status == 201)
        #expect(outcome["resourceType"] == "OperationOutcome")
        #expect(outcome["issue.0.severity"] == "information")
    }

    @Test("what another type's url receives is refused")
    func wrongType() async throws {
        let client = try await House.client
        expectRefusal(try await client.post("Observation", Sample.patient()), 400)
        expectRefusal(try await client.post("Patient", #"{"name":[{"family":"X"}]}"#), 400)
        expectRefusal(try await client.post("Patient", #"{"resourceType":"Patent"}"#), 400)
        expectRefusal(try await client.post("Patient", #"[]"#), 400)
        expectRefusal(try await client.post("Patient", ""), 400)
    }
}

@Suite("Creating only what is not there: If-None-Exist")
struct ConditionalCreateTests {
    @Test("without a match the resource is made, with one match the match is answered and nothing made")
    func noneAndOne() async throws {
        let client = try await House.client
        let mrn = unique()
        let criteria = ["If-None-Exist": "identifier=\(Sample.system)|\(mrn)"]
        let first = try await client.post("Patient", Sample.patient(mrn: mrn), criteria)
        #expect(first.status == 201)
        let second = try await client.post("Patient", Sample.patient(mrn: mrn, family: "Anders"), criteria)
        #expect(second.status == 200)
        #expect(second.id == first.id)
        #expect(second["name.0.family"] == "Muster")
        #expect(second.header("ETag") == "W/\"1\"")
        let found = try await client.get("Patient?identifier=\(mrn)")
        #expect(found["total"] == "1")
    }

    @Test("several matches are 412 and nothing is made")
    func many() async throws {
        let client = try await House.client
        let mrn = unique()
        for _ in 0..<2 { _ = try await client.post("Patient", Sample.patient(mrn: mrn)) }
        let reply = try await client.post(
            "Patient", Sample.patient(mrn: mrn), ["If-None-Exist": "identifier=\(mrn)"])
        expectRefusal(reply, 412, naming: "If-None-Exist")
        #expect(try await client.get("Patient?identifier=\(mrn)&_summary=count")["total"] == "2")
    }

    @Test("criteria that hold nothing or are not understood are refused, and nothing is made")
    func badCriteria() async throws {
        let client = try await House.client
        let mrn = unique()
        for (criteria, status) in [
            ("", 400), ("identifier=", 412), ("_count=1", 412), ("identifyer=x", 400), ("name:wrong=x", 400),
        ] {
            let reply = try await client.post("Patient", Sample.patient(mrn: mrn), ["If-None-Exist": criteria])
            expectRefusal(reply, status)
        }
        #expect(try await client.get("Patient?identifier=\(mrn)")["total"] == "0")
    }

    @Test("a deleted resource is no match")
    func deletedIsNoMatch() async throws {
        let client = try await House.client
        let mrn = unique()
        let criteria = ["If-None-Exist": "identifier=\(mrn)"]
        let first = try await client.post("Patient", Sample.patient(mrn: mrn), criteria)
        _ = try await client.delete("Patient/\(first.id)")
        let second = try await client.post("Patient", Sample.patient(mrn: mrn), criteria)
        #expect(second.status == 201)
        #expect(second.id != first.id)
    }

    @Test("a hundred clients who ask at once make one resource, and all are told the same one")
    func simultaneous() async throws {
        let client = try await House.client
        let mrn = unique()
        let replies = try await withThrowingTaskGroup(of: Reply.self) { group in
            for number in 0..<100 {
                group.addTask {
                    // The same criteria, written in two ways.
                    let criteria = number.isMultiple(of: 2) ? "identifier=\(mrn)" : "?identifier=\(mrn)&_dc=\(number)"
                    return try await client.post("Patient", Sample.patient(mrn: mrn), ["If-None-Exist": criteria])
                }
            }
            return try await group.reduce(into: [Reply]()) { $0.append($1) }
        }
        #expect(replies.filter { $0.status == 201 }.count == 1)
        #expect(replies.filter { $0.status == 200 }.count == 99)
        #expect(Set(replies.map(\.id)).count == 1)
        #expect(try await client.get("Patient?identifier=\(mrn)")["total"] == "1")
    }
}
