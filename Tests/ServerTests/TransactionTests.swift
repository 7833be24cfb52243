import FHIR
import Testing

@Suite("Transactions: all entries or none")
struct TransactionTests {
    private func uuid() -> String {
        let random = { (count: Int) in String((0..<count).map { _ in "0123456789abcdef".randomElement() ?? "0" }) }
        return "urn:uuid:\(random(8))-\(random(4))-4\(random(3))-8\(random(3))-\(random(12))"
    }

    @Test("links between entries become links between the resources that were made, also in circles and extensions")
    func links() async throws {
        let client = try await House.client
        let (patient, observation) = (uuid(), uuid())
        let reply = try await client.post(
            "",
            Sample.bundle(
                "transaction",
                [
                    Sample.entry(
                        "POST", "Observation",
                        Sample.observation(
                            subject: patient,
                            #","extension":[{"url":"http://e.example","valueReference":{"reference":"\#(patient)"}}]"#),
                        fullURL: observation),
                    Sample.entry(
                        "POST", "Patient",
                        Sample.patient(
                            #","extension":[{"url":"http://e.example","valueReference":{"reference":"\#(observation)"}}]"#
                        ),
                        fullURL: patient),
                ]))
        #expect(reply.status == 200, "\(reply)")
        #expect(reply["type"] == "transaction-response")
        #expect(reply.count("entry") == 2)
        let places = try (0..<2).map { try #require(reply["entry.\($0).response.location"]) }
        #expect(places[0].hasPrefix("Observation/") && places[0].hasSuffix("/_history/1"))
        #expect(places[1].hasPrefix("Patient/"))
        for index in 0..<2 {
            #expect(reply["entry.\(index).response.status"]?.hasPrefix("201") == true)
            #expect(reply["entry.\(index).response.etag"] == "W/\"1\"")
            #expect(reply["entry.\(index).response.lastModified"] != nil)
        }
        let own = places.map { $0.replacing("/_history/1", with: "") }
        let observed = try await client.get(own[0])
        #expect(observed["subject.reference"] == own[1])
        #expect(observed["extension.0.valueReference.reference"] == own[1])
        #expect(try await client.get(own[1])["extension.0.valueReference.reference"] == own[0])
        #expect(try await client.get("Observation?subject=\(own[1])").ids == [observed.id])
    }

    @Test("links in narrative and uris are rewritten too, text that only looks alike is not")
    func urisAndText() async throws {
        let client = try await House.client
        let patient = uuid()
        let reply = try await client.post(
            "",
            Sample.bundle(
                "transaction",
                [
                    Sample.entry("POST", "Patient", Sample.patient(family: patient), fullURL: patient),
                    Sample.entry(
                        "POST", "Observation",
                        Sample.observation(subject: patient, #","note":[{"text":"see \#(patient)"}]"#)),
                ]))
        #expect(reply.status == 200, "\(reply)")
        let observation = try #require(reply["entry.1.response.location"])
        #expect(try await client.get(observation)["note.0.text"] == "see \(patient)")
        let made = try #require(reply["entry.0.response.location"])
        #expect(try await client.get(made)["name.0.family"] == patient)
    }

    @Test("when one entry fails nothing of the others stays")
    func allOrNone() async throws {
        let client = try await House.client
        let (mrn, id, kept) = (unique(), unique(), unique())
        _ = try await client.put("Patient/\(id)", Sample.patient(id: id))
        _ = try await client.put("Patient/\(id)", Sample.patient(id: id, family: "Zwei"))
        _ = try await client.put("Patient/\(kept)", Sample.patient(id: kept))
        let reply = try await client.post(
            "",
            Sample.bundle(
                "transaction",
                [
                    Sample.entry("POST", "Patient", Sample.patient(mrn: mrn)),
                    Sample.entry("DELETE", "Patient/\(kept)"),
                    Sample.entry("PUT", "Patient/\(id)", Sample.patient(id: id), #","ifMatch":"W/\"1\"""#),
                ]))
        expectRefusal(reply, 412, naming: "Bundle.entry[2]")
        #expect(try await client.get("Patient?identifier=\(mrn)")["total"] == "0")
        #expect(try await client.get("Patient/\(kept)").status == 200)
        #expect(try await client.get("Patient/\(id)").version == "2")
        let invalid = try await client.post(
            "",
            Sample.bundle(
                "transaction",
                [
                    Sample.entry("POST", "Patient", Sample.patient(mrn: mrn)),
                    Sample.entry("POST", "Patient", #"{"resourceType":"Patient","gender":"x"}"#),
                ]))
        expectRefusal(invalid, 400, naming: "Bundle.entry[1].resource.gender")
        #expect(try await client.get("Patient?identifier=\(mrn)")["total"] == "0")
    }

    @Test("a resource or a fullUrl that stands twice in a transaction is refused")
    func duplicates() async throws {
        let client = try await House.client
        let (id, url) = (unique(), uuid())
        expectRefusal(
            try await client.post(
                "",
                Sample.bundle(
                    "transaction",
                    [
                        Sample.entry("PUT", "Patient/\(id)", Sample.patient(id: id)),
                        Sample.entry("DELETE", "Patient/\(id)"),
                    ])), 400, naming: "Patient/\(id)")
        expectRefusal(
            try await client.post(
                "",
                Sample.bundle(
                    "transaction",
                    [
                        Sample.entry("POST", "Patient", Sample.patient(), fullURL: url),
                        Sample.entry("POST", "Patient", Sample.patient(), fullURL: url),
                    ])), 400, naming: url)
        #expect(try await client.get("Patient/\(id)").status == 404)
    }

    @Test("a link to an entry that is not in the bundle is refused and named")
    func danglingLink() async throws {
        let client = try await House.client
        let nobody = uuid()
        let reply = try await client.post(
            "", Sample.bundle("transaction", [Sample.entry("POST", "Observation", Sample.observation(subject: nobody))])
        )
        expectRefusal(reply, 400, naming: nobody)
    }

    @Test("conditional references become the one resource that they find; none or several fail the transaction")
    func conditionalReferences() async throws {
        let client = try await House.client
        let npi = unique()
        let reference = "Practitioner?identifier=http://example.org/npi|\(npi)"
        let mrn = unique()
        let bundle = Sample.bundle(
            "transaction",
            [
                Sample.entry(
                    "POST", "Patient",
                    Sample.patient(mrn: mrn, #","generalPractitioner":[{"reference":"\#(reference)"}]"#))
            ])
        let none = try await client.post("", bundle)
        #expect((400..<500).contains(none.status), "\(none)")
        #expect(none.diagnostics.contains(reference))
        #expect(none.expressions.first?.hasPrefix("Bundle.entry[0]") == true)
        let practitioner = try await client.post("Practitioner", Sample.practitioner(npi: npi))
        let one = try await client.post("", bundle)
        #expect(one.status == 200, "\(one)")
        let patient = try await client.get("Patient?identifier=\(mrn)")
        #expect(patient["total"] == "1")
        #expect(patient["entry.0.resource.generalPractitioner.0.reference"] == "Practitioner/\(practitioner.id)")
        #expect(
            try await client.get("Patient?general-practitioner=Practitioner/\(practitioner.id)")["total"] == "1")
        _ = try await client.post("Practitioner", Sample.practitioner(npi: npi))
        expectRefusal(try await client.post("", bundle), 412, naming: reference)
        #expect(try await client.get("Patient?identifier=\(mrn)")["total"] == "1")
    }

    @Test("a conditional reference finds what the same transaction makes")
    func conditionalReferenceWithin() async throws {
        // R4 §3.1.0.11.2: conditional references are resolved after all other entries.
        let client = try await House.client
        let npi = unique()
        let reply = try await client.post(
            "",
            Sample.bundle(
                "transaction",
                [
                    Sample.entry("POST", "Practitioner", Sample.practitioner(npi: npi)),
                    Sample.entry(
                        "POST", "Patient",
                        Sample.patient(#","generalPractitioner":[{"reference":"Practitioner?identifier=\#(npi)"}]"#)),
                ]))
        #expect(reply.status == 200, "\(reply)")
        let practitioner = try #require(reply["entry.0.response.location"]).replacing("/_history/1", with: "")
        let patient = try await client.get(try #require(reply["entry.1.response.location"]))
        #expect(patient["generalPractitioner.0.reference"] == practitioner)
    }

    @Test("an entry with ifNoneExist makes what is not there, and links go to what is")
    func ifNoneExist() async throws {
        let client = try await House.client
        let mrn = unique()
        let patient = uuid()
        let bundle = Sample.bundle(
            "transaction",
            [
                Sample.entry("POST", "Observation", Sample.observation(subject: patient)),
                Sample.entry(
                    "POST", "Patient", Sample.patient(mrn: mrn), fullURL: patient,
                    #","ifNoneExist":"identifier=\#(mrn)""#),
            ])
        let first = try await client.post("", bundle)
        #expect(first["entry.1.response.status"]?.hasPrefix("201") == true, "\(first)")
        let second = try await client.post("", bundle)
        #expect(second["entry.1.response.status"]?.hasPrefix("200") == true, "\(second)")
        #expect(second["entry.1.response.location"] == first["entry.1.response.location"])
        let own = try #require(first["entry.1.response.location"]).replacing("/_history/1", with: "")
        #expect(try await client.get("Observation?subject=\(own)")["total"] == "2")
        _ = try await client.post("Patient", Sample.patient(mrn: mrn))
        expectRefusal(try await client.post("", bundle), 412, naming: "Bundle.entry[1]")
        #expect(try await client.get("Observation?subject=\(own)")["total"] == "2")
    }

    @Test("deletes come before creates, creates before updates, and reads see the end, in whatever order they are sent")
    func order() async throws {
        let client = try await House.client
        let (mrn, changed) = (unique(), unique())
        let old = try await client.post("Patient", Sample.patient(mrn: mrn))
        _ = try await client.put("Patient/\(changed)", Sample.patient(id: changed, family: "Vorher"))
        let reply = try await client.post(
            "",
            Sample.bundle(
                "transaction",
                [
                    Sample.entry("GET", "Patient/\(changed)"),
                    Sample.entry("GET", "Patient?identifier=\(mrn)"),
                    Sample.entry("PUT", "Patient/\(changed)", Sample.patient(id: changed, family: "Nachher")),
                    Sample.entry(
                        "POST", "Patient", Sample.patient(mrn: mrn, family: "Neu"),
                        #","ifNoneExist":"identifier=\#(mrn)""#),
                    Sample.entry("DELETE", "Patient/\(old.id)"),
                ]))
        #expect(reply.status == 200, "\(reply)")
        #expect(reply["entry.0.resource.name.0.family"] == "Nachher")
        #expect(reply["entry.1.resource.total"] == "1")
        #expect(reply["entry.1.resource.entry.0.resource.name.0.family"] == "Neu")
        #expect(reply["entry.2.response.status"]?.hasPrefix("200") == true)
        #expect(reply["entry.3.response.status"]?.hasPrefix("201") == true)
        #expect(reply["entry.4.response.status"]?.hasPrefix("204") == true)
    }

    @Test("return=representation answers what was stored, and the response is valid R4")
    func representation() async throws {
        let client = try await House.client
        let bundle = Sample.bundle("transaction", [Sample.entry("POST", "Patient", Sample.patient(family: "Ganz"))])
        let whole = try await client.post("", bundle, ["Prefer": "return=representation"])
        #expect(whole["entry.0.resource.name.0.family"] == "Ganz")
        let minimal = try await client.post("", bundle)
        #expect(minimal.json?.at("entry.0.resource") == nil)
        for reply in [whole, minimal] {
            let (_, issues) = ShapeValidator.validate(try JSONDocument.parse(reply.body), as: .bundle)
            #expect(issues.isEmpty, "\(issues)")
        }
    }

    @Test("what is no transaction is refused with the place")
    func malformed() async throws {
        let client = try await House.client
        expectRefusal(try await client.post("", Sample.bundle("collection", [])), 400, naming: "Bundle.type")
        expectRefusal(try await client.post("", #"{"resourceType":"Bundle"}"#), 400, naming: "Bundle.type")
        expectRefusal(try await client.post("", Sample.patient()), 400)
        for (entry, word) in [
            (#"{"resource":\#(Sample.patient())}"#, "Bundle.entry[0]"),
            (Sample.entry("POST", "Patient"), "Bundle.entry[0].resource"),
            (Sample.entry("POST", "Nothing", Sample.patient()), "Bundle.entry[0].request.url"),
            (Sample.entry("POST", "Observation", Sample.patient()), "Bundle.entry[0].resource"),
            (Sample.entry("PUT", "Patient", Sample.patient()), "Bundle.entry[0].request.url"),
            (Sample.entry("PUT", "Patient/a_b", Sample.patient(id: "ab")), "Bundle.entry[0].request.url"),
            (Sample.entry("PUT", "Patient/x", Sample.patient(id: "y")), "Bundle.entry[0].resource.id"),
            (Sample.entry("PUT", "Patient?identifier", Sample.patient()), "Bundle.entry[0].request.url"),
            (Sample.entry("PATCH", "Patient/x", Sample.patient()), "Bundle.entry[0].resource"),
            (Sample.entry("POST", "Patient/$everything"), "Bundle.entry[0].request.url"),
        ] {
            let reply = try await client.post("", Sample.bundle("transaction", [entry]))
            expectRefusal(reply, entry.contains("?identifier") ? 412 : 400)
            #expect(reply.expressions.contains { $0.hasPrefix(word) }, "\(word): \(reply)")
        }
        #expect(try await client.post("", #"{"resourceType":"Bundle","type":"transaction"}"#).status == 200)
        let stored = Sample.entry(
            "POST", "OperationOutcome",
            #"{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"invalid"}]}"#)
        let reply = try await client.post("", Sample.bundle("transaction", [stored]))
        #expect((400..<500).contains(reply.status), "OperationOutcome is never stored: \(reply)")
    }
}

@Suite("Conditional and patching entries of transactions")
struct TransactionConditionTests {
    private func jsonPatch(_ patch: String) -> String {
        let data = Base64.encode(Array(patch.utf8))
        return #"{"resourceType":"Binary","contentType":"application/json-patch+json","data":"\#(data)"}"#
    }

    private func fhirPathPatch(_ family: String) -> String {
        """
        {"resourceType":"Parameters","parameter":[{"name":"operation","part":[{"name":"type","valueCode":"replace"},\
        {"name":"path","valueString":"Patient.name[0].family"},{"name":"value","valueString":"\(family)"}]}]}
        """
    }

    @Test("PUT, PATCH and DELETE entries find what they concern by criteria, and links go to it")
    func conditional() async throws {
        let client = try await House.client
        let (changed, patched, gone, new) = (unique(), unique(), unique(), unique())
        let one = try await client.post("Patient", Sample.patient(mrn: changed))
        let two = try await client.post("Patient", Sample.patient(mrn: patched))
        let three = try await client.post("Patient", Sample.patient(mrn: gone))
        let reply = try await client.post(
            "",
            Sample.bundle(
                "transaction",
                [
                    Sample.entry(
                        "POST", "Observation",
                        Sample.observation(subject: "urn:uuid:00000001-0000-4000-8000-000000000000")),
                    Sample.entry(
                        "PUT", "Patient?identifier=\(changed)", Sample.patient(mrn: changed, family: "Neu"),
                        fullURL: "urn:uuid:00000001-0000-4000-8000-000000000000"),
                    Sample.entry("PATCH", "Patient?identifier=\(patched)", fhirPathPatch("Gepatcht")),
                    Sample.entry("DELETE", "Patient?identifier=\(gone)"),
                    Sample.entry("PUT", "Patient?identifier=\(new)", Sample.patient(mrn: new)),
                ]))
        #expect(reply.status == 200, "\(reply)")
        let statuses = reply.entries.compactMap { $0.at("response.status")?.string.map { String($0.prefix(3)) } }
        #expect(statuses == ["201", "200", "200", "204", "201"])
        #expect(reply["entry.1.response.location"] == "Patient/\(one.id)/_history/2")
        let observation = try await client.get(try #require(reply["entry.0.response.location"]))
        #expect(observation["subject.reference"] == "Patient/\(one.id)")
        #expect(try await client.get("Patient/\(two.id)")["name.0.family"] == "Gepatcht")
        #expect(try await client.get("Patient/\(three.id)").status == 410)
        #expect(try await client.get("Patient?identifier=\(new)")["total"] == "1")
    }

    @Test("criteria that find none or several where one is needed fail the whole, and name the entry")
    func failing() async throws {
        let client = try await House.client
        let (mrn, many) = (unique(), unique())
        for _ in 0..<2 { _ = try await client.post("Patient", Sample.patient(mrn: many)) }
        for (entry, status) in [
            (Sample.entry("PUT", "Patient?identifier=\(many)", Sample.patient(mrn: many)), 412),
            (Sample.entry("PATCH", "Patient?identifier=\(unique())", fhirPathPatch("X")), 404),
            (Sample.entry("PATCH", "Patient?identifier=\(many)", fhirPathPatch("X")), 412),
            (Sample.entry("PATCH", "Patient/\(unique())", fhirPathPatch("X")), 404),
            (Sample.entry("DELETE", "Patient?identifier=\(many)"), 412),
            (Sample.entry("DELETE", "Patient?identifyer=\(many)"), 400),
        ] {
            let reply = try await client.post(
                "",
                Sample.bundle("transaction", [Sample.entry("POST", "Patient", Sample.patient(mrn: mrn)), entry]))
            expectRefusal(reply, status)
            #expect(reply.expressions.allSatisfy { $0.hasPrefix("Bundle.entry[1]") }, "\(reply)")
        }
        #expect(try await client.get("Patient?identifier=\(mrn)")["total"] == "0")
    }

    @Test("JSON Patch comes as a Binary; links in what it adds are rewritten, and If-Match holds")
    func jsonPatches() async throws {
        let client = try await House.client
        let created = try await client.post("Patient", Sample.patient())
        let patch = jsonPatch(
            #"[{"op":"add","path":"/managingOrganization","value":{"reference":"urn:uuid:00000005-0000-4000-8000-000000000000"}}]"#
        )
        let entries = { (version: Int) in
            [
                Sample.entry("PATCH", "Patient/\(created.id)", patch, #","ifMatch":"W/\"\#(version)\"""#),
                Sample.entry(
                    "POST", "Organization", #"{"resourceType":"Organization","name":"O"}"#,
                    fullURL: "urn:uuid:00000005-0000-4000-8000-000000000000"),
            ]
        }
        expectRefusal(
            try await client.post("", Sample.bundle("transaction", entries(2))), 412, naming: "Bundle.entry[0]")
        let reply = try await client.post("", Sample.bundle("transaction", entries(1)))
        #expect(reply.status == 200, "\(reply)")
        let organization = try #require(reply["entry.1.response.location"]).replacing("/_history/1", with: "")
        #expect(try await client.get("Patient/\(created.id)")["managingOrganization.reference"] == organization)
        let invalid = try await client.post(
            "",
            Sample.bundle(
                "transaction",
                [
                    Sample.entry(
                        "PATCH", "Patient/\(created.id)",
                        jsonPatch(#"[{"op":"add","path":"/gender","value":"x"}]"#))
                ]))
        expectRefusal(invalid, 400, naming: "Bundle.entry[0].resource.gender")
    }

    @Test("two entries that concern one resource are refused, by whatever names they call it")
    func overlaps() async throws {
        let client = try await House.client
        let (mrn, new) = (unique(), unique())
        let created = try await client.post("Patient", Sample.patient(mrn: mrn))
        let byID = Sample.entry("PUT", "Patient/\(created.id)", Sample.patient(id: created.id, mrn: mrn, family: "A"))
        let byCriteria = Sample.entry("PUT", "Patient?identifier=\(mrn)", Sample.patient(mrn: mrn, family: "B"))
        let other = Sample.entry("PATCH", "Patient?identifier=\(mrn)&family=muster", fhirPathPatch("C"))
        let newOne = Sample.entry("PUT", "Patient?identifier=\(new)", Sample.patient(mrn: new))
        for entries in [
            [byID, byCriteria], [byCriteria, byCriteria], [byCriteria, other],
            [Sample.entry("DELETE", "Patient/\(created.id)"), Sample.entry("DELETE", "Patient?identifier=\(mrn)")],
            [newOne, newOne], [Sample.entry("POST", "Patient", Sample.patient(mrn: new)), newOne],
        ] {
            let reply = try await client.post("", Sample.bundle("transaction", entries))
            expectRefusal(reply, 400)
            #expect(reply["issue.0.code"] == "duplicate", "\(reply)")
        }
        #expect(try await client.get("Patient/\(created.id)").version == "1")
        #expect(try await client.get("Patient?identifier=\(new)")["total"] == "0")
    }

    @Test("two creates under the same criteria make one resource, and the links of both lead to it")
    func twins() async throws {
        let client = try await House.client
        let mrn = unique()
        let condition = #","ifNoneExist":"identifier=\#(mrn)""#
        let reply = try await client.post(
            "",
            Sample.bundle(
                "transaction",
                [
                    Sample.entry(
                        "POST", "Observation",
                        Sample.observation(subject: "urn:uuid:00000002-0000-4000-8000-000000000000")),
                    Sample.entry(
                        "POST", "Patient", Sample.patient(mrn: mrn),
                        fullURL: "urn:uuid:00000001-0000-4000-8000-000000000000", condition),
                    Sample.entry(
                        "POST", "Patient", Sample.patient(mrn: mrn),
                        fullURL: "urn:uuid:00000002-0000-4000-8000-000000000000", condition),
                ]))
        #expect(reply.status == 200, "\(reply)")
        #expect(reply["entry.1.response.status"] == "201 Created")
        #expect(reply["entry.2.response.status"] == "200 OK")
        let made = try #require(reply["entry.1.response.location"])
        #expect(reply["entry.2.response.location"] == made)
        let observation = try await client.get(try #require(reply["entry.0.response.location"]))
        #expect(observation["subject.reference"] == made.replacing("/_history/1", with: ""))
        #expect(try await client.get("Patient?identifier=\(mrn)")["total"] == "1")
    }

    @Test("reading entries are answered as they would be by themselves: 304, searches, histories, HEAD, metadata")
    func reads() async throws {
        let client = try await House.client
        let mrn = unique()
        let created = try await client.post("Patient", Sample.patient(mrn: mrn))
        let path = "Patient/\(created.id)"
        let reply = try await client.post(
            "",
            Sample.bundle(
                "transaction",
                [
                    Sample.entry("GET", path, nil, #","ifNoneMatch":"W/\"1\"""#),
                    Sample.entry("GET", path, nil, #","ifNoneMatch":"W/\"9\"""#),
                    Sample.entry("GET", path, nil, #","ifModifiedSince":"2999-01-01T00:00:00Z""#),
                    Sample.entry("GET", path, nil, #","ifModifiedSince":"1999-01-01T00:00:00Z""#),
                    Sample.entry("HEAD", path), Sample.entry("GET", "\(path)/_history/1"),
                    Sample.entry("GET", "\(path)/_history?_count=1"),
                    Sample.entry("GET", "\(client.base)/Patient?identifier=\(mrn)"),
                    Sample.entry("GET", "metadata"), Sample.entry("GET", "Patient/\(unique())"),
                ]))
        #expect(reply.status == 200, "\(reply)")
        let statuses = reply.entries.compactMap { $0.at("response.status")?.string.map { String($0.prefix(3)) } }
        #expect(statuses == ["304", "200", "304", "200", "200", "200", "200", "200", "200", "404"])
        #expect(reply["entry.1.resource.id"] == created.id)
        #expect(reply["entry.1.response.etag"] == "W/\"1\"")
        #expect(reply.json?.at("entry.0.resource") == nil)
        #expect(reply.json?.at("entry.4.resource") == nil)
        #expect(reply["entry.6.resource.type"] == "history")
        #expect(reply["entry.7.resource.entry.0.resource.id"] == created.id)
        #expect(reply["entry.8.resource.resourceType"] == "CapabilityStatement")
        #expect(reply["entry.9.response.outcome.resourceType"] == "OperationOutcome")
        let (_, issues) = ShapeValidator.validate(try JSONDocument.parse(reply.body), as: .bundle)
        #expect(issues.isEmpty, "\(issues)")
    }

    @Test("fifty clients who send the same conditional transaction make one patient")
    func simultaneous() async throws {
        let client = try await House.client
        let (mrn, npi) = (unique(), unique())
        let bundle = Sample.bundle(
            "transaction",
            [
                Sample.entry(
                    "POST", "Patient", Sample.patient(mrn: mrn),
                    fullURL: "urn:uuid:00000001-0000-4000-8000-000000000000",
                    #","ifNoneExist":"identifier=\#(mrn)""#),
                Sample.entry(
                    "PUT", "Practitioner?identifier=\(npi)", Sample.practitioner(npi: npi),
                    fullURL: "urn:uuid:00000002-0000-4000-8000-000000000000"),
                Sample.entry(
                    "POST", "Observation", Sample.observation(subject: "urn:uuid:00000001-0000-4000-8000-000000000000")),
            ])
        try await withThrowingTaskGroup(of: Reply.self) { group in
            for _ in 0..<50 { group.addTask { try await client.post("", bundle) } }
            for try await reply in group { #expect(reply.status == 200, "\(reply)") }
        }
        let patient = try await client.get("Patient?identifier=\(mrn)")
        #expect(patient["total"] == "1")
        #expect(try await client.get("Practitioner?identifier=\(npi)")["total"] == "1")
        let made = try await client.get("Observation?subject=Patient/\(patient.ids.first ?? "")&_summary=count")
        #expect(made["total"] == "50")
    }
}

@Suite("Batches: each entry stands alone")
struct BatchTests {
    @Test("a bad entry answers with its own outcome and leaves the others")
    func mixed() async throws {
        let client = try await House.client
        let (mrn, id) = (unique(), unique())
        let reply = try await client.post(
            "",
            Sample.bundle(
                "batch",
                [
                    Sample.entry("POST", "Patient", Sample.patient(mrn: mrn)),
                    Sample.entry("GET", "Patient/\(unique())"),
                    Sample.entry("PUT", "Patient/\(id)", Sample.patient(id: "other")),
                    Sample.entry("GET", "Nothing/1"),
                    Sample.entry("GET", "Patient?identifier=\(mrn)"),
                    Sample.entry("GET", "Patient?name:wrong=x"),
                    Sample.entry("PUT", "Patient/\(id)", Sample.patient(id: id)),
                    Sample.entry("GET", "Patient/\(id)/_history"),
                    Sample.entry("DELETE", "AuditEvent/entry-1"),
                    Sample.entry("DELETE", "Patient/\(id)"),
                ]))
        #expect(reply.status == 200, "\(reply)")
        #expect(reply["type"] == "batch-response")
        let statuses = reply.entries.compactMap { $0.at("response.status")?.string.map { String($0.prefix(3)) } }
        #expect(statuses == ["201", "404", "400", "400", "200", "400", "201", "200", "405", "204"])
        for index in [1, 2, 3, 5, 8] {
            #expect(reply["entry.\(index).response.outcome.resourceType"] == "OperationOutcome", "\(index)")
        }
        #expect(reply["entry.4.resource.total"] == "1")
        #expect(reply["entry.7.resource.type"] == "history")
        let (_, issues) = ShapeValidator.validate(try JSONDocument.parse(reply.body), as: .bundle)
        #expect(issues.isEmpty, "\(issues)")
    }

    @Test("an entry whose resource is malformed does not keep the others from being carried out")
    func malformedResource() async throws {
        let client = try await House.client
        let mrn = unique()
        let reply = try await client.post(
            "",
            Sample.bundle(
                "batch",
                [
                    Sample.entry("POST", "Patient", #"{"resourceType":"Patient","gender":"x","nme":1}"#),
                    Sample.entry("POST", "Patient", Sample.patient(mrn: mrn)),
                ]))
        #expect(reply.status == 200, "\(reply)")
        #expect(reply["entry.0.response.status"]?.hasPrefix("400") == true)
        #expect(reply["entry.0.response.outcome.issue.0.expression.0"]?.hasPrefix("Bundle.entry[0]") == true)
        #expect(reply["entry.1.response.status"]?.hasPrefix("201") == true)
        #expect(try await client.get("Patient?identifier=\(mrn)")["total"] == "1")
    }

    @Test("a thousand creates among which some are refused: those fail alone, in their places")
    func many() async throws {
        let client = try await House.client
        let tag = unique()
        let entries = (0..<1000).map { number -> String in
            let status = number % 100 == 50 ? "nonsense" : "planned"
            return Sample.entry(
                "POST", "Encounter",
                #"{"resourceType":"Encounter","identifier":[{"value":"\#(tag)"}],"status":"\#(status)","#
                    + #""class":{"code":"AMB"},"period":{"start":"2026-01-0\#(number % 9 + 1)"}}"#)
        }
        let reply = try await client.post("", Sample.bundle("batch", entries))
        #expect(reply.count("entry") == 1000)
        for (number, entry) in reply.entries.enumerated() {
            let status = entry.at("response.status")?.string ?? ""
            #expect(status.hasPrefix(number % 100 == 50 ? "400" : "201"), "\(number): \(status)")
        }
        #expect(try await client.get("Encounter?identifier=\(tag)&_summary=count")["total"] == "990")
    }

    @Test("entries that are refused by the record fail alone, and a link to another entry is no link in a batch")
    func refusals() async throws {
        let client = try await House.client
        let (id, stale) = (unique(), unique())
        _ = try await client.put("Patient/\(stale)", Sample.patient(id: stale))
        let reply = try await client.post(
            "",
            Sample.bundle(
                "batch",
                [
                    Sample.entry(
                        "POST", "Patient", Sample.patient(), fullURL: "urn:uuid:00000001-0000-4000-8000-000000000000"),
                    Sample.entry("PUT", "Patient/\(stale)", Sample.patient(id: stale), #","ifMatch":"W/\"7\"""#),
                    Sample.entry("PUT", "Patient/\(id)", Sample.patient(id: id)),
                    Sample.entry(
                        "POST", "Observation",
                        Sample.observation(subject: "urn:uuid:00000001-0000-4000-8000-000000000000")),
                    Sample.entry("PUT", "Patient/\(id)", Sample.patient(id: id, family: "Zwei")),
                ]))
        let statuses = reply.entries.compactMap { $0.at("response.status")?.string.map { String($0.prefix(3)) } }
        #expect(statuses == ["201", "412", "201", "400", "200"], "\(reply)")
        #expect(try await client.get("Patient/\(id)").version == "2")
    }
}
