import Testing

@testable import FHIR

@Suite("Written search values")
struct SearchQueryValueTests {
    @Test("tokens with and without system")
    func tokens() throws {
        #expect(try SearchQueryValue.parse("male", as: .token) == [.token(.init(system: .any, code: "male"))])
        #expect(
            try SearchQueryValue.parse("http://loinc.org|1-8,|x,http://a|", as: .token) == [
                .token(.init(system: .uri("http://loinc.org"), code: "1-8")),
                .token(.init(system: .none, code: "x")),
                .token(.init(system: .uri("http://a"), code: nil)),
            ])
    }

    @Test("a backslash makes a separator an ordinary character")
    func escapes() throws {
        #expect(
            try SearchQueryValue.parse(#"a\,b\|c,d\\,e\$f\g\"#, as: .string) == [
                .string("a,b|c"), .string(#"d\"#), .string(#"e$f\g\"#),
            ])
        #expect(
            try SearchQueryValue.parse(#"s\|1|c\,2"#, as: .token) == [.token(.init(system: .uri("s|1"), code: "c,2"))])
        let raw = #"a,b|c$d\e"#
        #expect(SearchEscape.unescaped(SearchEscape.escaped(raw)[...]) == raw)
    }

    @Test("references as an id, local, of a version, or elsewhere")
    func references() throws {
        let patient = try #require(ResourceType("Patient"))
        let cases: [(String, SearchQueryValue.ReferenceQuery)] = [
            ("23", .id("23")),
            ("Patient/23", .local(type: patient, id: "23", version: nil)),
            ("Patient/23/_history/4", .local(type: patient, id: "23", version: "4")),
            ("http://a.example/fhir/Patient/23", .absolute(url: "http://a.example/fhir/Patient/23")),
            ("urn:oid:1.2.3", .absolute(url: "urn:oid:1.2.3")),
        ]
        for (text, expected) in cases {
            #expect(try SearchQueryValue.parse(text, as: .reference) == [.reference(expected)])
        }
    }

    @Test("dates, numbers and quantities with prefixes")
    func prefixes() throws {
        let day = try #require(DateRange(fhir: "2024-05-01"))
        #expect(
            try SearchQueryValue.parse("ge2024-05-01,2024-05-01", as: .date) == [
                .date(.greaterOrEqual, day), .date(.equal, day),
            ])
        #expect(try SearchQueryValue.parse("lt-5.40", as: .number) == [.number(.less, WrittenDecimal("-5.40"))])
        #expect(
            try SearchQueryValue.parse("ap5.4|http://unitsofmeasure.org|mg,5||mg,7", as: .quantity) == [
                .quantity(
                    .init(
                        prefix: .approximate, value: WrittenDecimal("5.4"), system: "http://unitsofmeasure.org",
                        code: "mg")),
                .quantity(.init(prefix: .equal, value: WrittenDecimal("5"), system: nil, code: "mg")),
                .quantity(.init(prefix: .equal, value: WrittenDecimal("7"), system: nil, code: nil)),
            ])
        let east = try SearchQueryValue.parse("2024-05-01T10:00:00+02:00", as: .date)
        #expect(try SearchQueryValue.parse("2024-05-01T10:00:00 02:00", as: .date) == east)
    }

    @Test(
        "a value that cannot be read is refused with what was expected",
        arguments: [
            ("", SearchParameterKind.string, SearchQueryError.Reason.empty), ("a,,b", .token, .empty),
            ("|", .token, .invalidToken), ("a|b|c", .token, .invalidToken),
            ("Patient/", .reference, .invalidReference), ("Patien/1", .reference, .invalidReference),
            ("#p1", .reference, .invalidReference), ("2024-13", .date, .invalidDate), ("eq", .date, .invalidDate),
            ("2024-05-01T1", .date, .invalidDate), ("2024-05-01T25Z", .date, .invalidDate),
            ("ge", .number, .invalidNumber),
            ("xx5", .number, .invalidNumber),
            ("1e1000000", .number, .numberOutOfBounds), ("5|mg", .quantity, .invalidQuantity),
            ("|s|c", .quantity, .invalidQuantity), ("5$6", .composite, .unsupportedKind(.composite)),
        ])
    func refused(text: String, kind: SearchParameterKind, reason: SearchQueryError.Reason) throws {
        let error = #expect(throws: SearchQueryError.self) { try SearchQueryValue.parse(text, as: kind) }
        #expect(error?.reason == reason)
        #expect(error?.message.isEmpty == false)
    }
}
