import FHIR
import Testing

/// Each rule by a small profile of its own: a resource that keeps it, and one that breaks it.
@Suite("Rules of profiles")
struct ProfileRuleTests {
    @Test("a missing element is reported where it should be, one too many at the list")
    func cardinality() throws {
        let set = ProfileSet(
            TestProfile(
                "p", "Patient",
                [
                    #""path":"Patient.identifier","min":1,"max":"2""#, #""path":"Patient.name.family","min":1"#,
                    #""path":"Patient.photo","max":"0""#,
                ]))
        #expect(set.problems == [])
        #expect(
            try set.findings(
                #"{"resourceType":"Patient","identifier":[{"value":"1"}],"name":[{"family":"A"}]}"#, by: "p") == [])
        #expect(try set.findings(#"{"resourceType":"Patient"}"#, by: "p") == ["error required Patient.identifier"])
        #expect(
            try set.findings(
                #"{"resourceType":"Patient","identifier":[{"value":"1"},{"value":"2"},{"value":"3"}],"name":[{"family":"A"},{"given":["B"]}],"photo":[{"title":"x"}]}"#,
                by: "p") == [
                    "error structure Patient.identifier", "error required Patient.name[1].family",
                    "error structure Patient.photo",
                ])
    }

    @Test("an extension alone counts as the element, unless the profile asks for the value")
    func primitiveWithoutValue() throws {
        let absent = #"{"extension":[{"url":"http://example.org/x","valueCode":"unknown"}]}"#
        let set = ProfileSet(
            TestProfile("present", "Patient", [#""path":"Patient.birthDate","min":1"#]),
            TestProfile("value", "Patient", [#""path":"Patient.birthDate.value","min":1"#]))
        var policy = ProfilePolicy()
        policy.unknownExtension = nil
        let patient = #"{"resourceType":"Patient","_birthDate":\#(absent)}"#
        #expect(try set.findings(patient, by: "present", policy: policy) == [])
        #expect(try set.findings(patient, by: "value", policy: policy) == ["error required Patient.birthDate"])
        #expect(
            try set.findings(
                #"{"resourceType":"Patient","name":[{"given":["A",null],"_given":[null,\#(absent)]}]}"#, by: "given",
                policy: policy) == ["warning not-found Patient"])
    }

    @Test("types that a profile leaves out are reported at the value")
    func types() throws {
        let set = ProfileSet(
            TestProfile(
                "p", "Observation",
                [#""path":"Observation.value[x]","type":[{"code":"Quantity"},{"code":"string"}]"#]))
        #expect(
            try set.findings(#"{"resourceType":"Observation","valueQuantity":{"value":1}}"#, by: "p") == [])
        #expect(
            try set.findings(#"{"resourceType":"Observation","valueBoolean":true}"#, by: "p") == [
                "error structure Observation.value"
            ])
    }

    @Test("a fixed value must be the same to the last extension, numbers by value")
    func fixed() throws {
        let set = ProfileSet(
            TestProfile(
                "p", "Observation",
                [
                    #""path":"Observation.code","fixedCodeableConcept":{"coding":[{"system":"http://loinc.org","code":"1-8"}]}"#,
                    #""path":"Observation.status","fixedCode":"final""#,
                    #""path":"Observation.value[x]","fixedQuantity":{"value":1.50}"#,
                ]))
        func observation(_ code: String, _ status: String, _ value: String) -> String {
            #"{"resourceType":"Observation","status":"\#(status)","code":\#(code),"valueQuantity":{"value":\#(value)}}"#
        }
        let code = #"{"coding":[{"code":"1-8","system":"http://loinc.org"}]}"#
        #expect(try set.findings(observation(code, "final", "1.5"), by: "p") == [])
        #expect(
            try set.findings(
                observation(#"{"coding":[{"system":"http://loinc.org","code":"1-8","display":"x"}]}"#, "amended", "2"),
                by: "p") == [
                    "error value Observation.status", "error value Observation.code", "error value Observation.value",
                ])
    }

    @Test("a pattern allows more than it says, in any order, not less")
    func pattern() throws {
        let set = ProfileSet(
            TestProfile(
                "p", "Observation",
                [
                    #""path":"Observation.code","patternCodeableConcept":{"coding":[{"system":"http://loinc.org","code":"1-8"}]}"#,
                    #""path":"Observation.code.text","patternString":"Ä""#,
                ]))
        #expect(
            try set.findings(
                #"{"resourceType":"Observation","code":{"coding":[{"code":"y"},{"system":"http://loinc.org","code":"1-8","display":"x"}],"text":"\u00c4"}}"#,
                by: "p") == [])
        #expect(
            try set.findings(
                #"{"resourceType":"Observation","code":{"coding":[{"system":"http://loinc.org"},{"code":"1-8"}],"text":"A"}}"#,
                by: "p") == ["error value Observation.code", "error value Observation.code.text"])
    }

    @Test(
        "limits of values and lengths",
        arguments: [
            (
                "Patient.multipleBirthInteger", #""minValueInteger":1,"maxValueInteger":3"#, "multipleBirthInteger",
                "3", "4", "multipleBirth"
            ),
            ("Patient.birthDate", #""minValueDate":"1900-01-01""#, "birthDate", "\"1900\"", "\"1899-12\"", "birthDate"),
            (
                "Patient.deceased[x]", #""maxValueDateTime":"2020-01-01T00:00:00Z""#, "deceasedDateTime",
                "\"2020-01-01\"", "\"2020-01-02\"", "deceased"
            ),
            ("Patient.language", #""maxLength":2"#, "language", "\"de\"", "\"deu\"", "language"),
        ])
    func limits(path: String, rule: String, key: String, good: String, bad: String, place: String) throws {
        let set = ProfileSet(TestProfile("p", "Patient", [#""path":"\#(path)",\#(rule)"#]))
        #expect(set.problems == [])
        #expect(try set.findings(#"{"resourceType":"Patient","\#(key)":\#(good)}"#, by: "p") == [])
        let broken = try set.findings(#"{"resourceType":"Patient","\#(key)":\#(bad)}"#, by: "p")
        #expect(broken == ["error \(key == "language" ? "too-long" : "value") Patient.\(place)"])
    }

    @Test("quantities are held against a limit in the same unit alone")
    func quantityLimit() throws {
        let set = ProfileSet(
            TestProfile(
                "p", "Observation",
                [
                    #""path":"Observation.valueQuantity","maxValueQuantity":{"value":300,"system":"http://unitsofmeasure.org","code":"kg"}"#
                ]))
        func observation(_ value: Int, _ unit: String) -> String {
            #"{"resourceType":"Observation","valueQuantity":{"value":\#(value),"system":"http://unitsofmeasure.org","code":"\#(unit)"}}"#
        }
        #expect(try set.findings(observation(300, "kg"), by: "p") == [])
        #expect(try set.findings(observation(900, "g"), by: "p") == [])
        #expect(try set.findings(observation(301, "kg"), by: "p") == ["error value Observation.value"])
    }

    @Test("a profile of a data type holds wherever an element names it, and SimpleQuantity needs no package")
    func typeProfiles() throws {
        let set = ProfileSet(
            TestProfile("named", "HumanName", [#""path":"HumanName.family","min":1"#]),
            TestProfile(
                "p", "Patient",
                [#""path":"Patient.name","type":[{"code":"HumanName","profile":["\#(TestProfile.url("named"))"]}]"#]),
            TestProfile(
                "range", "Observation",
                [
                    #""path":"Observation.valueQuantity","type":[{"code":"Quantity","profile":["http://hl7.org/fhir/StructureDefinition/SimpleQuantity"]}]"#
                ]))
        #expect(try set.findings(#"{"resourceType":"Patient","name":[{"family":"A"}]}"#, by: "p") == [])
        #expect(
            try set.findings(#"{"resourceType":"Patient","name":[{"family":"A"},{"text":"A"}]}"#, by: "p") == [
                "error required Patient.name[1].family"
            ])
        #expect(
            try set.findings(
                #"{"resourceType":"Observation","valueQuantity":{"value":1,"comparator":"<"}}"#, by: "range") == [
                    "error structure Observation.value.comparator"
                ])
    }

    @Test("of several profiles for a type, one must hold")
    func alternativeProfiles() throws {
        let set = ProfileSet(
            TestProfile("family", "HumanName", [#""path":"HumanName.family","min":1"#]),
            TestProfile("text", "HumanName", [#""path":"HumanName.text","min":1"#]),
            TestProfile(
                "p", "Patient",
                [
                    #""path":"Patient.name","type":[{"code":"HumanName","profile":["\#(TestProfile.url("family"))","\#(TestProfile.url("text"))"]}]"#
                ]))
        #expect(
            try set.findings(#"{"resourceType":"Patient","name":[{"family":"A"},{"text":"A"}]}"#, by: "p") == [])
        #expect(
            try set.findings(#"{"resourceType":"Patient","name":[{"given":["A"]}]}"#, by: "p") == [
                "error structure Patient.name[0]"
            ])
    }

    @Test("elements below a content reference follow the element it names")
    func contentReference() throws {
        let set = ProfileSet(
            TestProfile(
                "p", "Questionnaire",
                [
                    #""path":"Questionnaire.item.text","min":1"#,
                    ##""path":"Questionnaire.item.item","contentReference":"#Questionnaire.item""##,
                ]))
        #expect(set.problems == [])
        #expect(
            try set.findings(
                #"{"resourceType":"Questionnaire","item":[{"linkId":"1","text":"a","item":[{"linkId":"2","text":"b"}]}]}"#,
                by: "p") == [])
        #expect(
            try set.findings(
                #"{"resourceType":"Questionnaire","item":[{"linkId":"1","text":"a","item":[{"linkId":"2","text":"b","item":[{"linkId":"3"}]},{"linkId":"4"}]}]}"#,
                by: "p") == [
                    "error required Questionnaire.item[0].item[0].item[0].text",
                    "error required Questionnaire.item[0].item[1].text",
                ])
    }

    @Test("must-support is told only to who asks")
    func mustSupport() throws {
        let set = ProfileSet(TestProfile("p", "Patient", [#""path":"Patient.gender","mustSupport":true"#]))
        #expect(set.profile(TestProfile.url("p"))?.mustSupport == ["Patient.gender"])
        #expect(try set.findings(#"{"resourceType":"Patient"}"#, by: "p") == [])
        var policy = ProfilePolicy()
        policy.reportsMustSupport = true
        #expect(
            try set.findings(#"{"resourceType":"Patient"}"#, by: "p", policy: policy) == [
                "information informational Patient.gender"
            ])
    }

    @Test("the text names the profile, the slice, what was found and what was expected")
    func text() throws {
        let set = ProfileSet(
            TestProfile("p", "Patient", version: "2", [#""path":"Patient.language","fixedCode":"de""#]))
        let issues = try set.issues(#"{"resourceType":"Patient","language":"en"}"#, by: ["p"])
        #expect(
            issues.map(\.diagnostics) == [
                #""en" was found; the profile asks for exactly "de". (http://example.org/StructureDefinition/p|2, Patient.language)"#
            ])
    }
}
