import FHIR
import Testing

/// http.html#update, #cond-update
@Suite("Checklist: update and conditional update")
struct UpdateChecklistTests {
    private func criteria(_ mrn: String) -> String { "Patient?identifier=\(Sample.system)%7C\(mrn)" }

    @Test("an update that changes nothing succeeds and makes no version")
    func unchanged() async throws {
        let client = try await House.client
        let id = try await client.make("Patient", Sample.patient(family: "Gleich"))
        let again = try await client.put("Patient/\(id)", Sample.patient(id: id, family: "Gleich"))
        #expect(again.status == 200, "\(again)")
        #expect(again.version == "1")
        #expect(again.header("ETag") == "W/\"1\"")
        #expect(try await client.get("Patient/\(id)/_history").count("entry") == 1)
    }

    @Test("without a match and without an id the resource is made; with an id it is made under that id")
    func none() async throws {
        let client = try await House.client
        let (one, two, id) = (unique(), unique(), unique())
        let made = try await client.put(criteria(one), Sample.patient(mrn: one))
        #expect(made.status == 201, "\(made)")
        #expect(made.header("Location")?.contains("Patient/\(made.id)/_history/1") == true)
        let under = try await client.put(criteria(two), Sample.patient(id: id, mrn: two))
        #expect(under.status == 201, "\(under)")
        #expect(under.id == id)
    }

    @Test("one match is updated, with its id or without; another id in the body is refused")
    func one() async throws {
        let client = try await House.client
        let mrn = unique()
        let id = try await client.make("Patient", Sample.patient(mrn: mrn))
        let updated = try await client.put(criteria(mrn), Sample.patient(mrn: mrn, family: "Zwei"))
        #expect(updated.status == 200, "\(updated)")
        #expect(updated.id == id && updated.version == "2")
        let own = try await client.put(criteria(mrn), Sample.patient(id: id, mrn: mrn, family: "Drei"))
        #expect(own.status == 200 && own.version == "3", "\(own)")
        expectRefusal(try await client.put(criteria(mrn), Sample.patient(id: unique(), mrn: mrn)), 400)
        #expect(try await client.get("Patient/\(id)").version == "3")
    }

    @Test("several matches are 412, and criteria that say nothing are refused")
    func several() async throws {
        let client = try await House.client
        let mrn = unique()
        for _ in 0..<2 { _ = try await client.make("Patient", Sample.patient(mrn: mrn)) }
        expectRefusal(try await client.put(criteria(mrn), Sample.patient(mrn: mrn, family: "Drei")), 412)
        for path in ["Patient", "Patient?", "Patient?identifier=", "Patient?_count=1"] {
            let reply = try await client.put(path, Sample.patient(mrn: mrn))
            #expect([400, 405, 412].contains(reply.status), "\(path): \(reply)")
            #expect(reply["resourceType"] == "OperationOutcome")
        }
        #expect(try await client.get(criteria(mrn)).ids.count == 2)
    }

    @Test("If-None-Match: * keeps a conditional update from overwriting")
    func ifNoneMatch() async throws {
        let client = try await House.client
        let mrn = unique()
        let headers = ["If-None-Match": "*"]
        let made = try await client.put(criteria(mrn), Sample.patient(mrn: mrn), headers)
        #expect(made.status == 201, "\(made)")
        expectRefusal(try await client.put(criteria(mrn), Sample.patient(mrn: mrn, family: "Zwei"), headers), 412)
        #expect(try await client.get("Patient/\(made.id)").version == "1")
    }

    @Test("If-Match that cannot be read is 400, a stale one 412")
    func ifMatch() async throws {
        let client = try await House.client
        let id = try await client.make("Patient", Sample.patient())
        let body = Sample.patient(id: id, family: "Zwei")
        expectRefusal(try await client.put("Patient/\(id)", body, ["If-Match": "one"]), 400)
        expectRefusal(try await client.put("Patient/\(id)", body, ["If-Match": "W/\"9\""]), 412)
        #expect(try await client.put("Patient/\(id)", body, ["If-Match": "W/\"1\""]).status == 200)
    }
}
