import FHIR
import Store
import Testing

@Suite("References must lead somewhere")
struct ReferenceTests {
    private func encounter(_ subject: String, id: String? = nil, status: String = "planned") -> String {
        let id = id.map { #","id":"\#($0)""# } ?? ""
        return #"{"resourceType":"Encounter"\#(id),"status":"\#(status)","class":{"code":"AMB"},"#
            + #""subject":{"reference":"\#(subject)"}}"#
    }

    @Test("a reference that is enforced and leads to nothing is refused, by its place and by what is missing")
    func refusedOnWrite() async throws {
        let client = try await House.client
        let id = unique()
        let refused = try await client.post("Encounter", encounter("Patient/\(id)"))
        expectRefusal(refused, 422, naming: "Encounter.subject")
        #expect(refused.diagnostics.contains("Patient/\(id)"))
        _ = try await client.put("Patient/\(id)", Sample.patient(id: id))
        #expect(try await client.post("Encounter", encounter("Patient/\(id)")).status == 201)
        #expect(try await client.post("Encounter", encounter("Patient/\(id)/_history/1")).status == 201)
        #expect(try await client.post("Encounter", encounter("http://elsewhere.example/Patient/1")).status == 201)
        let entry = try await client.post(
            "",
            Sample.bundle(
                "transaction",
                [
                    Sample.entry("POST", "Patient", Sample.patient()),
                    Sample.entry("POST", "Encounter", encounter("Patient/\(unique())")),
                ]))
        expectRefusal(entry, 422, naming: "Bundle.entry[1]")
    }

    @Test("what the same transaction makes counts as there, and what it deletes as gone")
    func withinTransactions() async throws {
        let client = try await House.client
        let (id, old) = (unique(), unique())
        let both = try await client.post(
            "",
            Sample.bundle(
                "transaction",
                [
                    Sample.entry("POST", "Encounter", encounter("Patient/\(id)")),
                    Sample.entry("PUT", "Patient/\(id)", Sample.patient(id: id)),
                ]))
        #expect(both.status == 200, "\(both)")
        _ = try await client.put("Patient/\(old)", Sample.patient(id: old))
        let torn = try await client.post(
            "",
            Sample.bundle(
                "transaction",
                [
                    Sample.entry("POST", "Encounter", encounter("Patient/\(old)")),
                    Sample.entry("DELETE", "Patient/\(old)"),
                ]))
        expectRefusal(torn, 422, naming: "Bundle.entry[0]")
        let made = try #require(both["entry.0.response.location"]).replacing("/_history/1", with: "")
        let together = try await client.post(
            "",
            Sample.bundle("transaction", [Sample.entry("DELETE", "Patient/\(id)"), Sample.entry("DELETE", made)]))
        #expect(together.status == 200, "\(together)")
    }

    @Test("what somebody refers to is not deleted, by id, by criteria or in a bundle; the answer names who refers")
    func refusedOnDelete() async throws {
        let client = try await House.client
        let (id, mrn) = (unique(), unique())
        _ = try await client.put("Patient/\(id)", Sample.patient(id: id, mrn: mrn))
        let referrer = try await client.post("Encounter", encounter("Patient/\(id)"))
        for path in ["Patient/\(id)", "Patient?identifier=\(mrn)"] {
            let reply = try await client.delete(path)
            expectRefusal(reply, 409)
            #expect(reply.diagnostics.contains("Encounter/\(referrer.id)"), "\(reply)")
        }
        let bundle = Sample.bundle("transaction", [Sample.entry("DELETE", "Patient/\(id)")])
        expectRefusal(try await client.post("", bundle), 409, naming: "Bundle.entry[0]")
        // One that is changed in the same transaction refers no more.
        let other = try await client.post("Patient", Sample.patient())
        let moved = try await client.post(
            "",
            Sample.bundle(
                "transaction",
                [
                    Sample.entry("DELETE", "Patient/\(id)"),
                    Sample.entry(
                        "PUT", "Encounter/\(referrer.id)", encounter("Patient/\(other.id)", id: referrer.id)),
                ]))
        #expect(moved.status == 200, "\(moved)")
        #expect(try await client.get("Patient/\(id)").status == 410)
        _ = try await client.delete("Encounter/\(referrer.id)")
        #expect(try await client.delete("Patient/\(other.id)").status == 204)
    }

    @Test("other references that lead to nothing are written, and told as a warning")
    func reported() async throws {
        let client = try await House.client
        let id = unique()
        let body = Sample.observation(subject: "Patient/\(id)")
        let reply = try await client.post("Observation", body, ["Prefer": "return=OperationOutcome"])
        #expect(reply.status == 201)
        #expect(reply["issue.0.severity"] == "warning", "\(reply)")
        #expect(reply.diagnostics.contains("Patient/\(id)"))
        let bundle = Sample.bundle(
            "transaction",
            [
                Sample.entry("POST", "Observation", body),
                Sample.entry("POST", "Observation", Sample.observation()),
            ])
        let entries = try await client.post("", bundle)
        #expect(
            entries["entry.0.response.outcome.issue.0.diagnostics"]?.contains("Patient/\(id)") == true, "\(entries)")
        #expect(entries.json?.at("entry.1.response.outcome") == nil)
        _ = try await client.put("Patient/\(id)", Sample.patient(id: id))
        let fine = try await client.post("Observation", body, ["Prefer": "return=OperationOutcome"])
        #expect(fine["issue.0.severity"] == "information", "\(fine)")
    }

    @Test("which references are enforced and whether others are reported is a matter of configuration")
    func configured() async throws {
        let policy = ReferencePolicy(enforced: [try ReferenceRule("Observation.subject")], reports: false)
        try await House.with({ $0.references = policy }) { house in
            let client = house.client
            expectRefusal(try await client.post("Observation", Sample.observation(subject: "Patient/1")), 422)
            let reply = try await client.post(
                "Observation", Sample.observation(#","performer":[{"reference":"Practitioner/1"}]"#),
                ["Prefer": "return=OperationOutcome"])
            #expect(reply.status == 201)
            #expect(reply["issue.0.severity"] == "information", "\(reply)")
        }
    }

    @Test("a patient who is deleted while encounters are written for him leaves none that refers to nothing")
    func races() async throws {
        let client = try await House.client
        for _ in 0..<10 {
            let id = unique()
            _ = try await client.put("Patient/\(id)", Sample.patient(id: id))
            let statuses = try await withThrowingTaskGroup(of: (isDelete: Bool, status: Int).self) { group in
                for number in 0..<8 {
                    group.addTask {
                        number == 4
                            ? (true, try await client.delete("Patient/\(id)").status)
                            : (false, try await client.post("Encounter", encounter("Patient/\(id)")).status)
                    }
                }
                return try await group.reduce(into: [(isDelete: Bool, status: Int)]()) { $0.append($1) }
            }
            let made = statuses.filter { !$0.isDelete && $0.status == 201 }.count
            let deleted = statuses.first { $0.isDelete }?.status
            #expect(statuses.allSatisfy { [201, 204, 409, 422].contains($0.status) }, "\(statuses)")
            #expect(deleted == (made == 0 ? 204 : 409), "\(statuses)")
        }
    }
}

@Suite("Where a write came from: X-Provenance")
struct ProvenanceTests {
    private let header =
        #"{"resourceType":"Provenance","recorded":"2026-01-01T00:00:00Z","agent":[{"who":{"display":"Dr. Muster"}}]}"#

    @Test("what is written with it becomes the target of a Provenance, by its version")
    func single() async throws {
        let client = try await House.client
        let id = unique()
        let headers = ["X-Provenance": header]
        #expect(try await client.put("Patient/\(id)", Sample.patient(id: id), headers).status == 201)
        #expect(try await client.put("Patient/\(id)", Sample.patient(id: id, family: "Neu"), headers).version == "2")
        // Nothing is written, so there is nothing to tell of.
        #expect(try await client.put("Patient/\(id)", Sample.patient(id: id, family: "Neu"), headers).version == "2")
        let found = try await client.get("Provenance?target=Patient/\(id)")
        let targets = found.resources.compactMap { $0.at("target.0.reference")?.string }
        #expect(Set(targets) == ["Patient/\(id)/_history/1", "Patient/\(id)/_history/2"], "\(found)")
        #expect(found["entry.0.resource.agent.0.who.display"] == "Dr. Muster")
        let created = try await client.post("Patient", Sample.patient(), headers)
        #expect(try await client.get("Provenance?target=Patient/\(created.id)")["total"] == "1")
    }

    @Test("a transaction has one for all that it writes; where it fails there is none")
    func transaction() async throws {
        let client = try await House.client
        let (one, two) = (unique(), unique())
        let entries = [
            Sample.entry("PUT", "Patient/\(one)", Sample.patient(id: one)),
            Sample.entry("PUT", "Patient/\(two)", Sample.patient(id: two)),
        ]
        let failing = entries + [Sample.entry("PUT", "Patient/x", Sample.patient(id: "x"), #","ifMatch":"W/\"99\"""#)]
        let failed = try await client.post("", Sample.bundle("transaction", failing), ["X-Provenance": header])
        #expect((400..<500).contains(failed.status))
        #expect(try await client.get("Provenance?target=Patient/\(one)")["total"] == "0")
        let reply = try await client.post("", Sample.bundle("transaction", entries), ["X-Provenance": header])
        #expect(reply.status == 200, "\(reply)")
        let found = try await client.get("Provenance?target=Patient/\(one)")
        #expect(found["total"] == "1")
        #expect(found.count("entry.0.resource.target") == 2)
        expectRefusal(
            try await client.post("", Sample.bundle("batch", entries), ["X-Provenance": header]), 400,
            naming: "http.X-Provenance")
    }

    @Test("one that cannot be read, is something else, has targets, or is not valid is refused, and nothing is written")
    func malformed() async throws {
        let client = try await House.client
        let id = unique()
        for text in [
            "x", "[]", #"{"resourceType":"Patient"}"#, #"{"resourceType":"Provenance"}"#,
            header.replacing(#""recorded""#, with: #""target":[{"reference":"Patient/1"}],"recorded""#),
        ] {
            expectRefusal(
                try await client.put("Patient/\(id)", Sample.patient(id: id), ["X-Provenance": text]), 400)
        }
        #expect(try await client.get("Patient/\(id)").status == 404)
    }
}
