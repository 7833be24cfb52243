import FHIR
import Testing

@Suite("Slices of profiles")
struct ProfileSliceTests {
    /// A profile of Patient.identifier with slices `a` and `b`, by whichever system they have.
    private func identifiers(
        rules: String = "open", ordered: Bool = false, discriminator: String = "value",
        _ elements: String...
    ) -> TestProfile {
        TestProfile(
            "p", "Patient",
            [
                #""id":"Patient.identifier","path":"Patient.identifier","slicing":{"rules":"\#(rules)","ordered":\#(ordered),"discriminator":[{"type":"\#(discriminator)","path":"system"}]}"#,
                #""id":"Patient.identifier:a","path":"Patient.identifier","sliceName":"a","min":1,"max":"1""#,
                #""id":"Patient.identifier:a.system","path":"Patient.identifier.system","min":1,"fixedUri":"urn:a""#,
                #""id":"Patient.identifier:a.value","path":"Patient.identifier.value","min":1"#,
                #""id":"Patient.identifier:b","path":"Patient.identifier","sliceName":"b""#,
                #""id":"Patient.identifier:b.system","path":"Patient.identifier.system","min":1,"patternUri":"urn:b""#,
            ] + elements)
    }

    private func patient(_ systems: String...) -> String {
        let list = systems.map { #"{"system":"urn:\#($0)","value":"1"}"# }.joined(separator: ",")
        return #"{"resourceType":"Patient","identifier":[\#(list)]}"#
    }

    @Test("slices are told apart by value, and each counts its own")
    func value() throws {
        let set = ProfileSet(identifiers())
        #expect(set.problems == [])
        #expect(try set.findings(patient("b", "a", "c", "b"), by: "p") == [])
        #expect(try set.findings(patient("b"), by: "p") == ["error required Patient.identifier"])
        #expect(try set.findings(patient("b", "a", "a"), by: "p") == ["error structure Patient.identifier[2]"])
        #expect(try set.findings(#"{"resourceType":"Patient"}"#, by: "p") == ["error required Patient.identifier"])
    }

    @Test("the rules of a slice hold for its values alone, and the text names it")
    func rulesInside() throws {
        let set = ProfileSet(identifiers())
        let issues = try set.issues(
            #"{"resourceType":"Patient","identifier":[{"system":"urn:b"},{"system":"urn:a"}]}"#, by: ["p"])
        #expect(issues.map(\.expression) == ["Patient.identifier[1].value"])
        #expect(issues.allSatisfy { $0.diagnostics.contains("Patient.identifier:a.value") })
    }

    @Test("a closed slicing allows no others")
    func closed() throws {
        let set = ProfileSet(identifiers(rules: "closed"))
        #expect(try set.findings(patient("a", "b"), by: "p") == [])
        #expect(try set.findings(patient("a", "c"), by: "p") == ["error structure Patient.identifier[1]"])
    }

    @Test("openAtEnd allows others behind the slices")
    func openAtEnd() throws {
        let set = ProfileSet(identifiers(rules: "openAtEnd"))
        #expect(try set.findings(patient("b", "a", "c"), by: "p") == [])
        #expect(try set.findings(patient("c", "a"), by: "p") == ["error structure Patient.identifier[1]"])
    }

    @Test("ordered slices stand in their order")
    func ordered() throws {
        let set = ProfileSet(identifiers(ordered: true))
        #expect(try set.findings(patient("a", "c", "b"), by: "p") == [])
        #expect(try set.findings(patient("b", "a"), by: "p") == ["error structure Patient.identifier[1]"])
    }

    @Test("a slice may be sliced again, and the values of the outer slice are counted in it")
    func reslicing() throws {
        let set = ProfileSet(
            identifiers(
                rules: "open",
                #""id":"Patient.identifier:b","path":"Patient.identifier","sliceName":"b","slicing":{"rules":"closed","discriminator":[{"type":"value","path":"use"}]}"#,
                #""id":"Patient.identifier:b/home","path":"Patient.identifier","sliceName":"b/home","max":"1""#,
                #""id":"Patient.identifier:b/home.use","path":"Patient.identifier.use","min":1,"fixedCode":"old""#))
        #expect(set.problems == [])
        func patient(_ uses: String...) -> String {
            let list = uses.map { #"{"system":"urn:b","use":"\#($0)"}"# }.joined(separator: ",")
            return #"{"resourceType":"Patient","identifier":[{"system":"urn:a","value":"1"},\#(list)]}"#
        }
        #expect(try set.findings(patient("old"), by: "p") == [])
        #expect(try set.findings(patient("old", "old"), by: "p") == ["error structure Patient.identifier[2]"])
        #expect(try set.findings(patient("usual"), by: "p") == ["error structure Patient.identifier[1]"])
    }

    @Test("slices by a pattern on the values themselves")
    func patternOfThis() throws {
        let set = ProfileSet(
            TestProfile(
                "p", "Condition",
                [
                    #""path":"Condition.category","slicing":{"rules":"open","discriminator":[{"type":"pattern","path":"$this"}]}"#,
                    #""path":"Condition.category","sliceName":"problem","min":1,"patternCodeableConcept":{"coding":[{"system":"urn:c","code":"problem"}]}"#,
                    #""path":"Condition.category.text","min":1"#,
                ]))
        #expect(set.problems == [])
        let good = #"{"coding":[{"system":"urn:c","code":"problem","display":"x"}],"text":"x"}"#
        #expect(try set.findings(#"{"resourceType":"Condition","category":[{"text":"y"},\#(good)]}"#, by: "p") == [])
        #expect(
            try set.findings(#"{"resourceType":"Condition","category":[{"text":"y"}]}"#, by: "p") == [
                "error required Condition.category"
            ])
        // Without ids an element belongs to the slice that was opened last.
        #expect(
            try set.findings(
                #"{"resourceType":"Condition","category":[{"coding":[{"system":"urn:c","code":"problem"}]}]}"#, by: "p")
                == ["error required Condition.category[0].text"])
    }

    @Test("a choice is sliced by its types without being told so, and valueQuantity stands for its slice")
    func choice() throws {
        let set = ProfileSet(
            TestProfile(
                "p", "Observation",
                [
                    #""path":"Observation.valueQuantity","short":"a quantity""#,
                    #""path":"Observation.valueQuantity.unit","min":1"#,
                    #""id":"Observation.value[x]:valueString","path":"Observation.value[x]","sliceName":"valueString","maxLength":3"#,
                ]))
        #expect(set.problems == [])
        #expect(try set.findings(#"{"resourceType":"Observation","valueString":"abc"}"#, by: "p") == [])
        #expect(
            try set.findings(#"{"resourceType":"Observation","valueString":"abcd"}"#, by: "p") == [
                "error too-long Observation.value"
            ])
        #expect(
            try set.findings(#"{"resourceType":"Observation","valueQuantity":{"value":1}}"#, by: "p") == [
                "error required Observation.value.unit"
            ])
    }

    @Test("slices by type may be required and closed")
    func typeOfThis() throws {
        let set = ProfileSet(
            TestProfile(
                "p", "Observation",
                [
                    #""path":"Observation.effective[x]","min":1,"slicing":{"rules":"closed","discriminator":[{"type":"type","path":"$this"}]}"#,
                    #""path":"Observation.effectiveDateTime","sliceName":"effectiveDateTime","type":[{"code":"dateTime"}]"#,
                ]))
        #expect(set.problems == [])
        #expect(try set.findings(#"{"resourceType":"Observation","effectiveDateTime":"2020"}"#, by: "p") == [])
        #expect(
            try set.findings(#"{"resourceType":"Observation","effectivePeriod":{"start":"2020"}}"#, by: "p") == [
                "error structure Observation.effective"
            ])
    }

    @Test("slices by whether an element exists")
    func exists() throws {
        let set = ProfileSet(
            TestProfile(
                "p", "Patient",
                [
                    #""path":"Patient.name","slicing":{"rules":"open","discriminator":[{"type":"exists","path":"period"}]}"#,
                    #""path":"Patient.name","sliceName":"current","max":"1""#,
                    #""path":"Patient.name.period","max":"0""#,
                    #""path":"Patient.name","sliceName":"former""#, #""path":"Patient.name.period","min":1"#,
                    #""path":"Patient.name.use","min":1"#,
                ]))
        #expect(set.problems == [])
        let former = #"{"use":"old","period":{"end":"2020"}}"#
        #expect(
            try set.findings(#"{"resourceType":"Patient","name":[{"text":"a"},\#(former),\#(former)]}"#, by: "p") == [])
        #expect(
            try set.findings(
                #"{"resourceType":"Patient","name":[{"text":"a"},{"text":"b"},{"period":{"end":"2020"}}]}"#, by: "p")
                == ["error structure Patient.name[1]", "error required Patient.name[2].use"])
    }

    @Test("slices by the profile that a value conforms to")
    func profile() throws {
        let set = ProfileSet(
            TestProfile("mail", "ContactPoint", [#""path":"ContactPoint.system","min":1,"fixedCode":"email""#]),
            TestProfile(
                "p", "Patient",
                [
                    #""path":"Patient.telecom","slicing":{"rules":"open","discriminator":[{"type":"profile","path":"$this"}]}"#,
                    #""path":"Patient.telecom","sliceName":"mail","max":"1","type":[{"code":"ContactPoint","profile":["\#(TestProfile.url("mail"))"]}]"#,
                ]))
        #expect(set.problems == [])
        let mail = #"{"system":"email","value":"a@b"}"#
        #expect(
            try set.findings(
                #"{"resourceType":"Patient","telecom":[{"system":"fax"},{"system":"fax"},\#(mail)]}"#, by: "p")
                == [])
        #expect(
            try set.findings(#"{"resourceType":"Patient","telecom":[\#(mail),\#(mail)]}"#, by: "p") == [
                "error structure Patient.telecom[1]"
            ])
    }

    @Test("slices by the type and the value behind a reference; where it leads nowhere, nothing is counted as missing")
    func resolve() throws {
        let set = ProfileSet(
            TestProfile("doctor", "Practitioner", [#""path":"Practitioner.active","min":1,"fixedBoolean":true"#]),
            TestProfile(
                "p", "Encounter",
                [
                    #""path":"Encounter.participant","slicing":{"rules":"open","discriminator":[{"type":"profile","path":"individual.resolve()"}]}"#,
                    #""path":"Encounter.participant","sliceName":"doctor","min":1"#,
                    #""path":"Encounter.participant.individual","min":1,"type":[{"code":"Reference","targetProfile":["\#(TestProfile.url("doctor"))"]}]"#,
                ]))
        #expect(set.problems == [])
        func encounter(_ contained: String, _ reference: String) -> String {
            #"{"resourceType":"Encounter","contained":[\#(contained)],"participant":[{"individual":{"reference":"\#(reference)"}}]}"#
        }
        let active = #"{"resourceType":"Practitioner","id":"d","active":true}"#
        let inactive = #"{"resourceType":"Practitioner","id":"d","active":false}"#
        #expect(try set.findings(encounter(active, "#d"), by: "p") == [])
        #expect(try set.findings(encounter(inactive, "#d"), by: "p") == ["error required Encounter.participant"])
        #expect(
            try set.findings(encounter(active, "Practitioner/9"), by: "p") == ["warning required Encounter.participant"]
        )
        #expect(
            try set.findings(encounter(active, "RelatedPerson/9"), by: "p") == ["error required Encounter.participant"])
    }

    @Test("slices by the value of an extension")
    func extensionPath() throws {
        let set = ProfileSet(
            TestProfile(
                "p", "Patient",
                [
                    #""path":"Patient.address","slicing":{"rules":"closed","discriminator":[{"type":"value","path":"extension('http://example.org/kind').value"}]}"#,
                    #""id":"Patient.address:hut","path":"Patient.address","sliceName":"hut""#,
                    #""id":"Patient.address:hut.extension:kind","path":"Patient.address.extension","sliceName":"kind","min":1,"type":[{"code":"Extension","profile":["http://example.org/kind"]}]"#,
                    #""id":"Patient.address:hut.extension:kind.value[x]","path":"Patient.address.extension.value[x]","min":1,"fixedCode":"hut""#,
                ]))
        #expect(set.problems == [])
        var policy = ProfilePolicy()
        policy.unknownExtension = nil
        func patient(_ kind: String) -> String {
            #"{"resourceType":"Patient","address":[{"extension":[{"url":"http://example.org/other","valueCode":"x"},{"url":"http://example.org/kind","valueCode":"\#(kind)"}]}]}"#
        }
        let good = try set.findings(patient("hut"), by: "p", policy: policy)
        #expect(good == ["warning not-found Patient.address[0].extension[1]"])
        #expect(try set.findings(patient("tent"), by: "p", policy: policy) == ["error structure Patient.address[0]"])
    }

    @Test("a slice that nothing tells apart is a problem of the definition, not of the resource")
    func undecidable() throws {
        let set = ProfileSet(
            TestProfile(
                "p", "Patient",
                [
                    #""path":"Patient.name","slicing":{"rules":"open","discriminator":[{"type":"value","path":"use"}]}"#,
                    #""path":"Patient.name","sliceName":"any","min":1"#,
                ]))
        #expect(set.problems.map(\.code) == [.incomplete])
        #expect(
            try set.findings(#"{"resourceType":"Patient","name":[{"text":"a"}]}"#, by: "p") == [
                "warning required Patient.name"
            ])
    }

    @Test("a derived profile adds slices to those of its base")
    func derived() throws {
        let set = ProfileSet(
            TestProfile(
                "q", "Patient", base: TestProfile.url("p"),
                [
                    #""id":"Patient.identifier","path":"Patient.identifier","max":"2""#,
                    #""id":"Patient.identifier:b","path":"Patient.identifier","sliceName":"b","min":1"#,
                    #""id":"Patient.identifier:c","path":"Patient.identifier","sliceName":"c","max":"0""#,
                    #""id":"Patient.identifier:c.system","path":"Patient.identifier.system","fixedUri":"urn:c""#,
                ]), identifiers())
        #expect(set.problems == [])
        #expect(try set.findings(patient("a", "b"), by: "q") == [])
        #expect(try set.findings(patient("a"), by: "q") == ["error required Patient.identifier"])
        #expect(
            try set.findings(patient("a", "b", "c"), by: "q") == [
                "error structure Patient.identifier", "error structure Patient.identifier[2]",
            ])
        #expect(try set.findings(patient("a", "c"), by: "p") == [])
    }
}
