import FHIR
import NIOHTTP1
import Testing

@Suite("Searching the whole record and compartments")
struct SearchScopeTests {
    private static let form = ["Content-Type": "application/x-www-form-urlencoded"]

    @Test("a search of the whole system finds resources of all types, or of those that _type names")
    func system() async throws {
        let client = try await House.client
        let tag = unique()
        let meta = #","meta":{"tag":[{"system":"http://t.example","code":"\#(tag)"}]}"#
        let patient = try await client.post("Patient", Sample.patient(meta))
        let observation = try await client.post("Observation", Sample.observation(meta))
        for query in ["?_tag=\(tag)", "_search?_tag=\(tag)", "?_tag=\(tag)&_type=Observation,Patient"] {
            let reply = try await client.get(query)
            #expect(reply.status == 200, "\(query): \(reply)")
            #expect(Set(reply.ids) == [patient.id, observation.id], "\(query): \(reply)")
            #expect(reply["total"] == "2")
            #expect(reply["entry.0.search.mode"] == "match")
        }
        let one = try await client.get("?_tag=\(tag)&_type=Observation")
        #expect(one.ids == [observation.id])
        #expect(one.link("self") == "\(client.base)?_tag=\(tag)&_type=Observation")
        let post = try await client.post("_search", "_tag=\(tag)&_type=Patient", Self.form)
        #expect(post.ids == [patient.id])
        let both = try await client.post("_search?_type=Patient", "_tag=\(tag)", Self.form)
        #expect(both.ids == [patient.id])
    }

    @Test("a search of the whole system knows what all its types have in common")
    func systemParameters() async throws {
        let client = try await House.client
        let (mrn, value) = (unique(), unique())
        let patient = try await client.post("Patient", Sample.patient(mrn: mrn))
        let reply = try await client.get("?_type=Patient,Practitioner&identifier=\(mrn)")
        #expect(reply.ids == [patient.id], "\(reply)")
        expectRefusal(try await client.get("?_type=Patient,Observation&birthdate=1970"), 400, naming: "birthdate")
        expectRefusal(try await client.get("?_type=Patientt&_id=\(value)"), 400, naming: "Patient?")
        expectRefusal(try await client.get("Patient?_type=Patient"), 400, naming: "_type")
    }

    @Test("next links of a search of the whole system walk all of it")
    func systemPages() async throws {
        let client = try await House.client
        let tag = unique()
        let meta = #","meta":{"tag":[{"code":"\#(tag)"}]}"#
        var all: Set<String> = []
        for _ in 0..<3 {
            all.insert(try await client.post("Patient", Sample.patient(meta)).id)
            all.insert(try await client.post("Observation", Sample.observation(meta)).id)
        }
        var seen: [String] = []
        var next: String? = "?_tag=\(tag)&_count=2"
        while let url = next, seen.count < 20 {
            let page = try await client.get(url)
            #expect(page.ids.count == 2)
            seen += page.ids
            next = page.link("next")
        }
        #expect(seen.count == 6)
        #expect(Set(seen) == all)
    }

    @Test("a patient's compartment holds what refers to the patient, by the parameters that R4 names, and nothing else")
    func compartment() async throws {
        let client = try await House.client
        let patient = try await client.post("Patient", Sample.patient()).id
        let other = try await client.post("Patient", Sample.patient()).id
        let subject = try await client.post("Observation", Sample.observation(subject: "Patient/\(patient)"))
        let performer = try await client.post(
            "Observation",
            Sample.observation(
                subject: "Patient/\(other)", #","performer":[{"reference":"Patient/\#(patient)"}]"#))
        // The focus is no parameter of the compartment.
        _ = try await client.post(
            "Observation",
            Sample.observation(subject: "Patient/\(other)", #","focus":[{"reference":"Patient/\#(patient)"}]"#))
        let reply = try await client.get("Patient/\(patient)/Observation")
        #expect(reply.status == 200, "\(reply)")
        #expect(Set(reply.ids) == [subject.id, performer.id])
        #expect(reply.link("self") == "\(client.base)/Patient/\(patient)/Observation")
        let narrowed = try await client.get("Patient/\(patient)/Observation?patient=\(other)")
        #expect(narrowed.ids == [performer.id])
        let form = try await client.post("Patient/\(patient)/Observation/_search", "patient=\(other)", Self.form)
        #expect(form.ids == [performer.id])
        #expect(try await client.get("Patient/\(patient)/Observation/_search?patient=\(other)").ids == [performer.id])
        let own = try await client.get("Patient/\(patient)/Patient")
        #expect(own.ids == [patient])
    }

    @Test("all types of a compartment at once, the one whose compartment it is included")
    func wholeCompartment() async throws {
        let client = try await House.client
        let patient = try await client.post("Patient", Sample.patient()).id
        let observation = try await client.post("Observation", Sample.observation(subject: "Patient/\(patient)")).id
        let list = try await client.post(
            "List",
            #"{"resourceType":"List","status":"current","mode":"working","subject":{"reference":"Patient/\#(patient)"}}"#
        ).id
        // An id says nothing of another type's compartment.
        let twin = try await client.put(
            "Observation/\(patient)", Sample.observation(id: patient, subject: "Patient/\(unique())"))
        #expect(twin.status == 201)
        for path in ["Patient/\(patient)/*", "Patient/\(patient)/%2A", "Patient/\(patient)/_search"] {
            let reply = try await client.get(path)
            #expect(reply.status == 200, "\(path): \(reply)")
            #expect(
                reply.resources.compactMap { "\($0["resourceType"]?.string ?? "")/\($0["id"]?.string ?? "")" }.sorted()
                    == ["List/\(list)", "Observation/\(observation)", "Patient/\(patient)"], "\(path): \(reply)")
        }
        let some = try await client.get("Patient/\(patient)/*?_type=Observation,List")
        #expect(Set(some.ids) == [observation, list])
        expectRefusal(
            try await client.get("Patient/\(patient)/*?_type=Medication"), 400, naming: "Medication", "http._type")
    }

    @Test("encounters, practitioners, devices and related persons have compartments, too")
    func otherCompartments() async throws {
        let client = try await House.client
        for (owner, path) in [
            ("Encounter", "encounter"), ("Practitioner", "performer"), ("Device", "device"),
            ("RelatedPerson", "performer"),
        ] {
            let id = unique("id")
            let reference = #"{"reference":"\#(owner)/\#(id)"}"#
            let element = path == "performer" ? "[\(reference)]" : reference
            let observation = try await client.post("Observation", Sample.observation(#","\#(path)":\#(element)"#))
            try #require(observation.status == 201, "\(observation)")
            let reply = try await client.get("\(owner)/\(id)/Observation")
            #expect(reply.ids == [observation.id], "\(owner): \(reply)")
            #expect(try await client.get("\(owner)/\(id)/*").ids == [observation.id], "\(owner)")
        }
    }

    @Test("what is no compartment, or never in one, is 404 and says so; other methods are 405")
    func routes() async throws {
        let client = try await House.client
        expectRefusal(try await client.get("Observation/1/Patient"), 404, naming: "Observation")
        expectRefusal(try await client.get("Patient/1/Medication"), 404, naming: "Medication")
        expectRefusal(try await client.get("Patient/1/Nothing"), 404)
        expectRefusal(try await client.get("Patient/1/Observation/2"), 404)
        for (method, path) in [
            (HTTPMethod.PUT, "_search"), (.DELETE, ""), (.PATCH, "Patient/_search"), (.POST, "Patient/1/Observation"),
            (.DELETE, "Patient/1/*"), (.PUT, "Patient/1/Observation/_search"),
        ] {
            let reply = try await client.send(method, path, body: Array("{}".utf8))
            expectRefusal(reply, 405)
            #expect(reply.header("Allow")?.contains("GET") == true, "\(method) \(path): \(reply.headers)")
        }
    }

    @Test("HEAD answers a search's head alone")
    func head() async throws {
        let client = try await House.client
        for path in ["Patient?_id=none", "?_id=none", "Patient/1/Observation", "_search?_id=none"] {
            let (get, head) = (try await client.get(path), try await client.head(path))
            #expect(head.status == 200, "\(path)")
            #expect(head.body.isEmpty)
            #expect(head.header("Content-Length") == String(get.body.count))
        }
    }

    @Test("a form may say the format, too")
    func formFormat() async throws {
        let client = try await House.client
        let reply = try await client.post("Patient/_search", "_id=none&_format=xml", Self.form)
        #expect(reply.header("Content-Type")?.hasPrefix("application/fhir+xml") == true)
        #expect(reply.text.contains("<Bundle"))
        expectRefusal(try await client.post("Patient/_search", "_id=none&_format=ttl", Self.form), 406)
    }
}
