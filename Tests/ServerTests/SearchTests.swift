import FHIR
import Testing

@Suite("Searching a type")
struct SearchTests {
    /// Creates resources and answers their ids.
    private func create(_ type: String, _ bodies: [String]) async throws -> [String] {
        var ids: [String] = []
        for body in bodies {
            let reply = try await House.client.post(type, body)
            try #require(reply.status == 201, "\(reply)")
            ids.append(reply.id)
        }
        return ids
    }

    private func expect(
        _ query: String, finds ids: [String], at place: SourceLocation = #_sourceLocation
    ) async throws {
        let reply = try await House.client.get(query)
        #expect(reply.status == 200, "\(query): \(reply)", sourceLocation: place)
        #expect(Set(reply.ids) == Set(ids), "\(query): \(reply)", sourceLocation: place)
        #expect(reply.ids.count == Set(reply.ids).count, sourceLocation: place)
        #expect(reply["total"] == String(ids.count), sourceLocation: place)
    }

    @Test("tokens match with their system, without it, and where there is none")
    func tokens() async throws {
        let code = unique()
        let ids = try await create(
            "Patient",
            [
                #"{"resourceType":"Patient","identifier":[{"system":"http://a.example","value":"\#(code)"}]}"#,
                #"{"resourceType":"Patient","identifier":[{"system":"http://b.example","value":"\#(code)"}]}"#,
                #"{"resourceType":"Patient","identifier":[{"value":"\#(code)"}]}"#,
            ])
        try await expect("Patient?identifier=\(code)", finds: ids)
        try await expect("Patient?identifier=http://a.example%7C\(code)", finds: [ids[0]])
        try await expect("Patient?identifier=%7C\(code)", finds: [ids[2]])
        try await expect("Patient?identifier=http://c.example%7C\(code)", finds: [])
        try await expect("Patient?identifier=\(code)x", finds: [])
        let system = "http://\(unique()).example"
        let observations = try await create(
            "Observation",
            [
                #"{"resourceType":"Observation","status":"final","code":{"coding":[{"system":"\#(system)","code":"A"},{"system":"\#(system)","code":"B"}]}}"#,
                #"{"resourceType":"Observation","status":"preliminary","code":{"coding":[{"system":"\#(system)","code":"C"}]}}"#,
            ])
        try await expect("Observation?code=\(system)%7C", finds: observations)
        try await expect("Observation?code=\(system)%7CB", finds: [observations[0]])
        try await expect("Observation?code=\(system)%7C&status=preliminary", finds: [observations[1]])
    }

    @Test("strings match from their begin, whatever their case and accents")
    func strings() async throws {
        let family = "Çelik" + unique("x").replacing("-", with: "")
        let ids = try await create(
            "Patient", [Sample.patient(family: family), Sample.patient(family: "Van " + family)])
        let plain = family.replacing("Ç", with: "c")
        try await expect("Patient?family=\(plain)", finds: [ids[0]])
        try await expect("Patient?family=\(plain.uppercased())", finds: [ids[0]])
        try await expect("Patient?family=\(plain.dropLast(2))", finds: [ids[0]])
        try await expect("Patient?name=\(plain)", finds: [ids[0]])
        try await expect("Patient?family=van+\(plain)", finds: [ids[1]])
        try await expect("Patient?family=van%20\(plain)", finds: [ids[1]])
        try await expect("Patient?family=\(plain.dropFirst())", finds: [])
    }

    @Test("references match by type and id, by id alone and by url")
    func references() async throws {
        let client = try await House.client
        let patients = try await create("Patient", [Sample.patient(), Sample.patient()])
        let foreign = "http://elsewhere.example/fhir/Patient/\(unique())"
        let ids = try await create(
            "Observation",
            [
                Sample.observation(subject: "Patient/\(patients[0])"),
                Sample.observation(subject: "Patient/\(patients[1])"),
                Sample.observation(subject: foreign), Sample.observation(subject: "Patient/\(patients[0])/_history/1"),
            ])
        try await expect("Observation?subject=Patient/\(patients[0])", finds: [ids[0], ids[3]])
        try await expect("Observation?patient=\(patients[1])", finds: [ids[1]])
        try await expect("Observation?subject=\(patients[1])", finds: [ids[1]])
        try await expect("Observation?subject=\(foreign)", finds: [ids[2]])
        try await expect("Observation?subject=Group/\(patients[0])", finds: [])
        let own = try await client.get("Observation?subject=\(client.base)/Patient/\(patients[1])")
        #expect(own.status == 200)
    }

    @Test("a url of the server itself is a reference to its own resource")
    func ownURLs() async throws {
        let client = try await House.client
        let patient = try await create("Patient", [Sample.patient()])
        let ids = try await create("Observation", [Sample.observation(subject: "Patient/\(patient[0])")])
        try await expect("Observation?subject=\(client.base)/Patient/\(patient[0])", finds: ids)
    }

    @Test("dates match by their precision and prefixes")
    func dates() async throws {
        let tag = unique()
        func observation(_ date: String) -> String {
            Sample.observation(#","identifier":[{"value":"\#(tag)"}],"effectiveDateTime":"\#(date)""#)
        }
        let ids = try await create(
            "Observation",
            [
                observation("2024-02-28"), observation("2024-02-29T12:30:00Z"), observation("2024-03"),
                observation("2025"),
            ])
        func expectDates(_ query: String, _ indexes: [Int], at place: SourceLocation = #_sourceLocation) async throws {
            try await expect("Observation?identifier=\(tag)&\(query)", finds: indexes.map { ids[$0] }, at: place)
        }
        try await expectDates("date=2024-02-28", [0])
        try await expectDates("date=2024-02", [0, 1])
        try await expectDates("date=2024", [0, 1, 2])
        try await expectDates("date=2024-02-29T12:30:00Z", [1])
        try await expectDates("date=2024-02-29T13:30:00%2B01:00", [1])
        try await expectDates("date=lt2024-02-29", [0])
        try await expectDates("date=ge2024-03", [2, 3])
        try await expectDates("date=gt2024-02-28&date=lt2024-12", [1, 2])
        try await expectDates("date=sa2024-03", [3])
        try await expectDates("date=eb2024-02-29", [0])
        try await expectDates("date=ne2024", [3])
        try await expectDates("date=2024-02-28,2025", [0, 3])
    }

    @Test("numbers and quantities match by their precision, prefixes and unit")
    func quantities() async throws {
        let tag = unique()
        func observation(_ value: String) -> String {
            Sample.observation(value: value, #","identifier":[{"value":"\#(tag)"}]"#)
        }
        let ids = try await create(
            "Observation", [observation("5.4"), observation("5.40"), observation("100"), observation("-3")])
        func expectValues(_ value: String, _ indexes: [Int], at place: SourceLocation = #_sourceLocation) async throws {
            try await expect(
                "Observation?identifier=\(tag)&value-quantity=\(value)", finds: indexes.map { ids[$0] }, at: place)
        }
        try await expectValues("5.4", [0, 1])
        try await expectValues("gt5", [0, 1, 2])
        try await expectValues("lt0", [3])
        try await expectValues("le5.4", [0, 1, 3])
        try await expectValues("1e2", [2])
        try await expectValues("5.4%7Chttp://unitsofmeasure.org%7Cg/dL", [0, 1])
        try await expectValues("5.4%7C%7Cg/dL", [0, 1])
        try await expectValues("5.4%7Chttp://unitsofmeasure.org%7Cmg", [])
        let risk = unique()
        let risks = try await create(
            "RiskAssessment",
            ["0.2", "0.5"].map {
                #"{"resourceType":"RiskAssessment","status":"final","subject":{"reference":"Patient/\#(risk)"},"prediction":[{"probabilityDecimal":\#($0)}]}"#
            })
        try await expect("RiskAssessment?subject=Patient/\(risk)&probability=gt0.3", finds: [risks[1]])
        try await expect("RiskAssessment?subject=Patient/\(risk)&probability=0.2", finds: [risks[0]])
    }

    @Test("uris match whole and by case")
    func uris() async throws {
        let url = "http://example.org/vs/\(unique("V"))"
        let ids = try await create("ValueSet", [#"{"resourceType":"ValueSet","status":"draft","url":"\#(url)"}"#])
        try await expect("ValueSet?url=\(url)", finds: ids)
        try await expect("ValueSet?url=\(url.lowercased())", finds: [])
        try await expect("ValueSet?url=\(url.dropLast())", finds: [])
    }

    @Test("commas mean or, repeated parameters mean and, an escaped comma is a comma")
    func orAndAnd() async throws {
        let (one, two) = (unique(), unique())
        let family = unique("Fam").replacing("-", with: "")
        let ids = try await create(
            "Patient", [Sample.patient(mrn: one, family: family), Sample.patient(mrn: two, family: "Other, \(family)")])
        try await expect("Patient?identifier=\(one),\(two)", finds: ids)
        try await expect("Patient?identifier=\(one),nothing", finds: [ids[0]])
        try await expect("Patient?identifier=\(one)&identifier=\(two)", finds: [])
        try await expect("Patient?identifier=\(one),\(two)&family=\(family)", finds: [ids[0]])
        try await expect("Patient?family=Other%5C,%20\(family)", finds: [ids[1]])
    }

    @Test("_id and _lastUpdated narrow every type")
    func controls() async throws {
        let client = try await House.client
        let ids = try await create("Patient", [Sample.patient(), Sample.patient()])
        try await expect("Patient?_id=\(ids[0])", finds: [ids[0]])
        try await expect("Patient?_id=\(ids[0]),\(ids[1]),nobody", finds: ids)
        try await expect("Patient?_id=\(ids[0])&_id=\(ids[1])", finds: [])
        try await expect("Observation?_id=\(ids[0])", finds: [])
        let updated = try #require(try await client.get("Patient/\(ids[0])")["meta.lastUpdated"])
            .replacing("+", with: "%2B")
        try await expect("Patient?_id=\(ids[0])&_lastUpdated=\(updated)", finds: [ids[0]])
        try await expect("Patient?_id=\(ids[0])&_lastUpdated=ge\(updated)", finds: [ids[0]])
        try await expect("Patient?_id=\(ids[0])&_lastUpdated=lt\(updated)", finds: [])
        try await expect("Patient?_id=\(ids[0])&_lastUpdated=gt2100-01-01", finds: [])
    }

    @Test("only the current version is found")
    func currentOnly() async throws {
        let client = try await House.client
        let (id, old, new) = (unique(), unique("Old"), unique("New"))
        _ = try await client.put("Patient/\(id)", Sample.patient(id: id, mrn: old, family: old))
        _ = try await client.put("Patient/\(id)", Sample.patient(id: id, mrn: new, family: new))
        try await expect("Patient?identifier=\(old)", finds: [])
        try await expect("Patient?family=\(old)", finds: [])
        try await expect("Patient?identifier=\(new)&family=\(new)", finds: [id])
    }

    @Test("POST _search answers what GET answers, and takes parameters from the url too")
    func postSearch() async throws {
        let client = try await House.client
        let mrn = unique()
        let ids = try await create("Patient", [Sample.patient(mrn: mrn), Sample.patient(mrn: mrn, family: "Zwei")])
        let get = try await client.get("Patient?identifier=\(Sample.system)%7C\(mrn)")
        let form = ["Content-Type": "application/x-www-form-urlencoded"]
        let post = try await client.post("Patient/_search", "identifier=\(Sample.system)%7C\(mrn)", form)
        #expect(post.status == 200)
        #expect(post.ids == get.ids)
        #expect(post.link("self") == get.link("self"))
        let both = try await client.post("Patient/_search?identifier=\(mrn)", "family=zwei", form)
        #expect(both.ids == [ids[1]])
        expectRefusal(try await client.post("Patient/_search", #"{"identifier":"x"}"#), 415)
        expectRefusal(try await client.post("Patient/_search", "identifyer=x", form), 400, naming: "identifier?")
    }

    @Test("a bundle says where each match is, why it is there, and what was asked")
    func bundle() async throws {
        let client = try await House.client
        let mrn = unique()
        let ids = try await create("Patient", [Sample.patient(mrn: mrn)])
        let reply = try await client.get("Patient?identifier=\(mrn)&_pretty=")
        #expect(reply["resourceType"] == "Bundle")
        #expect(reply["entry.0.fullUrl"] == "\(client.base)/Patient/\(ids[0])")
        #expect(reply["entry.0.search.mode"] == "match")
        #expect(reply["entry.0.resource.meta.versionId"] == "1")
        #expect(reply.link("self") == "\(client.base)/Patient?identifier=\(mrn)")
        let (type, issues) = ShapeValidator.validate(try JSONDocument.parse(reply.body))
        #expect(type == .bundle)
        #expect(issues.isEmpty, "\(issues)")
    }

    @Test("_summary=count and _count=0 answer the number alone")
    func counts() async throws {
        let client = try await House.client
        let mrn = unique()
        _ = try await create("Patient", (0..<3).map { _ in Sample.patient(mrn: mrn) })
        for query in ["_summary=count", "_count=0", "_summary=count&_count=2"] {
            let reply = try await client.get("Patient?identifier=\(mrn)&\(query)")
            #expect(reply["total"] == "3", "\(query)")
            #expect(reply.count("entry") == 0)
        }
        #expect(try await client.get("Patient?identifier=\(mrn)&_summary=false").resources.count == 3)
    }

    @Test("next links walk all resources once, also while others are written")
    func paging() async throws {
        let client = try await House.client
        let tag = unique()
        let all = try await create(
            "Basic",
            (0..<25).map { _ in #"{"resourceType":"Basic","identifier":[{"value":"\#(tag)"}],"code":{"text":"x"}}"# })
        var seen: [String] = []
        var next: String? = "Basic?identifier=\(tag)&_count=4"
        var pages = 0
        while let url = next, pages < 20 {
            let page = try await client.get(url)
            #expect(page.status == 200)
            #expect(page.resources.count <= 4)
            #expect(page.link("self") != nil)
            seen += page.ids
            next = page.link("next")
            pages += 1
            // Changing what was seen moves it nowhere.
            if let first = page.ids.first {
                _ = try await client.put(
                    "Basic/\(first)",
                    #"{"resourceType":"Basic","id":"\#(first)","identifier":[{"value":"\#(tag)"}],"code":{"text":"y"}}"#
                )
            }
        }
        #expect(seen.count == 25)
        #expect(Set(seen) == Set(all))
        #expect(pages == 7)
        expectRefusal(try await client.get("Basic?_page=%21"), 400, naming: "_page")
    }

    @Test("a page larger than the server gives is cut, and the answer says so")
    func largePages() async throws {
        let client = try await House.client
        let reply = try await client.get("Patient?_id=nobody&_count=100000")
        #expect(reply.status == 200)
        #expect(reply.diagnostics.contains("1000"))
    }
}

@Suite("Searches that are refused, never half answered")
struct SearchRefusalTests {
    @Test("an unknown parameter is 400 and the nearest known one is named")
    func unknown() async throws {
        let client = try await House.client
        expectRefusal(
            try await client.get("Patient?birthdat=1970"), 400, naming: "birthdat", "birthdate?", "http.birthdat")
        expectRefusal(try await client.get("Patient?identifier=x&foo=bar"), 400, naming: "foo")
        expectRefusal(try await client.get("Patient?Identifier=x"), 400, naming: "identifier")
    }

    @Test("values that a parameter cannot have are refused")
    func values() async throws {
        let client = try await House.client
        for query in [
            "Patient?birthdate=yesterday", "Patient?birthdate=1970-13", "Patient?_count=x", "Patient?_count=-1",
            "Observation?value-quantity=abc", "Patient?_lastUpdated=x", "Patient?_summary=x",
            "Patient?birthdate=xx1970",
        ] {
            expectRefusal(try await client.get(query), 400)
        }
    }

    @Test("empty parameters and those that gateways add are ignored, and a warning says so")
    func ignored() async throws {
        let client = try await House.client
        let mrn = unique()
        _ = try await client.post("Patient", Sample.patient(mrn: mrn))
        for query in ["name=", "_totalMethod=count", "_dc=12345", "_cacheBust=1", "family"] {
            let reply = try await client.get("Patient?identifier=\(mrn)&\(query)")
            #expect(reply.status == 200)
            #expect(reply["total"] == "1", "\(query)")
            #expect(reply.ids.count == 1)
            let outcome = try #require(reply.entries.last, "\(query)")
            #expect(outcome.at("search.mode")?.string == "outcome")
            #expect(outcome.at("resource.issue.0.severity")?.string == "warning")
            #expect(reply.diagnostics.contains(String(query.prefix { $0 != "=" })))
            #expect(reply.link("self")?.contains(String(query.prefix { $0 != "=" })) == false)
        }
    }

    @Test("text that would be SQL or script is text")
    func hostileValues() async throws {
        let client = try await House.client
        for value in ["'%3Bdrop%20table%20resource%3B--", "%25", "_", "%5C", "$1", "%00", "%FF%FE", "%3Cscript%3E"] {
            for parameter in ["family", "identifier", "_id", "organization"] {
                let reply = try await client.get("Patient?\(parameter)=\(value)")
                #expect([200, 400].contains(reply.status), "\(parameter)=\(value): \(reply)")
            }
        }
        #expect(try await client.get("Patient?_count=1").status == 200)
    }
}
