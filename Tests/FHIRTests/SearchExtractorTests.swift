import Testing

@testable import FHIR

@Suite("What a resource can be searched by")
struct SearchExtractorTests {
    private func entries(
        _ code: String, _ json: String, extractor: SearchExtractor = .r4
    ) throws -> [SearchValue] {
        let document = try JSONDocument.parse(text: json)
        let type = try #require(ResourceType(document.root["resourceType"]?.string ?? ""))
        let parameter = try #require(R4.table.searchParameter(type, code))
        return extractor.entries(of: document, type: type).filter { $0.parameter == parameter.id }.map(\.value)
            .filter { if case .tokenText = $0 { false } else { true } }
    }

    private func decimal(_ text: String) throws -> FHIRDecimal {
        try #require(FHIRDecimal(text))
    }

    @Test("tokens of every form")
    func tokens() throws {
        let patient = """
            {"resourceType":"Patient","active":true,"gender":"male",
            "identifier":[{"system":"http://mrn","value":"1"},{"value":"2"},{"system":"http://only"},{"value":"2"}],
            "telecom":[{"system":"phone","value":"555"},{"system":"email","value":"a@b"}]}
            """
        #expect(try entries("active", patient) == [.token(system: nil, code: "true")])
        #expect(
            try entries("gender", patient) == [
                .token(system: "http://hl7.org/fhir/administrative-gender", code: "male")
            ])
        #expect(
            try entries("identifier", patient) == [
                .token(system: "http://mrn", code: "1"), .token(system: nil, code: "2"),
                .token(system: "http://only", code: ""),
            ])
        #expect(try entries("phone", patient) == [.token(system: nil, code: "555")])
        #expect(try entries("deceased", patient) == [.token(system: nil, code: "false")])
        let observation = """
            {"resourceType":"Observation",
            "code":{"coding":[{"system":"http://loinc.org","code":"1-8"},{"code":"x"}],"text":"t"}}
            """
        #expect(
            try entries("code", observation) == [
                .token(system: "http://loinc.org", code: "1-8"), .token(system: nil, code: "x"),
            ])
    }

    @Test("references local, of a version, elsewhere, logical and contained")
    func references() throws {
        let patient = try #require(ResourceType("Patient"))
        func subject(_ reference: String, _ extractor: SearchExtractor = .r4) throws -> [SearchValue] {
            try entries(
                "subject", #"{"resourceType":"Observation","subject":\#(reference)}"#, extractor: extractor)
        }
        #expect(
            try subject(#"{"reference":"Patient/1"}"#) == [.reference(.local(type: patient, id: "1", version: nil))])
        #expect(
            try subject(#"{"reference":"Patient/1/_history/3"}"#) == [
                .reference(.local(type: patient, id: "1", version: "3"))
            ])
        let far = "http://far.example/fhir/Patient/1"
        #expect(try subject(#"{"reference":"\#(far)"}"#) == [.reference(.absolute(url: far))])
        #expect(
            try subject(#"{"reference":"\#(far)/_history/2"}"#) == [
                .reference(.absolute(url: far)), .reference(.absolute(url: far + "/_history/2")),
            ])
        #expect(
            try subject(#"{"reference":"\#(far)"}"#, SearchExtractor(bases: ["http://far.example/fhir"])) == [
                .reference(.local(type: patient, id: "1", version: nil))
            ])
        #expect(
            try subject(##"{"reference":"#p","identifier":{"system":"s","value":"v"}}"##) == [
                .reference(.identifier(system: "s", value: "v"))
            ])
        #expect(try subject(#"{"reference":"urn:uuid:1"}"#) == [.reference(.absolute(url: "urn:uuid:1"))])
    }

    @Test("canonicals with and without their version")
    func canonicals() throws {
        #expect(
            try entries("_profile", #"{"resourceType":"Basic","meta":{"profile":["http://p|1","http://q"]}}"#) == [
                .uri("http://p"), .uri("http://p|1"), .uri("http://q"),
            ])
    }

    @Test("names and addresses give each of their parts")
    func strings() throws {
        let patient = """
            {"resourceType":"Patient","name":[{"text":"Dr. Ada B. Lovelace","family":"Lovelace","given":["Ada","B."],
            "prefix":["Dr."]}],"address":[{"line":["1 High St",null],"city":"York","country":"GB"}]}
            """
        #expect(
            try Set(entries("name", patient)) == [
                .string("Dr. Ada B. Lovelace"), .string("Lovelace"), .string("Ada"), .string("B."), .string("Dr."),
            ])
        #expect(try entries("given", patient) == [.string("Ada"), .string("B.")])
        #expect(try entries("phonetic", patient).count == 5)
        #expect(try entries("address", patient) == [.string("1 High St"), .string("York"), .string("GB")])
    }

    @Test("dates, periods with open ends and the outer limits of timings")
    func dates() throws {
        let day = try #require(DateRange(fhir: "2024-05-01"))
        #expect(try entries("birthdate", #"{"resourceType":"Patient","birthDate":"2024-05-01"}"#) == [.date(day)])
        #expect(
            try entries("date", #"{"resourceType":"Encounter","period":{"start":"2024-05-01"}}"#) == [
                .date(DateRange(lower: day.lower, upper: DateRange.openUpper))
            ])
        #expect(try entries("date", #"{"resourceType":"Encounter","period":{"_start":{}}}"#) == [])
        let timing = """
            {"resourceType":"Observation","effectiveTiming":{"event":["2024-05-03","2024-05-01","2024-05-02"],
            "repeat":{"boundsPeriod":{"end":"2024-06"}}}}
            """
        let june = try #require(DateRange(fhir: "2024-06"))
        #expect(
            try entries("date", timing) == [.date(DateRange(lower: DateRange.openLower, upper: june.upper))])
        let bounded = """
            {"resourceType":"Observation","effectiveTiming":{"repeat":{"boundsDuration":{"value":3}}}}
            """
        #expect(try entries("date", bounded) == [])
    }

    @Test("quantities with units, comparators, ranges, money and samples")
    func quantities() throws {
        func value(_ member: String) throws -> [SearchValue] {
            try entries("value-quantity", #"{"resourceType":"Observation",\#(member)}"#)
        }
        let (five, ten) = (try decimal("5"), try decimal("10"))
        #expect(
            try value(#""valueQuantity":{"value":5.0,"unit":"Milligramm","system":"http://ucum","code":"mg"}"#) == [
                .quantity(low: five, high: five, system: "http://ucum", code: "mg", unit: "Milligramm")
            ])
        #expect(
            try value(#""valueQuantity":{"value":5,"comparator":"<"}"#) == [
                .quantity(low: nil, high: five, system: nil, code: nil, unit: nil)
            ])
        #expect(
            try value(#""valueQuantity":{"value":5,"comparator":">="}"#) == [
                .quantity(low: five, high: nil, system: nil, code: nil, unit: nil)
            ])
        #expect(try value(#""valueQuantity":{"unit":"mg"}"#) == [])
        #expect(
            try value(#""valueSampledData":{"origin":{"value":4,"unit":"mV"},"factor":-0.5,"data":"-2 E 0 -12"}"#) == [
                .quantity(low: try decimal("4"), high: ten, system: nil, code: nil, unit: "mV")
            ])
        #expect(
            try entries("totalgross", #"{"resourceType":"Invoice","totalGross":{"value":5,"currency":"EUR"}}"#) == [
                .quantity(low: five, high: five, system: "urn:iso:std:iso:4217", code: "EUR", unit: "EUR")
            ])
    }

    @Test("numbers keep their value beyond any machine word")
    func numbers() throws {
        let big = "0.12345678901234567890123456789"
        let expected = try decimal(big)
        #expect(
            try entries(
                "probability", #"{"resourceType":"RiskAssessment","prediction":[{"probabilityDecimal":\#(big)}]}"#)
                == [.number(low: expected, high: expected)])
    }

    @Test("the composition of a document bundle is found by its own id")
    func bundle() throws {
        let composition = try #require(ResourceType("Composition"))
        let bundle = """
            {"resourceType":"Bundle","type":"document","entry":[{"resource":{"resourceType":"Composition","id":"c"}},
            {"resource":{"resourceType":"Patient","id":"p"}}]}
            """
        #expect(
            try entries("composition", bundle) == [.reference(.local(type: composition, id: "c", version: nil))])
    }

    @Test("a parameter of one's own is extracted beside R4's, and one that cannot be is named")
    func additional() throws {
        let basic = try #require(R4.table.type("Basic"))
        let own = SearchParameterFact(
            id: 9_001, code: "ward", kind: .string, expression: "Basic.extension('http://ward').value", base: basic)
        let wrong = SearchParameterFact(
            id: 9_002, code: "wrong", kind: .string, expression: "Basic.code.repeat(text)", base: basic)
        let extractor = SearchExtractor(adding: [own, wrong])
        let document = try JSONDocument.parse(
            text: #"{"resourceType":"Basic","extension":[{"url":"http://ward","valueString":"3 B"}]}"#)
        let type = try #require(ResourceType("Basic"))
        #expect(
            extractor.entries(of: document, type: type).contains(SearchEntry(parameter: 9_001, value: .string("3 B"))))
        #expect(extractor.failures(for: type).map(\.error) == [.unsupportedFunction("repeat")])
    }

    @Test("each entry is given once, among few and among many")
    func distinct() throws {
        let identifiers = (0..<300).map { #"{"system":"s","value":"\#($0 % 150)"}"# }.joined(separator: ",")
        let document = try JSONDocument.parse(text: #"{"resourceType":"Patient","identifier":[\#(identifiers)]}"#)
        let entries = SearchExtractor.r4.entries(of: document, type: try #require(ResourceType("Patient")))
        #expect(Set(entries).count == entries.count)
        #expect(entries.count == 151)
    }

    @Test("nonsense in the place of values gives no entries and no crash")
    func nonsense() throws {
        for value in ["null", "[]", "{}", "7", "true", #""""#, "[[1]]", #"[{"a":[{}]}]"#] {
            for type in ResourceType.all {
                let members = R4.table.type(type).elements.flatMap(\.keys).map { "\"\($0)\":\(value)" }
                let text = "{\(members.joined(separator: ","))}"
                _ = SearchExtractor.r4.entries(of: try JSONDocument.parse(text: text), type: type)
            }
        }
    }
}
