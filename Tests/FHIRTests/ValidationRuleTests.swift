import FHIR
import Testing

/// One case per rule: what is sent, and the findings as `code expression`.
struct ShapeCase: Sendable, CustomTestStringConvertible {
    let rule: String
    let json: String
    let findings: [String]

    init(_ rule: String, _ json: String, _ findings: String...) {
        self.rule = rule
        self.json = json
        self.findings = findings
    }

    var testDescription: String { rule }
}

@Suite("Shape validation, rule by rule")
struct ValidationRuleTests {
    static let observation = #""resourceType":"Observation","status":"final","code":{"text":"x"}"#

    static let refused: [ShapeCase] = [
        // Resources.
        ShapeCase("a resource is an object", #"["Patient"]"#, "structure Resource"),
        ShapeCase("resourceType is needed", #"{"id":"a"}"#, "required Resource"),
        ShapeCase("resourceType is a string", #"{"resourceType":1}"#, "structure Resource.resourceType"),
        ShapeCase("resourceType is known", #"{"resourceType":"Pateint"}"#, "structure Resource.resourceType"),
        ShapeCase(
            "abstract types have no instances", #"{"resourceType":"DomainResource"}"#, "structure Resource.resourceType"
        ),
        ShapeCase("data types are no resources", #"{"resourceType":"HumanName"}"#, "structure Resource.resourceType"),
        // Names.
        ShapeCase(
            "elements are known", #"{"resourceType":"Patient","birthdate":"2020"}"#, "structure Patient.birthdate"),
        ShapeCase(
            "elements of data types are known", #"{"resourceType":"Patient","name":[{"famly":"A"}]}"#,
            "structure Patient.name[0].famly"),
        ShapeCase(
            "resourceType belongs to resources", #"{"resourceType":"Patient","name":[{"resourceType":"HumanName"}]}"#,
            "structure Patient.name[0].resourceType"),
        ShapeCase("a choice names its type", "{\(observation),\"value\":1}", "structure Observation.value"),
        ShapeCase(
            "a choice has R4's types alone", "{\(observation),\"valueMoney\":{\"value\":1}}",
            "structure Observation.valueMoney"),
        ShapeCase(
            "a choice is made once", "{\(observation),\"valueString\":\"a\",\"valueInteger\":1}",
            "structure Observation.value"),
        ShapeCase(
            "a choice and its companion agree",
            "{\(observation),\"valueString\":\"a\",\"_valueInteger\":{\"id\":\"a\"}}", "structure Observation.value"),
        ShapeCase(
            "companions choose once too",
            "{\(observation),\"_valueString\":{\"id\":\"a\"},\"_valueInteger\":{\"id\":\"a\"}}",
            "structure Observation.value"),
        // Arrays, objects, null.
        ShapeCase(
            "a scalar has no brackets", #"{"resourceType":"Patient","gender":["male"]}"#, "structure Patient.gender"),
        ShapeCase(
            "a list has brackets", #"{"resourceType":"Patient","name":{"family":"A"}}"#, "structure Patient.name"),
        ShapeCase("arrays are not empty", #"{"resourceType":"Patient","name":[]}"#, "structure Patient.name"),
        ShapeCase("objects are not empty", #"{"resourceType":"Patient","name":[{}]}"#, "structure Patient.name[0]"),
        ShapeCase(
            "strings are not empty", #"{"resourceType":"Patient","name":[{"text":""}]}"#, "value Patient.name[0].text"),
        ShapeCase("a scalar is not null", #"{"resourceType":"Patient","gender":null}"#, "structure Patient.gender"),
        ShapeCase(
            "an object is not null", #"{"resourceType":"Patient","maritalStatus":null}"#,
            "structure Patient.maritalStatus"),
        ShapeCase("no null among objects", #"{"resourceType":"Patient","name":[null]}"#, "structure Patient.name[0]"),
        ShapeCase(
            "null among values needs an extension beside it",
            #"{"resourceType":"Patient","name":[{"given":["A",null]}]}"#, "structure Patient.name[0].given[1]"),
        ShapeCase(
            "null on both sides says nothing",
            #"{"resourceType":"Patient","name":[{"given":["A",null],"_given":[{"id":"a"},null]}]}"#,
            "structure Patient.name[0].given[1]"),
        ShapeCase(
            "arrays do not nest", #"{"resourceType":"Patient","name":[[{"family":"A"}]]}"#, "structure Patient.name[0]"),
        ShapeCase(
            "an object is no string", #"{"resourceType":"Patient","maritalStatus":"M"}"#,
            "structure Patient.maritalStatus"),
        ShapeCase(
            "a primitive is no object", #"{"resourceType":"Patient","gender":{"value":"male"}}"#,
            "structure Patient.gender"),
        ShapeCase("a boolean is no string", #"{"resourceType":"Patient","active":"true"}"#, "value Patient.active"),
        ShapeCase(
            "a string is no number", #"{"resourceType":"Patient","name":[{"text":7}]}"#, "value Patient.name[0].text"),
        ShapeCase("a number is no string", "{\(observation),\"valueInteger\":\"7\"}", "value Observation.value"),
        ShapeCase(
            "a decimal is no string", "{\(observation),\"valueQuantity\":{\"value\":\"7.0\"}}",
            "value Observation.value.value"),
        // Companions of primitives.
        ShapeCase(
            "companions are known", #"{"resourceType":"Patient","_birthdate":{"id":"a"}}"#,
            "structure Patient._birthdate"),
        ShapeCase(
            "companions are objects", #"{"resourceType":"Patient","_gender":"male"}"#, "structure Patient.gender"),
        ShapeCase(
            "companions hold id and extension alone", #"{"resourceType":"Patient","_gender":{"value":"male"}}"#,
            "structure Patient.gender.value"),
        ShapeCase(
            "companions go with primitives", #"{"resourceType":"Patient","_maritalStatus":{"id":"a"}}"#,
            "structure Patient.maritalStatus"),
        ShapeCase(
            "companions of a list are a list",
            #"{"resourceType":"Patient","name":[{"given":["A"],"_given":{"id":"a"}}]}"#,
            "structure Patient.name[0].given"),
        ShapeCase(
            "both lists are of one length",
            #"{"resourceType":"Patient","name":[{"given":["A","B"],"_given":[{"id":"a"}]}]}"#,
            "structure Patient.name[0].given"),
        ShapeCase(
            "extensions of companions are judged",
            #"{"resourceType":"Patient","_birthDate":{"extension":[{"url":"http://a b","valueDateTime":"2020-13"}]}}"#,
            "value Patient.birthDate.extension[0].url", "value Patient.birthDate.extension[0].value"),
        ShapeCase(
            "a narrative's div has no extension",
            #"{"resourceType":"Patient","text":{"status":"generated","div":"<div>a</div>","_div":{"extension":[{"url":"a"}]}}}"#,
            "structure Patient.text.div.extension"),
        // Cardinality.
        ShapeCase(
            "what must be there is there", #"{"resourceType":"Observation"}"#, "required Observation.status",
            "required Observation.code"),
        ShapeCase(
            "also inside",
            #"{"resourceType":"Patient","link":[{"type":"refer"}],"communication":[{"preferred":true}]}"#,
            "required Patient.link[0].other", "required Patient.communication[0].language"),
        ShapeCase(
            "an extension has its url", #"{"resourceType":"Patient","extension":[{"valueCode":"a"}]}"#,
            "required Patient.extension[0].url"),
        // Resources inside.
        ShapeCase(
            "contained resources are judged by their own type",
            #"{"resourceType":"Patient","contained":[{"resourceType":"Organization","gender":"male"}]}"#,
            "structure Patient.contained[0].gender"),
        ShapeCase(
            "contained resources contain none",
            #"{"resourceType":"Patient","contained":[{"resourceType":"Organization","contained":[{"resourceType":"Patient"}]}]}"#,
            "structure Patient.contained[0].contained"),
        ShapeCase(
            "entries of a Bundle are judged",
            #"{"resourceType":"Bundle","type":"batch","entry":[{"resource":{"resourceType":"Patient","name":[{"given":["A",""]}]}}]}"#,
            "value Bundle.entry[0].resource.name[0].given[1]"),
        ShapeCase(
            "parameters are judged",
            #"{"resourceType":"Parameters","parameter":[{"name":"a","part":[{"name":"b","resource":{"resourceType":"Nobody"}}]}]}"#,
            "structure Parameters.parameter[0].part[0].resource.resourceType"),
        ShapeCase(
            "elements that refer to others are judged like them",
            #"{"resourceType":"Questionnaire","status":"draft","item":[{"linkId":"1","type":"group","item":[{"linkId":"2","type":"grup"}]}]}"#,
            "code-invalid Questionnaire.item[0].item[0].type"),
        // Codes.
        ShapeCase(
            "codes are of their list", #"{"resourceType":"Patient","gender":"m"}"#, "code-invalid Patient.gender"),
        ShapeCase(
            "concepts have a coding of their list",
            #"{"resourceType":"AllergyIntolerance","patient":{"reference":"Patient/1"},"clinicalStatus":{"coding":[{"system":"http://snomed.info/sct","code":"active"}]}}"#,
            "code-invalid AllergyIntolerance.clinicalStatus.coding"),
        ShapeCase(
            "a text is no code",
            #"{"resourceType":"AllergyIntolerance","patient":{"reference":"Patient/1"},"clinicalStatus":{"text":"active"}}"#,
            "code-invalid AllergyIntolerance.clinicalStatus"),
    ]

    @Test("what R4 does not allow is refused at its place", arguments: refused)
    func refusal(_ example: ShapeCase) throws {
        let issues = try findings(example.json)
        #expect(issues.map(\.brief) == example.findings, "\(issues.map(\.diagnostics))")
        #expect(issues.allSatisfy { $0.isError && !$0.diagnostics.isEmpty })
    }

    static let accepted: [ShapeCase] = [
        ShapeCase("resourceType may stand anywhere", #"{"id":"a","resourceType":"Patient"}"#),
        ShapeCase(
            "members may be written with escapes",
            #"{"resource\u0054ype":"Pati\u0065nt","\u0067ender":"m\u0061le","\u005fgender":{"id":"a"}}"#),
        ShapeCase(
            "an extension stands for a required value",
            #"{"resourceType":"Observation","_status":{"extension":[{"url":"http://a","valueCode":"unknown"}]},"code":{"text":"x"}}"#
        ),
        ShapeCase(
            "extensions stand beside values",
            #"{"resourceType":"Patient","name":[{"given":["A",null,"C"],"_given":[null,{"id":"b"},{"id":"c"}]}]}"#),
        ShapeCase("a list may consist of extensions", #"{"resourceType":"Patient","name":[{"_given":[{"id":"b"}]}]}"#),
        ShapeCase(
            "a choice and its companion", "{\(observation),\"valueString\":\"a\",\"_valueString\":{\"id\":\"a\"}}"),
        ShapeCase(
            "a Bundle's resources contain others",
            #"{"resourceType":"Bundle","type":"batch","entry":[{"resource":{"resourceType":"Patient","contained":[{"resourceType":"Organization","id":"o"}]}}]}"#
        ),
        ShapeCase(
            "a concept has one coding of the list among others",
            #"{"resourceType":"AllergyIntolerance","patient":{"reference":"Patient/1"},"clinicalStatus":{"coding":[{"code":"x"},{"system":"http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical","code":"active"}]}}"#
        ),
        ShapeCase(
            "a concept may say why it has no code",
            #"{"resourceType":"AllergyIntolerance","patient":{"reference":"Patient/1"},"clinicalStatus":{"coding":[{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/data-absent-reason","valueCode":"unknown"}]}]}}"#
        ),
        ShapeCase("media types are not a list", #"{"resourceType":"Binary","contentType":"application/x-own"}"#),
        ShapeCase(
            "decimals have any precision",
            "{\(observation),\"valueQuantity\":{\"value\":0.10000000000000000000000000001e-300}}"),
    ]

    @Test("what R4 allows is accepted", arguments: accepted)
    func acceptance(_ example: ShapeCase) throws {
        #expect(try findings(example.json) == [])
    }
}
