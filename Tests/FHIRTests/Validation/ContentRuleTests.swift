import FHIR
import Testing

/// The findings that are errors or remarks, as `severity code expression`.
func judged(_ json: String, as expected: ResourceType? = nil) throws -> [String] {
    ResourceValidator().validate(try JSONDocument.parse(Array(json.utf8)), as: expected).issues.map {
        "\($0.severity) \($0.brief)"
    }
}

@Suite("Validation of content, rule by rule")
struct ContentRuleTests {
    static let text = #""text":{"status":"empty","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">-</div>"}"#
    static let patient = #""resourceType":"Patient","# + text

    static let cases: [ShapeCase] = [
        // Codes.
        ShapeCase(
            "an extensible binding warns of other codes",
            "{\(patient),\"maritalStatus\":{\"coding\":[{\"system\":\"http://example.org\",\"code\":\"X\"}]}}",
            "warning code-invalid Patient.maritalStatus.coding"),
        ShapeCase("an extensible binding takes a text", "{\(patient),\"maritalStatus\":{\"text\":\"X\"}}"),
        ShapeCase(
            "an extensible binding takes one of its codes beside another",
            "{\(patient),\"maritalStatus\":{\"coding\":[{\"system\":\"http://example.org\",\"code\":\"X\"},{\"system\":\"http://terminology.hl7.org/CodeSystem/v3-MaritalStatus\",\"code\":\"M\"}]}}"
        ),
        ShapeCase(
            "a preferred binding remarks on other codes", "{\(patient),\"language\":\"tlh\"}",
            "information code-invalid Patient.language"),
        ShapeCase("a preferred binding takes its codes", "{\(patient),\"language\":\"de-AT\"}"),
        ShapeCase(
            "a coding needs its system",
            #"{"resourceType":"Encounter",\#(text),"status":"finished","class":{"code":"AMB"}}"#,
            "warning code-invalid Encounter.class"),
        ShapeCase(
            "a code that its system does not have",
            "{\(patient),\"meta\":{\"tag\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/v3-MaritalStatus\",\"code\":\"ZZ\"}]}}",
            "warning code-invalid Patient.meta.tag[0].code"),
        ShapeCase(
            "another version of a system may have other codes",
            "{\(patient),\"meta\":{\"tag\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/v3-MaritalStatus\",\"version\":\"2030\",\"code\":\"ZZ\"}]}}"
        ),
        // Strings.
        ShapeCase(
            "white space at the ends of a string is remarked", "{\(patient),\"name\":[{\"text\":\" Anna\"}]}",
            "information value Patient.name[0].text"),
        ShapeCase(
            "a string of white space alone", "{\(patient),\"name\":[{\"text\":\" \\t\"}]}",
            "warning value Patient.name[0].text"),
        ShapeCase(
            "spaces that do not break are no white space", "{\(patient),\"name\":[{\"text\":\"\u{A0}Anna\u{202F}\"}]}"),
        // References.
        ShapeCase(
            "a type that is not allowed", "{\(patient),\"managingOrganization\":{\"reference\":\"Patient/1\"}}",
            "error value Patient.managingOrganization.reference"),
        ShapeCase(
            "a contained resource of a type that is not allowed",
            "{\(patient),\"contained\":[{\"resourceType\":\"Basic\",\"id\":\"a\",\"code\":{\"text\":\"x\"}}],\"managingOrganization\":{\"reference\":\"#a\"}}",
            "error value Patient.managingOrganization.reference"),
        ShapeCase(
            "an address that is no FHIR server's",
            "{\(patient),\"managingOrganization\":{\"reference\":\"https://example.org/about?x=1\"}}"),
        ShapeCase(
            "a conditional reference outside a transaction",
            "{\(patient),\"managingOrganization\":{\"reference\":\"Organization?name=x\"}}",
            "error value Patient.managingOrganization.reference"),
        ShapeCase(
            "a conditional reference inside a transaction",
            #"{"resourceType":"Bundle","type":"transaction","entry":[{"request":{"method":"POST","url":"Patient"},"resource":{\#(patient),"managingOrganization":{"reference":"Organization?name=x"}}}]}"#
        ),
        ShapeCase(
            "a type named by the url of its definition",
            "{\(patient),\"managingOrganization\":{\"type\":\"http://hl7.org/fhir/StructureDefinition/Organization\",\"display\":\"x\"}}"
        ),
        ShapeCase(
            "an entry of a Bundle of a type that is not allowed",
            #"{"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"urn:uuid:53fefa32-fcbb-4ff8-8a92-55ee120877b7","resource":{\#(patient),"managingOrganization":{"reference":"urn:uuid:53fefa32-fcbb-4ff8-8a92-55ee120877b7"}}}]}"#,
            "error value Bundle.entry[0].resource.managingOrganization.reference"),
        // Contained resources.
        ShapeCase(
            "a contained resource may point at its container",
            "{\(patient),\"contained\":[{\"resourceType\":\"Provenance\",\"id\":\"a\",\"target\":[{\"reference\":\"#\"}],\"recorded\":\"2024-01-01T00:00:00Z\",\"agent\":[{\"who\":{\"display\":\"x\"}}]}]}"
        ),
        ShapeCase(
            "contained resources may point at each other",
            "{\(patient),\"contained\":[{\"resourceType\":\"Organization\",\"id\":\"a\",\"name\":\"x\"},{\"resourceType\":\"Organization\",\"id\":\"b\",\"name\":\"y\",\"partOf\":{\"reference\":\"#a\"}}],\"managingOrganization\":{\"reference\":\"#b\"}}"
        ),
        ShapeCase(
            "a canonical may point at a contained resource",
            ##"{"resourceType":"QuestionnaireResponse",\##(text),"status":"completed","contained":[{"resourceType":"Questionnaire","id":"q","status":"draft"}],"questionnaire":"#q"}"##
        ),
        ShapeCase(
            "a canonical points at a contained resource of its type",
            ##"{"resourceType":"QuestionnaireResponse",\##(text),"status":"completed","contained":[{"resourceType":"Basic","id":"q","code":{"text":"x"}}],"questionnaire":"#q"}"##,
            "error value QuestionnaireResponse.questionnaire"),
        ShapeCase(
            "a # in an entry of a Bundle points into that entry",
            ##"{"resourceType":"Bundle","type":"collection","entry":[{"resource":{\##(patient),"contained":[{"resourceType":"Organization","id":"a","name":"x"}],"managingOrganization":{"reference":"#a"}}},{"resource":{\##(patient),"managingOrganization":{"reference":"#a"}}}]}"##,
            "error invariant Bundle.entry[1].resource.managingOrganization.reference"),
        // Elements.
        ShapeCase(
            "an id is no content", "{\(patient),\"_birthDate\":{\"id\":\"a\"}}", "error invariant Patient.birthDate"),
        ShapeCase("an id beside a value", "{\(patient),\"birthDate\":\"2020\",\"_birthDate\":{\"id\":\"a\"}}"),
        ShapeCase(
            "a resource should be readable", #"{"resourceType":"Basic","code":{"text":"x"}}"#,
            "information invariant Basic"),
    ]

    @Test("what is found, and where", arguments: cases)
    func findings(_ example: ShapeCase) throws {
        #expect(try judged(example.json) == example.findings)
    }

    @Test("issues come in the order of the document")
    func order() throws {
        #expect(
            try judged(
                #"{"resourceType":"Patient","name":[{"text":" a","given":[""]}],"link":[{"other":{"reference":"x"}}],"gender":"m","contained":[{"resourceType":"Basic","id":"b"}]}"#
            ) == [
                "information invariant Patient", "information value Patient.name[0].text",
                "error value Patient.name[0].given[0]", "error required Patient.link[0].type",
                "error value Patient.link[0].other.reference", "error code-invalid Patient.gender",
                "error required Patient.contained[0].code", "error invariant Patient.contained[0]",
            ])
    }

    @Test("of 10,000 faults the first hundred are listed, errors before remarks, and the rest counted")
    func manyFaults() throws {
        let remarks = String(repeating: #"{"text":" a"},"#, count: 5_000)
        let faults = String(repeating: #"{"family":""},"#, count: 10_000)
        let json = "{\(Self.patient),\"name\":[\(remarks)\(faults){\"text\":\"a\"}]}"
        let result = ResourceValidator().validate(try JSONDocument.parse(Array(json.utf8)))
        #expect(result.issues.count == 101)
        #expect(result.issues.first?.expression == "Patient.name[5000].family")
        #expect(result.issues[99].expression == "Patient.name[5099].family")
        #expect(result.issues.last?.diagnostics.hasPrefix("14900 more findings") == true)
        #expect(result.specificationErrors == 10_000)
    }

    /// Asks that patients have a birth date.
    struct BirthDates: ResourceJudge {
        func judge(_ resource: JSONNode, container: JSONNode, report: (JSONNode, FHIR.Issue) -> Void) {
            guard resource["resourceType"]?.equals("Patient") == true, resource["birthDate"] == nil else { return }
            report(resource, FHIR.Issue(.businessRule, "A birth date is asked for."))
        }
    }

    @Test("rules of the house are told apart from the specification's")
    func judge() throws {
        let validator = ResourceValidator(judge: BirthDates())
        let json =
            #"{"resourceType":"Bundle","type":"collection","entry":[{"resource":{\#(Self.patient)}},{"resource":{\#(Self.patient),"gender":"m"}}]}"#
        let result = validator.validate(try JSONDocument.parse(Array(json.utf8)))
        #expect((result.specificationErrors, result.ruleErrors) == (1, 2))
        #expect(
            result.issues.map(\.brief) == [
                "business-rule Bundle.entry[0].resource", "business-rule Bundle.entry[1].resource",
                "code-invalid Bundle.entry[1].resource.gender",
            ])
    }
}
