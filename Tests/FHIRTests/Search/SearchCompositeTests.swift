import Testing

@testable import FHIR

@Suite("Composites, texts and places that are extracted")
struct SearchCompositeTests {
    private static let pressure = """
        {"resourceType":"Observation","status":"final",
        "code":{"coding":[{"system":"http://loinc.org","code":"85354-9","display":"Blood pressure panel"}],"text":"BP"},
        "component":[
        {"code":{"coding":[{"system":"http://loinc.org","code":"8480-6"},{"code":"sys"}]},
        "valueQuantity":{"value":120,"unit":"mmHg","system":"http://unitsofmeasure.org","code":"mm[Hg]"}},
        {"code":{"coding":[{"system":"http://loinc.org","code":"8462-4"}]},
        "valueQuantity":{"value":80,"unit":"mmHg","system":"http://unitsofmeasure.org","code":"mm[Hg]"}},
        {"code":{"coding":[{"system":"http://loinc.org","code":"x"}]},"valueString":"none"}]}
        """

    private func values(_ json: String, _ type: ResourceType, _ code: String) throws -> [SearchValue] {
        let parameter = try Asked.fact(type, code)
        return SearchExtractor.r4.entries(of: try JSONDocument.parse(text: json), type: type)
            .filter { $0.parameter == parameter.id }.map(\.value)
    }

    @Test("one entry for each repetition that has all parts")
    func repetitions() throws {
        func pressure(_ value: Int) throws -> SearchValue {
            let number = FHIRDecimal(value)
            return .quantity(
                low: number, high: number, system: "http://unitsofmeasure.org", code: "mm[Hg]", unit: "mmHg")
        }
        let expected: [SearchValue] = [
            .composite([
                [.token(system: "http://loinc.org", code: "8480-6"), .token(system: nil, code: "sys")],
                [try pressure(120)],
            ]),
            .composite([[.token(system: "http://loinc.org", code: "8462-4")], [try pressure(80)]]),
        ]
        #expect(try values(Self.pressure, .observation, "component-code-value-quantity") == expected)
        #expect(try values(Self.pressure, .observation, "combo-code-value-quantity") == expected)
        #expect(try values(Self.pressure, .observation, "code-value-quantity").isEmpty)
        #expect(try values(Self.pressure, .observation, "component-code-value-concept").isEmpty)
    }

    @Test("composites of the resource's own single elements are their parts together, and need no entries")
    func plans() throws {
        func plan(_ type: ResourceType, _ code: String) throws -> (isStored: Bool, parts: [[String]])? {
            SearchExtractor.r4.composite(try Asked.fact(type, code).id, of: type)
                .map { ($0.isStored, $0.parts.map { $0.map(\.code) }) }
        }
        let quantity = try #require(try plan(.observation, "code-value-quantity"))
        #expect(!quantity.isStored && quantity.parts == [["code", "value-quantity"]])
        let combo = try #require(try plan(.observation, "combo-code-value-quantity"))
        #expect(combo.isStored && combo.parts == [["code", "value-quantity"]])
        let component = try #require(try plan(.observation, "component-code-value-quantity"))
        #expect(component.isStored && component.parts.isEmpty)
        for code in ["code-value-concept", "code-value-date", "code-value-string"] {
            #expect(try plan(.observation, code)?.isStored == false, "\(code)")
        }
        #expect(try plan(.observation, "code") == nil)
    }

    @Test("every composite of R4 finds something, and every expression can be compiled")
    func all() throws {
        var count = 0
        for type in ResourceType.all {
            #expect(SearchExtractor.r4.failures(for: type).isEmpty, "\(type)")
            for parameter in R4.table.searchParameters(for: type) where parameter.kind == .composite {
                let plan = try #require(
                    SearchExtractor.r4.composite(parameter.id, of: type), "\(type) \(parameter.code)")
                #expect(plan.isStored || !plan.parts.isEmpty, "\(type) \(parameter.code)")
                count += 1
            }
        }
        #expect(count > 60)
    }

    @Test("the parts of a relationship are read as what they are, though R4 names them the wrong way round")
    func relationship() throws {
        let document = try JSONDocument.parse(
            text: """
                {"resourceType":"DocumentReference","relatesTo":[
                {"code":"replaces","target":{"reference":"DocumentReference/1"}},
                {"code":"appends","target":{"reference":"DocumentReference/2"}}]}
                """)
        let subject = SearchSubject(of: document, type: .documentReference, id: "3")
        for (value, expected) in [
            ("replaces$DocumentReference/1", true), ("appends$2", true), ("replaces$DocumentReference/2", false),
        ] {
            let search = try Asked.parse("relationship=\(value)", [.documentReference])
            #expect(try search.expression.holds(for: subject, now: 0) == expected, "\(value)")
        }
    }

    @Test("%resource begins at the resource")
    func resourceParts() throws {
        let sequence = """
            {"resourceType":"MolecularSequence","coordinateSystem":0,
            "referenceSeq":{"chromosome":{"coding":[{"code":"1"}]},"windowStart":1,"windowEnd":9},
            "variant":[{"start":2,"end":3}]}
            """
        #expect(
            try values(sequence, .molecularSequence, "chromosome-variant-coordinate") == [
                .composite([
                    [.token(system: nil, code: "1")], [.number(low: FHIRDecimal(2), high: FHIRDecimal(2))],
                    [.number(low: FHIRDecimal(3), high: FHIRDecimal(3))],
                ])
            ])
    }

    @Test("a wider composite covers a narrower one")
    func coverage() throws {
        let coverage = SearchExtractor.r4.coverage(of: .observation)
        let wide = try Asked.fact(.observation, "combo-code-value-quantity").id
        let narrow = try Asked.fact(.observation, "component-code-value-quantity").id
        #expect(coverage.covered(by: wide) == [narrow] || coverage.covered(by: narrow) == [wide])
        #expect(
            coverage.covered(by: wide).allSatisfy {
                R4.table.searchParameters[Int($0)].kind == .composite
            })
    }

    @Test("texts beside codes, and identifiers with their types")
    func texts() throws {
        #expect(
            try values(Self.pressure, .observation, "code") == [
                .tokenText("BP"), .token(system: "http://loinc.org", code: "85354-9"),
                .tokenText("Blood pressure panel"),
            ])
        let patient = """
            {"resourceType":"Patient","identifier":[{"system":"http://mrn","value":"1",
            "type":{"text":"Record","coding":[{"system":"http://s","code":"MR"},{"code":"X"}]}}]}
            """
        #expect(
            try values(patient, .patient, "identifier") == [
                .token(system: "http://mrn", code: "1"), .tokenText("Record"),
                .typedIdentifier(system: "http://s", code: "MR", value: "1"),
                .typedIdentifier(system: nil, code: "X", value: "1"),
            ])
    }

    @Test("a position on Earth")
    func position() throws {
        let location = #"{"resourceType":"Location","position":{"longitude":8.54,"latitude":47.38}}"#
        #expect(try values(location, .location, "near") == [.position(latitude: 47.38, longitude: 8.54)])
        let nowhere = #"{"resourceType":"Location","position":{"longitude":8.54,"latitude":97}}"#
        #expect(try values(nowhere, .location, "near").isEmpty)
    }

    @Test("a chain leads to what the element may refer to")
    func targets() throws {
        func targets(_ type: ResourceType, _ code: String) throws -> [ResourceType] {
            SearchExtractor.r4.targets(try Asked.fact(type, code), of: type)
        }
        #expect(try targets(.encounter, "patient") == [.patient])
        #expect(try targets(.encounter, "subject") == [.group, .patient])
        #expect(try targets(.observation, "encounter") == [.encounter])
        let focus = try targets(.observation, "focus")
        #expect(focus.isEmpty || focus.count > 100)
    }
}
