import FHIR
import Testing

/// http.html#transaction
@Suite("Checklist: batch and transaction")
struct BundleChecklistTests {
    @Test("a transaction may delete, create, and update by criteria, in whatever order they are sent")
    func kinds() async throws {
        let client = try await House.client
        let (mrn, gone) = (unique(), try await client.make("Patient", Sample.patient()))
        let known = try await client.make("Patient", Sample.patient(mrn: mrn))
        let reply = try await client.post(
            "",
            Sample.bundle(
                "transaction",
                [
                    Sample.entry(
                        "PUT", "Patient?identifier=\(Sample.system)|\(mrn)", Sample.patient(mrn: mrn, family: "Neu")),
                    Sample.entry("POST", "Patient", Sample.patient()),
                    Sample.entry("GET", "Patient?identifier=\(Sample.system)|\(mrn)"),
                    Sample.entry("DELETE", "Patient/\(gone)"),
                ]))
        #expect(reply.status == 200 && reply["type"] == "transaction-response", "\(reply)")
        #expect(reply["entry.0.response.status"]?.hasPrefix("200") == true)
        #expect(reply["entry.1.response.status"]?.hasPrefix("201") == true)
        #expect(reply["entry.2.resource.type"] == "searchset")
        #expect(reply["entry.2.resource.entry.0.resource.name.0.family"] == "Neu", "\(reply)")
        #expect(reply["entry.3.response.status"]?.hasPrefix("204") == true)
        #expect(try await client.get("Patient/\(known)").version == "2")
        expectRefusal(try await client.get("Patient/\(gone)"), 410)
    }

    @Test("an ambiguous conditional create fails all of the transaction")
    func ambiguous() async throws {
        let client = try await House.client
        let (mrn, other) = (unique(), unique())
        for _ in 0..<2 { _ = try await client.make("Patient", Sample.patient(mrn: mrn)) }
        let reply = try await client.post(
            "",
            Sample.bundle(
                "transaction",
                [
                    Sample.entry("POST", "Patient", Sample.patient(mrn: other)),
                    Sample.entry(
                        "POST", "Patient", Sample.patient(mrn: mrn),
                        #","ifNoneExist":"identifier=\#(Sample.system)|\#(mrn)""#),
                ]))
        expectRefusal(reply, 412, naming: "Bundle.entry[1]")
        try await client.expect("Patient?identifier=\(other)", finds: [])
    }

    @Test("two creates under one condition make one resource, and links of both lead to it")
    func sameCondition() async throws {
        let client = try await House.client
        let mrn = unique()
        let condition = #","ifNoneExist":"identifier=\#(Sample.system)|\#(mrn)""#
        let urls = ["urn:uuid:7a6f2a40-0000-4000-8000-000000000001", "urn:uuid:7a6f2a40-0000-4000-8000-000000000002"]
        let reply = try await client.post(
            "",
            Sample.bundle(
                "transaction",
                urls.map { Sample.entry("POST", "Patient", Sample.patient(mrn: mrn), fullURL: $0, condition) }
                    + urls.map { Sample.entry("POST", "Observation", Sample.observation(subject: $0)) }))
        #expect(reply.status == 200, "\(reply)")
        let found = try await client.get("Patient?identifier=\(mrn)").ids
        #expect(found.count == 1)
        for index in 2...3 {
            let observation = try #require(reply["entry.\(index).response.location"])
            #expect(try await client.get(observation)["subject.reference"] == "Patient/\(found.first ?? "")")
        }
    }

    @Test("deletes in one transaction may come in any order: references are looked at when all is done")
    func deletes() async throws {
        let client = try await House.client
        for isReversed in [false, true] {
            let schedule = try await client.make(
                "Schedule", #"{"resourceType":"Schedule","actor":[{"display":"Clinic"}]}"#)
            let slot = try await client.make(
                "Slot",
                #"""
                {"resourceType":"Slot","schedule":{"reference":"Schedule/\#(schedule)"},"status":"free",
                "start":"2026-03-01T08:00:00Z","end":"2026-03-01T08:30:00Z"}
                """#)
            let entries = ["Schedule/\(schedule)", "Slot/\(slot)"].map { Sample.entry("DELETE", $0) }
            let reply = try await client.post(
                "", Sample.bundle("transaction", isReversed ? entries.reversed() : entries))
            #expect(reply.status == 200, "\(reply)")
            expectRefusal(try await client.get("Schedule/\(schedule)"), 410)
        }
    }

    @Test("a batch answers each entry by itself: searches, reads, the capability statement, and what fails")
    func batch() async throws {
        let client = try await House.client
        let mrn = unique()
        let id = try await client.make("Patient", Sample.patient(mrn: mrn))
        let reply = try await client.post(
            "",
            Sample.bundle(
                "batch",
                [
                    Sample.entry("GET", "Patient?identifier=\(mrn)"), Sample.entry("GET", "Patient/\(id)"),
                    Sample.entry("GET", "metadata"), Sample.entry("GET", "Patient/\(unique())"),
                    Sample.entry("GET", "Patient?nonsense=1"), Sample.entry("POST", "Patient", Sample.patient()),
                ]))
        #expect(reply.status == 200 && reply["type"] == "batch-response" && reply.count("entry") == 6, "\(reply)")
        let statuses = (0..<6).map { reply["entry.\($0).response.status"]?.prefix(3) }
        #expect(statuses == ["200", "200", "200", "404", "400", "201"])
        #expect(reply["entry.0.resource.type"] == "searchset")
        #expect(reply["entry.0.resource.entry.0.resource.id"] == id)
        #expect(reply["entry.1.resource.id"] == id)
        #expect(reply["entry.2.resource.resourceType"] == "CapabilityStatement")
        #expect(reply["entry.3.response.outcome.resourceType"] == "OperationOutcome")
    }

    @Test("what is no bundle of requests is refused: another type, another resource, no type, no resource, no route")
    func refusals() async throws {
        let client = try await House.client
        for body in [
            Sample.bundle("searchset", []), Sample.patient(), #"{"resourceType":"Bundle","entry":[]}"#,
            Sample.bundle("transaction", [Sample.entry("POST", "Patient")]),
            Sample.bundle("transaction", [Sample.entry("POST", "Nonsense", Sample.patient())]),
            Sample.bundle("transaction", [Sample.entry("POST", "Patient/a/b/c", Sample.patient())]),
            Sample.bundle("transaction", [#"{"resource":\#(Sample.patient())}"#]),
        ] {
            let reply = try await client.post("", body)
            #expect([400, 404, 405, 422].contains(reply.status), "\(body): \(reply)")
            #expect(reply["resourceType"] == "OperationOutcome")
        }
    }

    @Test(
        "the guards of an entry fail all: ifMatch, ifNoneMatch, and two entries for one resource by criteria and by id")
    func guards() async throws {
        let client = try await House.client
        let mrn = unique()
        let id = try await client.make("Patient", Sample.patient(mrn: mrn))
        let own = Sample.entry("PUT", "Patient/\(id)", Sample.patient(id: id, mrn: mrn, family: "A"))
        let found = Sample.entry(
            "PUT", "Patient?identifier=\(Sample.system)|\(mrn)", Sample.patient(mrn: mrn, family: "B"))
        let stale = Sample.entry(
            "PUT", "Patient/\(id)", Sample.patient(id: id, family: "C"), #","ifMatch":"W/\"7\"""#)
        let exists = Sample.entry("PUT", "Patient/\(id)", Sample.patient(id: id), #","ifNoneMatch":"*""#)
        for (entries, status) in [([own, found], 400), ([stale], 412), ([exists], 412)] {
            expectRefusal(try await client.post("", Sample.bundle("transaction", entries)), status)
        }
        #expect(try await client.get("Patient/\(id)").version == "1")
    }
}
