import Testing

@testable import FHIR

@Suite("_filter")
struct SearchParserFilterTests {
    private func filter(_ text: String, _ type: ResourceType = .patient) throws -> SearchExpression {
        let parser = SearchParser(parameters: .r4, bases: [], defaultOffset: 0, ignored: [], isLenient: false)
        return try parser.parse([.init(name: "_filter", value: text)], types: [type]).expression
    }

    private func refusal(_ text: String, _ type: ResourceType = .patient) -> String {
        do {
            _ = try filter(text, type)
            return ""
        } catch let error as SearchRefusal {
            return error.issues.map(\.diagnostics).joined()
        } catch {
            return "\(error)"
        }
    }

    @Test("the examples of the specification")
    func examples() throws {
        let name = try Asked.fact(.patient, "name")
        let given = try Asked.fact(.patient, "given")
        let birth = try Asked.fact(.patient, "birthdate")
        let day = try #require(DateRange(fhir: "2014-10-10"))
        #expect(try filter(#"name co "pet""#) == .value(name, .stringContains("pet")))
        #expect(
            try filter(#"given eq "peter" and birthdate ge 2014-10-10"#)
                == .and([.value(given, .stringEquals("peter")), .value(birth, .date(.greaterOrEqual, day))]))
        #expect(
            try filter("code eq http://loinc.org|1234-5", .observation)
                == .value(
                    Asked.fact(.observation, "code"), .token(.init(system: .uri("http://loinc.org"), code: "1234-5"))))
        guard case .or(let links) = try filter(#"subject.name co "pet""#, .observation) else {
            Issue.record("a chain to each type")
            return
        }
        #expect(
            links.contains(
                .chain(try Asked.fact(.observation, "subject"), .patient, .value(name, .stringContains("pet")))))
    }

    @Test("and and or are read from left to right, brackets decide otherwise")
    func order() throws {
        func id(_ text: String) -> SearchExpression { .id([text]) }
        #expect(
            try filter("_id eq a or _id eq b and _id eq c") == .and([.or([id("a"), id("b")]), id("c")]))
        #expect(
            try filter("_id eq a or (_id eq b and _id eq c)") == .or([id("a"), .and([id("b"), id("c")])]))
        #expect(
            try filter("_id eq a and _id eq b and not (_id eq c or _id eq d)")
                == .and([id("a"), id("b"), .not(.or([id("c"), id("d")]))]))
    }

    @Test("all operators")
    func operators() throws {
        let family = try Asked.fact(.patient, "family")
        let birth = try Asked.fact(.patient, "birthdate")
        let year = try #require(DateRange(fhir: "2014"))
        let gender = try Asked.fact(.patient, "gender")
        let male = SearchQueryValue.TokenQuery(system: .any, code: "male")
        let organization = try Asked.fact(.patient, "organization")
        let cases: [(String, SearchExpression)] = [
            ("family sw d", .value(family, .string("d"))), ("family ew d", .value(family, .stringEnds("d"))),
            ("family ne d", .and([.not(.missing(family)), .not(.value(family, .stringEquals("d")))])),
            ("family pr true", .not(.missing(family))), ("family pr false", .not(.not(.missing(family)))),
            ("birthdate eq 2014", .value(birth, .date(.equal, year))),
            ("birthdate ne 2014", .value(birth, .date(.notEqual, year))),
            ("birthdate gt 2014", .value(birth, .date(.greater, year))),
            ("birthdate lt 2014", .value(birth, .date(.less, year))),
            ("birthdate ge 2014", .value(birth, .date(.greaterOrEqual, year))),
            ("birthdate le 2014", .value(birth, .date(.lessOrEqual, year))),
            ("birthdate ap 2014", .value(birth, .date(.approximate, year))),
            ("birthdate sa 2014", .value(birth, .date(.startsAfter, year))),
            ("birthdate eb 2014", .value(birth, .date(.endsBefore, year))),
            ("birthdate po 2014", .value(birth, .dateOverlaps(year))),
            ("gender ss male", .codes(gender, .below(male))), ("gender sb male", .codes(gender, .above(male))),
            ("gender in http://vs", .codes(gender, .inValueSet("http://vs"))),
            ("gender ni http://vs", .not(.codes(gender, .inValueSet("http://vs")))),
            (
                "organization re Organization/4",
                .value(organization, .reference(.local(type: .organization, id: "4", version: nil)))
            ),
        ]
        for (text, expected) in cases { #expect(try filter(text) == expected, "\(text)") }
        let written = SearchFilter.Operation.allCases.map(\.rawValue)
        #expect(written.allSatisfy { word in cases.contains { $0.0.contains(" \(word) ") } || word == "co" })
    }

    @Test("a filter inside a path asks of what is referred to")
    func nested() throws {
        let organization = try Asked.fact(.patient, "organization")
        let name = try Asked.fact(.organization, "name")
        let active = try Asked.fact(.organization, "active")
        #expect(
            try filter(#"organization[active eq true].name sw "A) B""#)
                == .chain(
                    organization, .organization,
                    .and([
                        .value(active, .token(.init(system: .any, code: "true"))), .value(name, .string("A) B")),
                    ])))
    }

    @Test(
        "what is wrong is named",
        arguments: [
            ("name", "a space"), ("name xx y", "one of eq"), ("name eq", "a space"), ("name eq ", "a value"),
            ("(name eq x", "')'"), ("name eq x)", "the end"), ("nmae eq x", "name?"), ("birthdate eq x", "no date"),
            ("birthdate co 2014", "cannot be compared by co"), ("gender gt male", "cannot be compared by gt"),
            ("name eq \"x", "a string that ends"), ("name[given eq x] eq y", "'.'"), ("name pr maybe", "true, false"),
            ("", "value"), ("name eq x and", "a parameter"), ("name eq x nand y eq z", "the end"),
        ])
    func wrong(text: String, expected: String) {
        if !text.isEmpty { #expect(refusal(text).contains(expected), "\(text): \(refusal(text))") }
    }
}
