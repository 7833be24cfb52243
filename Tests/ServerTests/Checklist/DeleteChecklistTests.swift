import FHIR
import Testing

/// http.html#delete, #3.1.0.7.1
@Suite("Checklist: delete and conditional delete")
struct DeleteChecklistTests {
    private func criteria(_ mrn: String) -> String { "Patient?identifier=\(Sample.system)%7C\(mrn)" }

    @Test("a conditional delete of nothing and of one match succeeds without a body")
    func conditional() async throws {
        let client = try await House.client
        let mrn = unique()
        let nothing = try await client.delete(criteria(mrn))
        #expect(nothing.status == 204 && nothing.body.isEmpty, "\(nothing)")
        let id = try await client.make("Patient", Sample.patient(mrn: mrn))
        let one = try await client.delete(criteria(mrn))
        #expect(one.status == 204 && one.body.isEmpty, "\(one)")
        expectRefusal(try await client.get("Patient/\(id)"), 410)
    }

    @Test("a conditional delete without criteria deletes nothing")
    func withoutCriteria() async throws {
        let client = try await House.client
        let id = try await client.make("Patient", Sample.patient())
        for path in ["Patient", "Patient?", "Patient?identifier=", "Patient?_count=1", "Patient?nonsense=1"] {
            let reply = try await client.delete(path)
            #expect([400, 405, 412].contains(reply.status), "\(path): \(reply)")
        }
        #expect(try await client.get("Patient/\(id)").status == 200)
    }

    @Test("what the domain decides on cannot lose what it refers to: a slot's schedule")
    func integrity() async throws {
        let client = try await House.client
        let schedule = try await client.make(
            "Schedule", #"{"resourceType":"Schedule","actor":[{"display":"Clinic"}]}"#)
        let slot = try await client.make(
            "Slot",
            #"""
            {"resourceType":"Slot","schedule":{"reference":"Schedule/\#(schedule)"},"status":"free",
            "start":"2026-03-01T08:00:00Z","end":"2026-03-01T08:30:00Z"}
            """#)
        let refused = try await client.delete("Schedule/\(schedule)")
        expectRefusal(refused, 409)
        #expect(refused.diagnostics.contains("Slot/\(slot)"), "\(refused)")
        let dangling = try await client.post(
            "Slot",
            #"""
            {"resourceType":"Slot","schedule":{"reference":"Schedule/\#(unique())"},"status":"free",
            "start":"2026-03-01T08:00:00Z","end":"2026-03-01T08:30:00Z"}
            """#)
        #expect([400, 409, 422].contains(dangling.status), "\(dangling)")
        #expect(try await client.delete("Slot/\(slot)").status == 204)
        #expect(try await client.delete("Schedule/\(schedule)").status == 204)
    }

    @Test("a deleted resource is in no search, :not, count, chain, _has and include")
    func neverFound() async throws {
        let client = try await House.client
        let mrn = unique()
        let patient = try await client.make("Patient", Sample.patient(mrn: mrn, #","gender":"male""#))
        let observation = try await client.make("Observation", Sample.observation(subject: "Patient/\(patient)"))
        try await client.expect("Patient?identifier=\(mrn)&gender:not=female", finds: [patient])
        try await client.expect("Observation?patient.identifier=\(mrn)", finds: [observation])
        #expect(try await client.delete("Patient/\(patient)").status == 204)
        try await client.expect("Patient?identifier=\(mrn)", finds: [])
        try await client.expect("Patient?_id=\(patient)&gender:not=female", finds: [])
        try await client.expect("Patient?_id=\(patient)&gender:missing=true", finds: [])
        #expect(try await client.get("Patient?_id=\(patient)&_summary=count")["total"] == "0")
        try await client.expect("Observation?_id=\(observation)&patient.identifier=\(mrn)", finds: [])
        let included = try await client.get("Observation?_id=\(observation)&_include=Observation:patient")
        #expect(included.references(mode: "include").isEmpty && included.ids(mode: "match") == [observation])
        #expect(try await client.delete("Observation/\(observation)").status == 204)
        try await client.expect("Patient?_id=\(patient)&_has:Observation:patient:code=718-7", finds: [])
    }
}
