import Testing

@testable import FHIR

@Suite("What a search asks, from its parameters")
struct SearchParserTests {
    private func value(
        _ type: ResourceType, _ code: String, _ test: SearchTest
    ) throws -> SearchExpression {
        .value(try Asked.fact(type, code), test)
    }

    @Test("each kind of parameter, and alternatives")
    func kinds() throws {
        #expect(
            try Asked.expression("gender=male,female")
                == .or([
                    value(.patient, "gender", .token(.init(system: .any, code: "male"))),
                    value(.patient, "gender", .token(.init(system: .any, code: "female"))),
                ]))
        #expect(try Asked.expression(#"family=Do\,e"#) == value(.patient, "family", .string("Do,e")))
        let day = try #require(DateRange(fhir: "1990-05-01"))
        #expect(
            try Asked.expression("birthdate=ge1990-05-01") == value(.patient, "birthdate", .date(.greaterOrEqual, day)))
        #expect(
            try Asked.expression("probability=gt0.8", [.riskAssessment])
                == value(.riskAssessment, "probability", .number(.greater, WrittenDecimal("0.8"))))
        #expect(
            try Asked.expression("value-quantity=5.4|http://unitsofmeasure.org|mg", [.observation])
                == value(
                    .observation, "value-quantity",
                    .quantity(
                        .init(
                            prefix: .equal, value: WrittenDecimal("5.4"), system: "http://unitsofmeasure.org",
                            code: "mg"))))
        #expect(
            try Asked.expression("url=http://a.example/v", [.valueSet])
                == value(.valueSet, "url", .uri("http://a.example/v")))
        #expect(
            try Asked.expression("_profile=http://a.example/p%7C2.0")
                == value(.patient, "_profile", .uri("http://a.example/p|2.0")))
    }

    @Test("an hour without minutes is that hour")
    func hour() throws {
        for (text, lower, upper) in [
            ("2018-10-29T17Z", "2018-10-29T17:00Z", "2018-10-29T17:59Z"),
            ("2018-10-29T17", "2018-10-29T17:00Z", "2018-10-29T17:59Z"),
            ("2018-10-29T17-04:00", "2018-10-29T21:00Z", "2018-10-29T21:59Z"),
            ("2018-10-29T17+02:00", "2018-10-29T15:00Z", "2018-10-29T15:59Z"),
        ] {
            let range = try #require(DateRange(fhir: lower)).union(try #require(DateRange(fhir: upper)))
            #expect(try Asked.expression("birthdate=\(text)") == value(.patient, "birthdate", .date(.equal, range)))
        }
    }

    @Test("modifiers")
    func modifiers() throws {
        let code = try Asked.fact(.observation, "code")
        let token = SearchQueryValue.TokenQuery(system: .uri("http://loinc.org"), code: "1-8")
        let cases: [(String, SearchExpression)] = [
            ("code:text=head", .value(code, .tokenText("head"))),
            ("code:not=http://loinc.org|1-8", .not(.value(code, .token(token)))),
            ("code:in=http://a.example/vs", .codes(code, .inValueSet("http://a.example/vs"))),
            ("code:not-in=ValueSet/1", .not(.codes(code, .inValueSet("ValueSet/1")))),
            ("code:above=http://loinc.org|1-8", .codes(code, .above(token))),
            ("code:below=http://loinc.org|1-8", .codes(code, .below(token))),
            ("code:missing=true", .missing(code)), ("code:missing=false", .not(.missing(code))),
        ]
        for (query, expected) in cases { #expect(try Asked.expression(query, [.observation]) == expected, "\(query)") }
        #expect(try Asked.expression("family:exact=Doe") == value(.patient, "family", .stringExact("Doe")))
        #expect(try Asked.expression("family:contains=oe") == value(.patient, "family", .stringContains("oe")))
        #expect(
            try Asked.expression("identifier:of-type=http://s|MR|446053")
                == value(.patient, "identifier", .ofType(system: "http://s", code: "MR", value: "446053")))
        #expect(
            try Asked.expression("url:below=http://a", [.valueSet]) == value(.valueSet, "url", .uriBelow("http://a")))
        #expect(
            try Asked.expression("url:above=http://a", [.valueSet]) == value(.valueSet, "url", .uriAbove("http://a")))
        #expect(
            try Asked.expression("organization:identifier=s|1")
                == value(.patient, "organization", .referenceIdentifier(.init(system: .uri("s"), code: "1"))))
    }

    @Test("references in all their forms")
    func references() throws {
        let cases: [(String, SearchQueryValue.ReferenceQuery)] = [
            ("subject=23", .id("23")), ("subject:Patient=23", .local(type: .patient, id: "23", version: nil)),
            ("subject=Patient/23", .local(type: .patient, id: "23", version: nil)),
            ("subject=Patient/23/_history/2", .local(type: .patient, id: "23", version: "2")),
            ("subject=https://hospital.example/fhir/Patient/23", .local(type: .patient, id: "23", version: nil)),
            (
                "subject:Patient=https://hospital.example/fhir/Patient/23",
                .local(type: .patient, id: "23", version: nil)
            ),
            ("subject=http://far.example/Patient/23", .absolute(url: "http://far.example/Patient/23")),
        ]
        for (query, expected) in cases {
            #expect(
                try Asked.expression(query, [.observation]) == value(.observation, "subject", .reference(expected)),
                "\(query)")
        }
        #expect(Asked.refusal("subject:Patient=Group/1", [.observation]).contains("no Patient"))
        #expect(Asked.refusal("subject:Organization=1", [.observation]).contains("refers to"))
    }

    @Test("composites, and places")
    func composites() throws {
        let quantity = SearchQueryValue.QuantityQuery(
            prefix: .less, value: try WrittenDecimal("60"), system: nil, code: nil)
        #expect(
            try Asked.expression("code-value-quantity=http://loinc.org|8480-6$lt60", [.observation])
                == value(
                    .observation, "code-value-quantity",
                    .composite([
                        .token(.init(system: .uri("http://loinc.org"), code: "8480-6")), .quantity(quantity),
                    ])))
        #expect(
            Asked.refusal("code-value-quantity=a", [.observation]).contains("code (token) $ value-quantity (quantity)"))
        let near = { (text: String) in try Asked.expression("near=\(text)", [.location]) }
        let place = { (metres: Double) in
            try self.value(.location, "near", .near(latitude: 47.38, longitude: -8.54, metres: metres))
        }
        #expect(try near("47.38|-8.54|5|km") == place(5_000))
        #expect(try near("47.38|-8.54|5") == place(5_000))
        #expect(try near("47.38|-8.54|5|m") == place(5))
        #expect(try near("47.38|-8.54|2|[mi_i]") == place(3_218.688))
        #expect(try near("47.38|-8.54") == place(SearchNear.defaultMetres))
        for wrong in ["47", "91|0", "0|181", "a|b", "1|1|-1", "1|1|1|furlong", "1|1|1|km|x"] {
            #expect(!Asked.refusal("near=\(wrong)", [.location]).isEmpty)
        }
    }

    @Test("what the record itself answers")
    func record() throws {
        #expect(try Asked.expression("_id=a,b") == .id(["a", "b"]))
        let year = try #require(DateRange(fhir: "2024"))
        #expect(try Asked.expression("_lastUpdated=lt2024") == .lastUpdated(.less, year))
        #expect(
            try Asked.expression("_list=42") == .has(.list, Asked.fact(.list, "item"), .id(["42"])))
        #expect(try Asked.expression("_text=head") == .text("head"))
        #expect(try Asked.expression("_content=head") == .content("head"))
        #expect(Asked.refusal("_list=$current-problems").contains("functional list"))
        #expect(
            try Asked.expression("_tag=http://s|t")
                == value(.patient, "_tag", .token(.init(system: .uri("http://s"), code: "t"))))
    }

    @Test("the whole system is searched by what all the types asked for have in common")
    func system() throws {
        let search = try Asked.parse("_type=Patient,Practitioner&family=Doe&_id=1", [])
        #expect(search.types == [.patient, .practitioner])
        let patient = try Asked.fact(.patient, "family")
        let practitioner = try Asked.fact(.practitioner, "family")
        #expect(patient == practitioner)
        #expect(search.expression == .and([.value(patient, .string("Doe")), .id(["1"])]))
        // Two parameters with one name: a resource has neither where it has not its own.
        let active = [try Asked.fact(.patient, "active"), try Asked.fact(.practitioner, "active")]
        #expect(
            try Asked.expression("_type=Patient,Practitioner&active:missing=true", [])
                == .and(active.map { .missing($0) }))
        #expect(
            try Asked.expression("_type=Patient,Practitioner&active:not=true", [])
                == .not(.or(active.map { .value($0, .token(.init(system: .any, code: "true"))) })))
        #expect(try Asked.parse("_lastUpdated=gt2020", []).types.isEmpty)
        #expect(Asked.refusal("family=Doe", []).contains("Patient"))
        #expect(Asked.refusal("family=Doe", []).contains("_type"))
        #expect(Asked.refusal("_type=Patient,Observation&family=Doe", []).contains("not of Patient, Observation"))
        #expect(Asked.refusal("_type=Patent", []).contains("Patient?"))
        #expect(Asked.refusal("_type=Patient", [.patient]).contains("http._type"))
    }

    @Test("unknown names are refused with the nearest; leniently they are left out with a warning")
    func unknown() throws {
        let refusal = Asked.refusal("brithdate=2020&_id=1&fammily=x")
        #expect(refusal.contains("http.brithdate") && refusal.contains("birthdate?"))
        #expect(refusal.contains("http.fammily") && refusal.contains("family?"))
        let search = try Asked.parse("brithdate=2020&_id=1&organization.foo=1", isLenient: true)
        #expect(search.applied == [.init(name: "_id", value: "1")])
        #expect(search.warnings.map(\.expression) == ["http.brithdate", "http.organization.foo"])
        #expect(search.expression == .id(["1"]))
        #expect(Asked.refusal("birthdate=yesterday", isLenient: true).contains("http.birthdate"))
        #expect(Asked.refusal("birthdate:exact=2020", isLenient: true).contains(":missing"))
        #expect(Asked.refusal("gender:nott=male").contains(":not?"))
    }

    @Test("empty parameters and the configured ones are ignored with a warning")
    func ignored() throws {
        let search = try Asked.parse("family=&_dc=1&_id=1")
        #expect(search.warnings.count == 2 && search.warnings.allSatisfy { $0.severity == .warning })
        #expect(search.applied.map(\.name) == ["_id"])
    }

    @Test("the criteria have one order however they were written")
    func canonical() throws {
        #expect(
            try Asked.parse("family=a&given=b&_count=3").canonical == Asked.parse("_count=5&given=b&family=a").canonical
        )
        #expect(try Asked.parse("family=a").canonical != Asked.parse("family=b").canonical)
    }
}
