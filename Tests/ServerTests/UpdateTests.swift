import FHIR
import Testing

@Suite("Updating a resource")
struct UpdateTests {
    @Test("an update makes the next version under the same id")
    func update() async throws {
        let client = try await House.client
        let created = try await client.post("Patient", Sample.patient(family: "Alt"))
        let updated = try await client.put("Patient/\(created.id)", Sample.patient(id: created.id, family: "Neu"))
        #expect(updated.status == 200)
        #expect(updated.id == created.id)
        #expect(updated.version == "2")
        #expect(updated.header("ETag") == "W/\"2\"")
        #expect(updated.header("Location") == nil)
        #expect(try await client.get("Patient/\(created.id)")["name.0.family"] == "Neu")
    }

    @Test("an update of what is not there makes it, under the client's id")
    func updateAsCreate() async throws {
        let client = try await House.client
        let id = unique()
        let reply = try await client.put("Patient/\(id)", Sample.patient(id: id))
        #expect(reply.status == 201)
        #expect(reply.id == id)
        #expect(reply.version == "1")
        #expect(reply.header("Location") == "\(client.base)/Patient/\(id)/_history/1")
    }

    @Test("ids differ by case")
    func caseOfIDs() async throws {
        let client = try await House.client
        let id = unique("Case")
        #expect(try await client.put("Patient/\(id)", Sample.patient(id: id)).status == 201)
        #expect(try await client.get("Patient/\(id.lowercased())").status == 404)
    }

    @Test("the id in the body must be there and be the url's")
    func idMismatch() async throws {
        let client = try await House.client
        let id = unique()
        expectRefusal(
            try await client.put("Patient/\(id)", Sample.patient(id: "other")), 400, naming: "Patient.id", "other")
        expectRefusal(try await client.put("Patient/\(id)", Sample.patient()), 400, naming: "Patient.id")
        expectRefusal(try await client.put("Patient/a_b", Sample.patient(id: "a_b")), 400)
        #expect(try await client.get("Patient/\(id)").status == 404)
    }

    @Test("If-Match lets the update of the current version pass and refuses all others")
    func ifMatch() async throws {
        let client = try await House.client
        let id = unique()
        let path = "Patient/\(id)"
        _ = try await client.put(path, Sample.patient(id: id))
        #expect(try await client.put(path, Sample.patient(id: id), ["If-Match": "W/\"1\""]).status == 200)
        let stale = try await client.put(path, Sample.patient(id: id, family: "Zu spät"), ["If-Match": "W/\"1\""])
        expectRefusal(stale, 412, naming: "version 2")
        #expect(try await client.put(path, Sample.patient(id: id), ["If-Match": "\"2\""]).status == 200)
        for tag in ["W/\"x\"", "W/\"-1\"", "", "W/\"1", "W/\"99999999999\""] {
            expectRefusal(
                try await client.put(path, Sample.patient(id: id), ["If-Match": tag]), 400, naming: "If-Match")
        }
        #expect(try await client.get(path).version == "3")
    }

    @Test("If-Match on what does not exist is refused and makes nothing")
    func ifMatchOnNothing() async throws {
        let client = try await House.client
        let id = unique()
        let reply = try await client.put("Patient/\(id)", Sample.patient(id: id), ["If-Match": "W/\"1\""])
        #expect([404, 412].contains(reply.status))
        #expect(reply["resourceType"] == "OperationOutcome")
        #expect(try await client.get("Patient/\(id)").status == 404)
    }

    @Test("If-None-Match: * makes what is not there and never overwrites")
    func ifNoneMatch() async throws {
        let client = try await House.client
        let id = unique()
        let path = "Patient/\(id)"
        #expect(try await client.put(path, Sample.patient(id: id), ["If-None-Match": "*"]).status == 201)
        expectRefusal(
            try await client.put(path, Sample.patient(id: id, family: "Über"), ["If-None-Match": "*"]), 412,
            naming: "If-None-Match")
        #expect(try await client.get(path)["name.0.family"] == "Muster")
        _ = try await client.delete(path)
        #expect(try await client.put(path, Sample.patient(id: id), ["If-None-Match": "*"]).status == 201)
    }

    @Test("twenty clients who update one resource make twenty versions, and with If-Match only one of them wins")
    func simultaneous() async throws {
        let client = try await House.client
        let id = unique()
        _ = try await client.put("Patient/\(id)", Sample.patient(id: id))
        let tags = try await withThrowingTaskGroup(of: String?.self) { group in
            for number in 0..<20 {
                group.addTask {
                    try await client.put("Patient/\(id)", Sample.patient(id: id, family: "N\(number)")).header("ETag")
                }
            }
            return try await group.reduce(into: [String]()) { $0.append($1 ?? "-") }
        }
        #expect(Set(tags) == Set((2...21).map { "W/\"\($0)\"" }))
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    try await client.put("Patient/\(id)", Sample.patient(id: id), ["If-Match": "W/\"21\""]).status
                }
            }
            return try await group.reduce(into: [Int]()) { $0.append($1) }
        }
        #expect(statuses.filter { $0 == 200 }.count == 1)
        #expect(statuses.filter { $0 == 412 }.count == 19)
    }
}
