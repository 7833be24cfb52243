import Testing

@testable import FHIR

@Suite("Searches judged on one resource")
struct SearchJudgementTests {
    private static let now: Int64 = 1_767_225_600_000_000

    private func finds(_ query: String, _ json: String) throws -> Bool {
        let document = try JSONDocument.parse(text: json)
        let type = try #require(document.root["resourceType"]?.string.flatMap { ResourceType($0) })
        let subject = SearchSubject(of: document, type: type, id: "1", lastUpdated: Self.now)
        return try Asked.parse(query, [type]).expression.holds(for: subject, now: Self.now)
    }

    private static let observation = """
        {"resourceType":"Observation","status":"final","subject":{"reference":"Patient/p1"},
        "code":{"coding":[{"system":"http://loinc.org","code":"85354-9","display":"Blood pressure panel"}]},
        "category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"vital-signs"}]}],
        "effectiveDateTime":"2024-05-01T10:00:00Z",
        "component":[
        {"code":{"coding":[{"system":"http://loinc.org","code":"8480-6"}]},
        "valueQuantity":{"value":120,"unit":"mmHg","system":"http://unitsofmeasure.org","code":"mm[Hg]"}},
        {"code":{"coding":[{"system":"http://loinc.org","code":"8462-4"}]},
        "valueQuantity":{"value":80,"unit":"mmHg","system":"http://unitsofmeasure.org","code":"mm[Hg]"}}]}
        """

    @Test(
        "composites hold within one repetition",
        arguments: [
            ("component-code-value-quantity=http://loinc.org|8480-6$gt100", true),
            ("component-code-value-quantity=http://loinc.org|8462-4$gt100", false),
            ("component-code-value-quantity=8462-4$80||mm[Hg]", true),
            ("combo-code-value-quantity=8462-4$lt100", true), ("combo-code-value-quantity=85354-9$lt100", false),
            ("component-code-value-quantity:missing=false", true), ("code-value-quantity:missing=true", true),
            ("component-code-value-quantity=a$1,8480-6$120", true),
        ])
    func composites(query: String, expected: Bool) throws {
        #expect(try finds(query, Self.observation) == expected)
    }

    @Test(
        "tokens, their modifiers and case",
        arguments: [
            ("status=final", true), ("status=FINAL", true),
            ("status=http://hl7.org/fhir/observation-status|FINAL", false), ("status:not=final", false),
            ("status:not=final,amended", false), ("status:not=amended", true), ("method:not=x", true),
            ("method:missing=true", true), ("code:text=blood", true), ("code:text=pressure", false),
            ("code=http://loinc.org|", true), ("code=|85354-9", false), ("category=vital-signs", true),
            ("_filter=status ne amended and date po 2024", true), ("_filter=not (code pr true)", false),
        ])
    func tokens(query: String, expected: Bool) throws {
        #expect(try finds(query, Self.observation) == expected)
    }

    @Test(
        "quantities across units",
        arguments: [
            ("value-quantity=0.002|http://unitsofmeasure.org|kg", true),
            ("value-quantity=2|http://unitsofmeasure.org|g", true),
            ("value-quantity=2000|http://unitsofmeasure.org|mg", true),
            ("value-quantity=gt2001|http://unitsofmeasure.org|mg", false),
            ("value-quantity=2000||mg", false), ("value-quantity=2||g", true), ("value-quantity=2||gram", true),
            ("value-quantity=2|http://unitsofmeasure.org|m", false), ("value-quantity=2", true),
        ])
    func units(query: String, expected: Bool) throws {
        let json = """
            {"resourceType":"Observation","valueQuantity":{"value":2,"unit":"gram","system":"http://unitsofmeasure.org","code":"g"}}
            """
        #expect(try finds(query, json) == expected)
    }

    @Test(
        "strings, addresses and names",
        arguments: [
            ("family=nun", true), ("family:exact=nunez", false), ("family:exact=Núñez", true),
            ("family:contains=ÑE", true), ("name=dr", true), ("given:missing=true", true),
            ("_filter=family eq \"nunez\"", true), ("_filter=family ew \"EZ\"", true),
            ("_filter=family eq \"nun\"", false),
            ("identifier:of-type=http://s|MR|1", true), ("identifier:of-type=http://s|MR|2", false),
            ("active:missing=true", true), ("_id=1", true), ("_id:not=1", false), ("_id=2,3", false),
            ("_lastUpdated=2026-01-01", true), ("_lastUpdated=lt2026", false),
        ])
    func strings(query: String, expected: Bool) throws {
        let json = """
            {"resourceType":"Patient","name":[{"family":"Núñez","prefix":["Dr"]}],
            "identifier":[{"value":"1","type":{"coding":[{"system":"http://s","code":"MR"}]}}]}
            """
        #expect(try finds(query, json) == expected)
    }

    @Test("places within a distance")
    func near() throws {
        let zurich = #"{"resourceType":"Location","position":{"longitude":8.5417,"latitude":47.3769}}"#
        // Winterthur is 20.0 km away.
        #expect(try finds("near=47.4988|8.7237|25|km", zurich))
        #expect(try !finds("near=47.4988|8.7237|15|km", zurich))
        #expect(try finds("near=47.4988|8.7237|15|[mi_i]", zurich))
        #expect(try !finds("near:missing=true", zurich))
        // Over the date line.
        let fiji = #"{"resourceType":"Location","position":{"longitude":179.9,"latitude":-17}}"#
        #expect(try finds("near=-17|-179.9|30|km", fiji))
    }

    @Test("uris above and below; urns have no hierarchy")
    func uris() throws {
        func set(_ url: String) -> String { #"{"resourceType":"ValueSet","url":"\#(url)"}"# }
        #expect(try finds("url:below=http://a.example/fhir", set("http://a.example/fhir/ValueSet/1")))
        #expect(try !finds("url:below=http://a.example/fh", set("http://a.example/fhir/ValueSet/1")))
        #expect(try finds("url:above=http://a.example/fhir/ValueSet/1", set("http://a.example/fhir")))
        #expect(try !finds("url=http://A.example/fhir", set("http://a.example/fhir")))
        #expect(try !finds("url:below=urn:a", set("urn:a/b")))
        let tagged = #"{"resourceType":"Patient","meta":{"source":"http://lab.example/in#42"}}"#
        #expect(try finds("_source:below=http://lab.example/in", tagged))
        #expect(try finds("_source=http://lab.example/in%2342", tagged))
        #expect(try !finds("_source=http://lab.example/in", tagged))
    }

    @Test("what the resource alone cannot tell is refused, or answered from elsewhere")
    func elsewhere() throws {
        let document = try JSONDocument.parse(text: Self.observation)
        let subject = SearchSubject(of: document, type: .observation, id: "1")
        for query in ["subject:Patient.name=x", "_has:Provenance:target:_id=1", "code:in=http://vs", "_text=x"] {
            let expression = try Asked.parse(query, [.observation]).expression
            #expect(throws: SearchRefusal.self) { try expression.holds(for: subject, now: Self.now) }
            let answered = try expression.holds(for: subject, now: Self.now) { _, _ in true }
            #expect(answered)
        }
        #expect(try !Asked.parse("_lastUpdated=gt2000", [.observation]).expression.holds(for: subject, now: Self.now))
    }

    @Test("boolean values have an implied system")
    func booleans() throws {
        let patient = #"{"resourceType":"Patient","active":true}"#
        #expect(try finds("active=http://terminology.hl7.org/CodeSystem/special-values|true", patient))
        #expect(try !finds("active=http://terminology.hl7.org/CodeSystem/special-values|false", patient))
        #expect(try finds("active=true", patient))
        #expect(try finds("active=|true", patient))
    }
}
