import Testing

@testable import FHIR

@Suite("FHIRPath: the engine")
struct FHIRPathEngineTests {
    private static let patient = ##"""
        {"resourceType":"Patient","id":"p",
         "name":[{"use":"official","family":"Berg","given":["Anna","Liv"]},{"use":"usual","given":["Ann",null],"_given":[null,{"id":"g"}]}],
         "_birthDate":{"extension":[{"url":"http://a.example/x","valueDateTime":"1974-12-25T14:35:45-05:00"}]},
         "contained":[{"resourceType":"Organization","id":"o","name":"Ward"}],
         "managingOrganization":{"reference":"#o"},"multipleBirthInteger":2}
        """##

    private func lines(_ expression: String, _ json: String = Self.patient) throws -> [String] {
        let node = FHIRPathNode(resource: try JSONDocument.parse(text: json).root)
        return try FHIRPath(expression, context: node.type).evaluate(node, in: FHIRPathEnvironment(now: 0))
            .map(\.rendering.line)
    }

    @Test("items tell their place, type and JSON")
    func rendering() throws {
        #expect(try lines("name.given[1]") == [#"Patient.name[0].given[1] (string): "Liv""#])
        #expect(try lines("multipleBirth") == ["Patient.multipleBirth (integer): 2"])
        #expect(
            try lines("name.first().use | 1 + 1") == [
                #"Patient.name[0].use (code): "official""#, "(System.Integer): 2",
            ])
        #expect(
            try lines("2.5 'mg' * 2") == [
                #"(System.Quantity): {"value":5.0,"unit":"mg","system":"http://unitsofmeasure.org","code":"mg"}"#
            ])
        #expect(try lines("contained.name") == [#"Patient.contained[0].name (string): "Ward""#])
    }

    @Test("a primitive with nothing but extensions is there, has no value, and has children")
    func companions() throws {
        #expect(try lines("birthDate.hasValue()") == ["(System.Boolean): false"])
        #expect(try lines("birthDate.extension('http://a.example/x').value is dateTime") == ["(System.Boolean): true"])
        #expect(try lines("name.given.count()") == ["(System.Integer): 4"])
        #expect(try lines("name.given.id").map { $0.suffix(3) } == [#""g""#])
        #expect(try lines("birthDate = @1974-12-25") == [])
    }

    @Test("references are followed to contained resources and to entries of the same Bundle")
    func resolving() throws {
        #expect(try lines("managingOrganization.resolve().name") == [#"Patient.contained[0].name (string): "Ward""#])
        let bundle = #"""
            {"resourceType":"Bundle","type":"collection","entry":[
             {"fullUrl":"http://a.example/fhir/Patient/1","resource":{"resourceType":"Patient","id":"1"}},
             {"fullUrl":"http://b.example/fhir/Patient/1","resource":{"resourceType":"Patient","id":"1","active":true}},
             {"fullUrl":"http://b.example/fhir/Observation/2","resource":{"resourceType":"Observation","subject":{"reference":"Patient/1"}}},
             {"fullUrl":"urn:uuid:3","resource":{"resourceType":"Observation","subject":{"reference":"http://a.example/fhir/Patient/1/_history/4"}}}]}
            """#
        #expect(try lines("entry[2].resource.subject.resolve().active", bundle).count == 1)
        #expect(
            try lines("entry[3].resource.subject.resolve().id", bundle) == [#"Bundle.entry[0].resource.id (id): "1""#])
    }

    @Test("what R4 does not have is an error in users' expressions and empty in the specification's")
    func dialects() throws {
        let node = FHIRPathNode(resource: try JSONDocument.parse(text: Self.patient).root)
        #expect(throws: FHIRPathError.unknownElement("nam", type: "Patient")) {
            try FHIRPath("nam", context: node.type)
        }
        #expect(throws: FHIRPathError.unknownElement("nam", type: "Patient")) {
            try FHIRPath("nam").evaluate(node, in: .default)
        }
        #expect(try FHIRPath("nam", dialect: .specification, context: node.type).evaluate(node, in: .default).isEmpty)
        #expect(throws: FHIRPathError.unknownFunction("first2")) { try FHIRPath("name.first2()") }
        #expect(throws: FHIRPathError.notSingle("where()")) {
            try FHIRPath("name.where(given.exists()) and true").evaluate(node, in: .default)
        }
    }

    @Test(
        "quantities are compared across units",
        arguments: [
            ("1 'kg' = 1000 'g'", true), ("1 'mmol/L' = 1000 'umol/L'", true), ("37 'Cel' = 98.6 '[degF]'", true),
            ("100 'mm[Hg]' > 13 'kPa'", true), ("1 '[lb_av]' < 0.5 'kg'", true), ("1 'L' = 1 'dm3'", true),
            ("5 '%' = 0.05 '1'", true), ("1 'h' = 60 minutes", true), ("10 '10*9/L' = 10000 '10*6/L'", true),
            ("180 'mg/dL' = 1.8 'g/L'", true), ("1 '[in_i]' = 2.54 'cm'", true), ("1 'U/L' = 1000 'mU/L'", true),
            ("1 'meq/L' = 1 'mmol/L'", true), ("1 'mU/L' = 1 'm[iU]/L'", nil), ("1 'kg' = 1 'm'", nil),
            ("1 year = 12 months", true), ("1 year = 1 'a'", nil), ("1 year ~ 1 'a'", true),
            ("2 days > 47 hours", true),
            ("1 '{beats}/min' = 60 '/h'", true), ("1 'nonsense' = 1 'm'", nil), ("72 'kg.m/s2' = 72 'N'", true),
        ] as [(String, Bool?)])
    func units(expression: String, expected: Bool?) throws {
        let node = FHIRPathNode(resource: try JSONDocument.parse(text: Self.patient).root)
        #expect(try FHIRPath(expression).holds(node, in: .default) == expected)
    }

    @Test("dates keep their precision, and what they leave open stays open")
    func dates() throws {
        #expect(try lines("@2020-02-29 + 1 year") == [#"(System.Date): "2021-02-28""#])
        #expect(try lines("@2020-01-31 + 1 month") == [#"(System.Date): "2020-02-29""#])
        #expect(try lines("@2014 + 25 months") == [#"(System.Date): "2016""#])
        #expect(try lines("@2020-01-01T10:00:00Z > @2020-01-01T10:00:00+01:00") == ["(System.Boolean): true"])
        #expect(try lines("@2020-01 = @2020-01-01") == [])
        #expect(try lines("@T23:30 + 2 hours") == [#"(System.Time): "01:30""#])
        for clock in ["today()", "now()", "timeOfDay()", "birthDate <= today()"] {
            let node = FHIRPathNode(
                resource: try JSONDocument.parse(text: #"{"resourceType":"Patient","birthDate":"2020-01-01"}"#).root)
            #expect(throws: FHIRPathError.noClock) { try FHIRPath(clock).evaluate(node, in: .default) }
        }
        #expect(try lines("today()") == [#"(System.Date): "1970-01-01""#])
        #expect(try lines("now()") == [#"(System.DateTime): "1970-01-01T00:00:00.000Z""#])
    }

    @Test(
        "patterns find what they describe",
        arguments: [
            ("'abc123'.matches('[a-z]+\\\\d{3}')", "true"), ("'ÄÖ'.matches('^\\\\p{Lu}{2}$')", "true"),
            ("'2020-01-31'.replaceMatches('(\\\\d+)-(\\\\d+)-(\\\\d+)', '$3.$2.$1')", #""31.01.2020""#),
            ("'aXbX'.replaceMatches('(?<n>[ab])X', '<${n}>')", #""<a><b>""#), ("'a\\nb'.matches('a.b')", "true"),
            ("'foobar'.matches('\\\\bbar')", "false"), ("'foo bar'.matches('\\\\bbar\\\\b')", "true"),
            ("'aaa'.replaceMatches('a+?', 'b')", #""bbb""#), ("'{x}'.matches('^{x}$')", "true"),
        ])
    func patterns(expression: String, expected: String) throws {
        #expect(try lines(expression).first?.hasSuffix(": \(expected)") == true)
    }

    @Test("trace hands what it sees to whoever listens")
    func tracing() throws {
        let node = FHIRPathNode(resource: try JSONDocument.parse(text: Self.patient).root)
        let seen = Seen()
        var environment = FHIRPathEnvironment()
        environment.isTracing = true
        environment.trace = { name, items in seen.lines.append("\(name): \(items.count)") }
        #expect(try FHIRPath("name.trace('names', given).count()").evaluate(node, in: environment).map(\.text) == ["2"])
        #expect(seen.lines == ["names: 4"])
    }

    @Test("variables and lookups come from the environment")
    func environment() throws {
        let node = FHIRPathNode(resource: try JSONDocument.parse(text: Self.patient).root)
        let other = try JSONDocument.parse(text: #"{"resourceType":"Practitioner","id":"x"}"#)
        var environment = FHIRPathEnvironment(variables: ["limit": [.integer(3)]])
        environment.resolve = { reference, _ in reference == "Practitioner/x" ? other.root : nil }
        environment.memberOf = { _, set in set == "http://a.example/set" ? true : nil }
        environment.conformsTo = { _, profile in profile == "http://a.example/profile" ? false : nil }
        func text(_ expression: String) throws -> [String?] {
            try FHIRPath(expression).evaluate(node, in: environment).map(\.text)
        }
        #expect(try text("%limit + 1") == ["4"])
        #expect(try text("'Practitioner/x'.resolve().id") == ["x"])
        #expect(try text("name.first().use.memberOf('http://a.example/set')") == ["true"])
        #expect(try text("name.first().use.memberOf('http://hl7.org/fhir/ValueSet/name-use')") == ["true"])
        #expect(try text("name.first().use.memberOf('http://b.example/set')") == [])
        #expect(try text("conformsTo('http://a.example/profile')") == ["false"])
        #expect(throws: FHIRPathError.unknownVariable("nothing")) { try text("%nothing") }
    }
}

/// What a test's listener saw.
private final class Seen: @unchecked Sendable {
    // Used by one test on one thread.
    var lines: [String] = []
}
