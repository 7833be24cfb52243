import FHIR
import Testing

@Suite("Bindings of profiles")
struct ProfileBindingTests {
    private let codes = #"""
        {"resourceType":"CodeSystem","url":"urn:cs","content":"complete","concept":[{"code":"a","concept":[{"code":"a1","concept":[{"code":"a11"}]}]},{"code":"b"}]}
        """#

    private func valueSet(_ url: String, _ compose: String) -> String {
        #"{"resourceType":"ValueSet","url":"\#(url)","compose":{\#(compose)}}"#
    }

    private func profile(_ strength: String, _ valueSet: String = "urn:vs|1", _ element: String = "code") -> TestProfile
    {
        TestProfile(
            "p", "Observation",
            [#""path":"Observation.\#(element)","binding":{"strength":"\#(strength)","valueSet":"\#(valueSet)"}"#])
    }

    private func observation(_ coding: String) -> String {
        #"{"resourceType":"Observation","code":{"coding":[{"system":"urn:other","code":"x"},\#(coding)]}}"#
    }

    @Test("the strength decides how grave a code beyond the value set is")
    func strengths() throws {
        let set = valueSet("urn:vs", #""include":[{"system":"urn:cs","concept":[{"code":"a"}]}]"#)
        let good = observation(#"{"system":"urn:cs","code":"a"}"#)
        let bad = observation(#"{"system":"urn:cs","code":"b"}"#)
        let without = #"{"resourceType":"Observation","code":{"text":"x"}}"#
        for (strength, found) in [("required", "error"), ("extensible", "warning"), ("preferred", "information")] {
            let profiles = ProfileSet(profile(strength), resources: set)
            #expect(try profiles.findings(good, by: "p") == [])
            #expect(try profiles.findings(bad, by: "p") == ["\(found) code-invalid Observation.code"])
            #expect(
                try profiles.findings(without, by: "p")
                    == (strength == "required" ? ["error code-invalid Observation.code"] : []))
        }
        #expect(try ProfileSet(profile("example"), resources: set).findings(bad, by: "p") == [])
    }

    @Test(
        "what a value set includes and excludes",
        arguments: [
            (#""include":[{"system":"urn:cs"}]"#, "a1", "zz"),
            (#""include":[{"system":"urn:cs"}],"exclude":[{"system":"urn:cs","concept":[{"code":"b"}]}]"#, "a", "b"),
            (
                #""include":[{"system":"urn:cs","filter":[{"property":"concept","op":"is-a","value":"a1"}]}]"#, "a11",
                "a"
            ),
            (
                #""include":[{"system":"urn:cs","filter":[{"property":"concept","op":"descendent-of","value":"a"}]}]"#,
                "a11", "a"
            ),
            (#""include":[{"valueSet":["urn:inner"]}]"#, "b", "a"),
            (#""include":[{"system":"urn:cs","valueSet":["urn:inner"]}]"#, "b", "a"),
        ])
    func compose(compose: String, good: String, bad: String) throws {
        let inner = valueSet("urn:inner", #""include":[{"system":"urn:cs","concept":[{"code":"b"}]}]"#)
        let set = ProfileSet(profile("required"), resources: codes, inner, valueSet("urn:vs", compose))
        #expect(try set.findings(observation(#"{"system":"urn:cs","code":"\#(good)"}"#), by: "p") == [])
        #expect(
            try set.findings(observation(#"{"system":"urn:cs","code":"\#(bad)"}"#), by: "p") == [
                "error code-invalid Observation.code"
            ])
        // Without its system a code means nothing.
        #expect(
            try set.findings(observation(#"{"code":"\#(good)"}"#), by: "p") == ["error code-invalid Observation.code"])
    }

    @Test("an expansion says which codes there are, unless it is a page of a larger one")
    func expansion() throws {
        func valueSet(_ total: Int) -> String {
            #"{"resourceType":"ValueSet","url":"urn:vs","compose":{"include":[{"system":"urn:cs","filter":[{"property":"p","op":"=","value":"v"}]}]},"expansion":{"total":\#(total),"contains":[{"system":"urn:cs","code":"a"}]}}"#
        }
        let bad = observation(#"{"system":"urn:cs","code":"b"}"#)
        #expect(
            try ProfileSet(profile("required"), resources: valueSet(1)).findings(bad, by: "p") == [
                "error code-invalid Observation.code"
            ])
        #expect(
            try ProfileSet(profile("required"), resources: valueSet(2)).findings(bad, by: "p") == [
                "warning not-found Observation.code"
            ])
    }

    @Test("what cannot be looked up is told once for each value set")
    func unknown() throws {
        let set = ProfileSet(
            TestProfile(
                "p", "Observation",
                [
                    #""path":"Observation.category","binding":{"strength":"required","valueSet":"urn:vs"}"#,
                    #""path":"Observation.code","binding":{"strength":"extensible","valueSet":"urn:vs"}"#,
                ]))
        let concept = #"{"coding":[{"system":"urn:cs","code":"a"}]}"#
        let issues = try set.issues(
            #"{"resourceType":"Observation","category":[\#(concept),\#(concept)],"code":\#(concept)}"#, by: ["p"])
        #expect(issues.map(\.brief) == ["not-found Observation.category[0]"])
        #expect(issues.allSatisfy { $0.severity == .warning && $0.diagnostics.contains("urn:vs") })
    }

    @Test("codes of another system than those of the value set are known not to be in it")
    func otherSystem() throws {
        let set = ProfileSet(
            profile("required"), resources: valueSet("urn:vs", #""include":[{"system":"http://snomed.info/sct"}]"#))
        #expect(
            try set.findings(observation(#"{"system":"urn:cs","code":"b"}"#), by: "p") == [
                "error code-invalid Observation.code"
            ])
        #expect(
            try set.findings(observation(#"{"system":"http://snomed.info/sct","code":"1"}"#), by: "p") == [
                "warning not-found Observation.code"
            ])
    }

    @Test("codes, Codings, Quantities and maximum value sets are bound like concepts")
    func otherTypes() throws {
        let set = ProfileSet(
            TestProfile(
                "p", "Observation",
                [
                    #""path":"Observation.status","binding":{"strength":"required","valueSet":"urn:status"}"#,
                    #""path":"Observation.code.coding","binding":{"strength":"preferred","valueSet":"urn:none","extension":[{"url":"http://hl7.org/fhir/StructureDefinition/elementdefinition-maxValueSet","valueCanonical":"urn:vs"}]}"#,
                    #""path":"Observation.valueQuantity","binding":{"strength":"required","valueSet":"urn:vs"}"#,
                ]),
            resources: valueSet("urn:vs", #""include":[{"system":"urn:cs","concept":[{"code":"a"}]}]"#),
            valueSet(
                "urn:status",
                #""include":[{"system":"http://hl7.org/fhir/observation-status","concept":[{"code":"final"}]}]"#))
        func observation(_ status: String, _ code: String) -> String {
            #"{"resourceType":"Observation","status":"\#(status)","code":{"coding":[{"system":"urn:cs","code":"\#(code)"}]},"valueQuantity":{"value":1,"system":"urn:cs","code":"\#(code)"}}"#
        }
        #expect(try set.findings(observation("final", "a"), by: "p") == [])
        #expect(
            try set.findings(observation("amended", "b"), by: "p") == [
                "error code-invalid Observation.status", "error code-invalid Observation.code.coding[0]",
                "error code-invalid Observation.value",
            ])
    }

    @Test("R4's own value sets are known without a package")
    func core() throws {
        let set = ProfileSet(
            TestProfile(
                "p", "Observation",
                [
                    #""path":"Observation.valueCodeableConcept","binding":{"strength":"required","valueSet":"http://hl7.org/fhir/ValueSet/administrative-gender"}"#
                ]))
        func observation(_ code: String) -> String {
            #"{"resourceType":"Observation","valueCodeableConcept":{"coding":[{"system":"http://hl7.org/fhir/administrative-gender","code":"\#(code)"}]}}"#
        }
        #expect(try set.findings(observation("female"), by: "p") == [])
        #expect(try set.findings(observation("f"), by: "p") == ["error code-invalid Observation.value"])
    }

    @Test("value sets that include each other end")
    func cycle() throws {
        let set = ProfileSet(
            profile("required"), resources: valueSet("urn:vs", #""include":[{"valueSet":["urn:w"]}]"#),
            valueSet("urn:w", #""include":[{"valueSet":["urn:vs"]}]"#))
        #expect(
            try set.findings(observation(#"{"system":"urn:cs","code":"b"}"#), by: "p") == [
                "warning not-found Observation.code"
            ])
    }
}
