import FHIR
import Testing

@Suite("Deleting a resource")
struct DeleteTests {
    @Test("a deleted resource is gone, with the version that deleted it, and its history stays")
    func delete() async throws {
        let client = try await House.client
        let id = unique()
        let path = "Patient/\(id)"
        _ = try await client.put(path, Sample.patient(id: id))
        let deleted = try await client.delete(path)
        #expect(deleted.status == 204)
        #expect(deleted.body.isEmpty)
        #expect(deleted.header("ETag") == "W/\"2\"")
        let gone = try await client.get(path)
        expectRefusal(gone, 410, naming: path)
        #expect(gone.header("ETag") == "W/\"2\"")
        #expect(gone["issue.0.code"] == "deleted")
        #expect(try await client.get("\(path)/_history/1").status == 200)
        expectRefusal(try await client.get("\(path)/_history/2"), 410)
        let history = try await client.get("\(path)/_history")
        #expect(history.count("entry") == 2)
        #expect(history["entry.0.request.method"] == "DELETE")
        #expect(history.json?.at("entry.0.resource") == nil)
        #expect(history["entry.0.response.status"]?.hasPrefix("204") == true)
    }

    @Test("deleting twice, or what never was, changes nothing and succeeds")
    func idempotent() async throws {
        let client = try await House.client
        let id = unique()
        #expect(try await client.delete("Patient/\(id)").status == 204)
        #expect(try await client.get("Patient/\(id)").status == 404)
        _ = try await client.put("Patient/\(id)", Sample.patient(id: id))
        #expect(try await client.delete("Patient/\(id)").status == 204)
        #expect(try await client.delete("Patient/\(id)").status == 204)
        #expect(try await client.get("Patient/\(id)/_history")["total"] == "2")
    }

    @Test("a deleted resource appears in no search and no count")
    func leavesSearches() async throws {
        let client = try await House.client
        let mrn = unique()
        let created = try await client.post("Patient", Sample.patient(mrn: mrn, family: unique("Fam")))
        #expect(try await client.get("Patient?identifier=\(mrn)")["total"] == "1")
        _ = try await client.delete("Patient/\(created.id)")
        for query in ["identifier=\(mrn)", "_id=\(created.id)", "identifier=\(mrn)&_summary=count"] {
            #expect(try await client.get("Patient?\(query)")["total"] == "0", "\(query)")
        }
    }

    @Test("a PUT brings a deleted resource back as its next version, findable again")
    func resurrection() async throws {
        let client = try await House.client
        let (id, mrn) = (unique(), unique())
        let path = "Patient/\(id)"
        _ = try await client.put(path, Sample.patient(id: id, mrn: mrn))
        _ = try await client.delete(path)
        let back = try await client.put(path, Sample.patient(id: id, mrn: mrn, family: "Wieder"))
        #expect(back.status == 201)
        #expect(back.version == "3")
        #expect(try await client.get(path)["name.0.family"] == "Wieder")
        #expect(try await client.get("Patient?identifier=\(mrn)").ids == [id])
        let history = try await client.get("\(path)/_history")
        #expect(
            history.json?.elements("entry").compactMap { $0.at("request.method")?.string } == ["PUT", "DELETE", "PUT"])
    }

    @Test("If-Match guards a delete as it guards an update")
    func ifMatch() async throws {
        let client = try await House.client
        let id = unique()
        let path = "Patient/\(id)"
        _ = try await client.put(path, Sample.patient(id: id))
        _ = try await client.put(path, Sample.patient(id: id, family: "Zwei"))
        expectRefusal(try await client.delete(path, ["If-Match": "W/\"1\""]), 412, naming: "version 2")
        expectRefusal(try await client.delete(path, ["If-Match": "nonsense"]), 400, naming: "If-Match")
        #expect(try await client.get(path).status == 200)
        #expect(try await client.delete(path, ["If-Match": "W/\"2\""]).status == 204)
    }
}
