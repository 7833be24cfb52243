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

@Suite("Deleting what is found: conditional delete")
struct ConditionalDeleteTests {
    @Test("one match is deleted, none is no fault, and several are 412 and stay")
    func single() async throws {
        let client = try await House.client
        let (mrn, many) = (unique(), unique())
        let created = try await client.post("Patient", Sample.patient(mrn: mrn))
        let deleted = try await client.delete("Patient?identifier=\(mrn)")
        #expect(deleted.status == 204)
        #expect(deleted.header("ETag") == "W/\"2\"")
        #expect(try await client.get("Patient/\(created.id)").status == 410)
        #expect(try await client.delete("Patient?identifier=\(mrn)").status == 204)
        for _ in 0..<2 { _ = try await client.post("Patient", Sample.patient(mrn: many)) }
        expectRefusal(try await client.delete("Patient?identifier=\(many)"), 412)
        #expect(try await client.get("Patient?identifier=\(many)&_summary=count")["total"] == "2")
        expectRefusal(try await client.delete("Patient?identifier=\(many)&_count=1"), 400, naming: "_count")
    }

    @Test("If-Match holds for what the criteria find")
    func ifMatch() async throws {
        let client = try await House.client
        let mrn = unique()
        _ = try await client.post("Patient", Sample.patient(mrn: mrn))
        expectRefusal(try await client.delete("Patient?identifier=\(mrn)", ["If-Match": "W/\"2\""]), 412)
        #expect(try await client.delete("Patient?identifier=\(mrn)", ["If-Match": "W/\"1\""]).status == 204)
    }

    @Test("where several may be deleted the answer says how many were, and more than the limit are refused")
    func multiple() async throws {
        try await House.with({ $0.conditionalDelete = .multiple(3) }) { house in
            let client = house.client
            for mrn in ["a", "a", "a", "b", "b", "b", "b"] {
                _ = try await client.post("Patient", Sample.patient(mrn: mrn))
            }
            let three = try await client.delete("Patient?identifier=a")
            #expect(three.status == 200, "\(three)")
            #expect(three.diagnostics.hasPrefix("3 Patient"))
            #expect(try await client.delete("Patient?identifier=a").status == 204)
            expectRefusal(try await client.delete("Patient?identifier=b"), 412, naming: "More than 3")
            expectRefusal(try await client.delete("Patient?identifier=b&_count=x"), 400, naming: "_count")
            let two = try await client.delete("Patient?identifier=b&_count=2")
            #expect(two.diagnostics.hasPrefix("2 Patient"), "\(two)")
            #expect(try await client.get("Patient?identifier=b&_summary=count")["total"] == "2")
            let entry = try await client.post(
                "", Sample.bundle("transaction", [Sample.entry("DELETE", "Patient?identifier=b")]))
            #expect(entry["entry.0.response.status"] == "204 No Content", "\(entry)")
            #expect(try await client.get("Patient?_summary=count")["total"] == "0")
        }
    }

    @Test("a hundred clients who delete by the same criteria make one deletion")
    func simultaneous() async throws {
        let client = try await House.client
        let mrn = unique()
        let created = try await client.post("Patient", Sample.patient(mrn: mrn))
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<100 {
                group.addTask { try await client.delete("Patient?identifier=\(mrn)").status }
            }
            for try await status in group { #expect(status == 204) }
        }
        #expect(try await client.get("Patient/\(created.id)/_history")["total"] == "2")
    }
}
