import Testing

@testable import FHIR

@Suite("FHIRPath of search parameters")
struct FHIRPathCompilerTests {
    private func values(_ expression: String, _ type: String, _ json: String) throws -> [String] {
        let fact = try #require(R4.table.type(type))
        let document = try JSONDocument.parse(text: json)
        return try FHIRPathCompiler.compile(expression, for: fact).evaluate(document.root).map { item in
            switch item.content {
            case .node(let node): "\(item.type) \(String(decoding: JSONWriter.compact(node), as: UTF8.self))"
            case .boolean(let value): "\(item.type) \(value)"
            }
        }
    }

    @Test("choices are found under each of their keys, with their types")
    func choices() throws {
        let quantity = #"{"resourceType":"Observation","valueQuantity":{"value":1}}"#
        #expect(try values("Observation.value", "Observation", quantity) == [#"Quantity {"value":1}"#])
        #expect(try values("(Observation.value as Quantity)", "Observation", quantity) == [#"Quantity {"value":1}"#])
        #expect(try values("Observation.value.ofType(Quantity).value", "Observation", quantity) == ["decimal 1"])
        #expect(try values("(Observation.value as string)", "Observation", quantity) == [])
        #expect(try values("value.as(System.String)", "Observation", #"{"valueString":"a"}"#) == [#"string "a""#])
    }

    @Test("branches for other types are passed over; those for Resource are not")
    func heads() throws {
        let patient = #"{"resourceType":"Patient","active":true,"language":"de"}"#
        #expect(try values("Person.active | Patient.active", "Patient", patient) == ["boolean true"])
        #expect(try values("Resource.language", "Patient", patient) == [#"code "de""#])
        #expect(try values("active", "Patient", patient) == ["boolean true"])
    }

    @Test("where, indexers, extensions and nulls in lists")
    func filters() throws {
        let patient = """
            {"telecom":[{"system":"phone","value":"1"},{"system":"email","value":"2"},{"value":"3"}],
            "name":[{"given":["A",null,"B"]},{"given":["C"]}],
            "extension":[{"url":"http://a","valueString":"x"},{"url":"http://b","valueCode":"y"}]}
            """
        #expect(try values("Patient.telecom.where(system='email').value", "Patient", patient) == [#"string "2""#])
        let unknown = "Patient.telecom.where(system.exists().not()).value"
        #expect(try values(unknown, "Patient", patient) == [#"string "3""#])
        #expect(try values("Patient.telecom.where(system != 'email').value", "Patient", patient) == [#"string "1""#])
        #expect(
            try values("Patient.name.given", "Patient", patient) == [#"string "A""#, #"string "B""#, #"string "C""#])
        #expect(try values("Patient.name[1].given", "Patient", patient) == [#"string "C""#])
        #expect(try values("Patient.name.first().given", "Patient", patient) == [#"string "A""#, #"string "B""#])
        #expect(try values("Patient.extension('http://b').value", "Patient", patient) == [#"code "y""#])
    }

    @Test(
        "a deceased patient is one with a date of death or the word of it",
        arguments: [
            (#"{}"#, false), (#"{"deceasedBoolean":false}"#, false), (#"{"deceasedBoolean":true}"#, true),
            (#"{"deceasedDateTime":"2020"}"#, true),
        ])
    func deceased(json: String, expected: Bool) throws {
        let expression = "Patient.deceased.exists() and Patient.deceased != false"
        #expect(try values(expression, "Patient", json) == ["boolean \(expected)"])
    }

    @Test(
        "a reference tells its target's type by its text, by Reference.type, or by what is contained",
        arguments: [
            (#"{"reference":"Patient/1"}"#, true), (#"{"reference":"Patient/1/_history/2"}"#, true),
            (#"{"reference":"http://a.example/fhir/Patient/1"}"#, true), (#"{"reference":"Group/1"}"#, false),
            (##"{"reference":"#p"}"##, true), (##"{"reference":"#g"}"##, false), (##"{"reference":"#none"}"##, false),
            (#"{"reference":"urn:uuid:53fefa32-1111-2222-3333-55ee120877b7"}"#, false),
            (#"{"reference":"urn:uuid:53fefa32-1111-2222-3333-55ee120877b7","type":"Patient"}"#, true),
            (#"{"type":"Patient","identifier":{"value":"1"}}"#, true),
            (#"{"type":"http://hl7.org/fhir/StructureDefinition/Patient"}"#, true), (#"{"display":"P"}"#, false),
            (#"{"reference":"/"}"#, false), (#"{"reference":""}"#, false), (#"{"reference":"Patient"}"#, false),
        ])
    func resolve(reference: String, matches: Bool) throws {
        let json = """
            {"contained":[{"resourceType":"Patient","id":"p"},{"resourceType":"Group","id":"g"}],"subject":\(reference)}
            """
        let found = try values("Flag.subject.where(resolve() is Patient)", "Flag", json)
        #expect(found.isEmpty != matches)
    }

    @Test(
        "what cannot be compiled is refused by name",
        arguments: [
            ("Patient.name.trace('x')", FHIRPathError.unsupportedFunction("trace")),
            ("Patient.nonsense", .unknownElement("nonsense", type: "Patient")),
            ("Patient.name as Nonsense", .unknownType("Nonsense")),
            ("%resource", .unsupportedForm("%resource")),
            ("Patient.name.where(given > family)", .unsupportedForm("the operator > here")),
        ])
    func refused(expression: String, error: FHIRPathError) throws {
        let type = try #require(R4.table.type("Patient"))
        #expect(throws: error) { try FHIRPathCompiler.compile(expression, for: type) }
    }

    @Test("every search parameter of R4 that has an expression compiles for each of its types")
    func allOfR4() {
        var compiled = 0
        for type in ResourceType.all {
            for parameter in R4.table.searchParameters(for: type) where !parameter.expression.isEmpty {
                #expect(throws: Never.self, "\(type) \(parameter.code): \(parameter.expression)") {
                    try FHIRPathCompiler.compile(parameter.expression, for: R4.table.type(type))
                }
                compiled += 1
            }
        }
        #expect(compiled > 2_500)
    }
}
