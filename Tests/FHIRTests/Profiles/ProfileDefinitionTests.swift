import FHIR
import Testing

@Suite("Definitions, good and hostile")
struct ProfileDefinitionTests {
    private func set(_ definitions: String...) -> ProfileSet {
        ProfileSet(files: definitions.enumerated().map { ("file \($0.offset)", Array($0.element.utf8)) })
    }

    @Test("a differential stands over its base whatever the order, and over R4 without any package")
    func bases() throws {
        let inner = TestProfile("inner", "Patient", [#""path":"Patient.active","min":1"#])
        let middle = TestProfile(
            "middle", "Patient", base: inner.url,
            [#""path":"Patient.name","min":1"#, #""path":"Patient.active","fixedBoolean":true"#])
        let outer = TestProfile("outer", "Patient", base: middle.url, [#""path":"Patient.name","max":"1""#])
        let set = ProfileSet(outer, inner, middle)
        #expect(set.problems == [])
        #expect(
            try set.findings(#"{"resourceType":"Patient","name":[{"text":"a"},{"text":"b"}]}"#, by: "outer") == [
                "error required Patient.active", "error structure Patient.name",
            ])
        #expect(
            try set.findings(#"{"resourceType":"Patient","active":false,"name":[{"text":"a"}]}"#, by: "outer") == [
                "error value Patient.active"
            ])
    }

    @Test("a binding that is only made stronger keeps its value set")
    func strengthAlone() throws {
        let set = ProfileSet(
            TestProfile(
                "p", "Patient",
                [#""path":"Patient.maritalStatus","binding":{"strength":"required"}"#]))
        #expect(
            try set.findings(#"{"resourceType":"Patient","maritalStatus":{"text":"x"}}"#, by: "p") == [
                "error code-invalid Patient.maritalStatus"
            ])
    }

    @Test("a base that is not loaded is a warning that names it, until it is added")
    func addedBase() throws {
        let inner = TestProfile("inner", "Patient", [#""path":"Patient.active","min":1"#])
        let outer = TestProfile("outer", "Patient", base: inner.url, [#""path":"Patient.name","min":1"#])
        let before = ProfileSet(outer)
        #expect(before.problems.map(\.severity) == [.warning])
        #expect(before.problems.allSatisfy { $0.diagnostics.contains(inner.url) })
        let patient = #"{"resourceType":"Patient"}"#
        #expect(try before.findings(patient, by: "outer") == ["error required Patient.name"])
        let after = before.adding(try JSONDocument.of(inner.json).root)
        #expect(
            try after.findings(patient, by: "outer") == [
                "error required Patient.active", "error required Patient.name",
            ])
        // What was there stays as it was.
        #expect(try before.findings(patient, by: "outer") == ["error required Patient.name"])
    }

    @Test("a definition that is posted again takes the place of the old one, also below others")
    func replaced() throws {
        let inner = TestProfile("inner", "Patient", [#""path":"Patient.active","min":1"#])
        let outer = TestProfile("outer", "Patient", base: inner.url, [])
        var changed = inner
        changed.elements = [#""path":"Patient.gender","min":1"#]
        let set = ProfileSet(inner, outer).adding(try JSONDocument.of(changed.json).root)
        #expect(set.profiles.count { $0.url == inner.url } == 1)
        #expect(
            try set.findings(#"{"resourceType":"Patient"}"#, by: "outer") == ["error required Patient.gender"])
    }

    @Test("a value set that is added counts from then on")
    func addedValueSet() throws {
        let set = ProfileSet(
            TestProfile(
                "p", "Patient", [#""path":"Patient.language","binding":{"strength":"required","valueSet":"urn:vs"}"#]))
        let patient = #"{"resourceType":"Patient","language":"xx"}"#
        #expect(try set.findings(patient, by: "p") == ["warning not-found Patient.language"])
        let valueSet =
            #"{"resourceType":"ValueSet","url":"urn:vs","compose":{"include":[{"system":"urn:cs","concept":[{"code":"de"}]}]}}"#
        #expect(
            try set.adding(try JSONDocument.of(valueSet).root).findings(patient, by: "p") == [
                "error code-invalid Patient.language"
            ])
    }

    @Test("bases in a circle are refused, and a claim of such a profile is a warning with the reason")
    func circle() throws {
        let one = TestProfile("one", "Patient", base: TestProfile.url("two"), [])
        let two = TestProfile("two", "Patient", base: TestProfile.url("one"), [])
        let itself = TestProfile("self", "Patient", base: TestProfile.url("self"), [])
        let set = ProfileSet(one, two, itself)
        #expect(set.profile(one.url) == nil)
        #expect(set.problems.contains { $0.isError && $0.diagnostics.contains("back to itself") })
        let findings = try set.findings(
            #"{"resourceType":"Patient","meta":{"profile":["\#(one.url)","\#(itself.url)"]}}"#)
        #expect(
            findings == [
                "warning not-supported Patient.meta.profile[0]", "warning not-supported Patient.meta.profile[1]",
            ])
    }

    @Test("a tower of bases is refused at the top, not a fall of the stack")
    func tower() {
        let files = (0..<2_000).map { number in
            TestProfile("p\(number)", "Patient", base: number == 1_999 ? nil : TestProfile.url("p\(number + 1)"), [])
        }.map { (name: $0.url, bytes: Array($0.json.utf8)) }
        let set = ProfileSet(files: files)
        #expect(set.problems.contains { $0.diagnostics.contains("definitions stand below it") })
        #expect(set.profile(TestProfile.url("p1999")) != nil)
    }

    @Test(
        "definitions that cannot be used say why",
        arguments: [
            (#"{"resourceType":"StructureDefinition"}"#, "no url"),
            (#"{"resourceType":"StructureDefinition","url":"u"}"#, "which type"),
            (#"{"resourceType":"StructureDefinition","url":"u","type":"Model"}"#, "no type of R4"),
            (
                #"{"resourceType":"StructureDefinition","url":"u","type":"Patient"}"#,
                "neither snapshot nor differential"
            ),
            (
                #"{"resourceType":"StructureDefinition","url":"u","type":"Patient","baseDefinition":"http://hl7.org/fhir/StructureDefinition/Observation","differential":{"element":[]}}"#,
                "its base definition is Observation"
            ),
            ("[1,2", "no JSON"),
        ])
    func refused(definition: String, reason: String) {
        let set = set(definition)
        #expect(set.problems.count == 1)
        #expect(set.problems.allSatisfy { $0.diagnostics.contains(reason) }, "\(set.problems)")
    }

    @Test("elements that R4 does not have are left out with a warning; the rest counts")
    func badPaths() throws {
        let set = ProfileSet(
            TestProfile(
                "p", "Patient",
                [
                    #""path":"Patient.nope","min":1"#, #""path":"Observation.code","min":1"#,
                    #""path":"Patient..name""#,
                    #""min":1"#, #""path":"Patient.name.given.family","min":1"#,
                    #""path":"Patient\#(String(repeating: ".contact", count: 60))","min":1"#,
                    #""path":"Patient.active","min":1"#,
                ]))
        #expect(set.problems.count == 6)
        #expect(set.problems.allSatisfy { $0.severity == .warning })
        #expect(try set.findings(#"{"resourceType":"Patient"}"#, by: "p") == ["error required Patient.active"])
    }

    @Test("nonsense where values are expected harms nothing")
    func nonsense() throws {
        let set = set(
            #"""
            {"resourceType":"StructureDefinition","url":"\#(TestProfile.url("p"))","type":"Patient","version":7,"context":{"a":1},
            "snapshot":"x","differential":{"element":[1,null,"x",[],{"path":7},
            {"path":"Patient.name","min":"1","max":3,"type":[{"code":7},null],"slicing":{"discriminator":[{"type":"value"},{"type":"x","path":7}],"rules":"odd"},
            "binding":{"valueSet":{}},"constraint":[{"key":7}],"fixedNope":1,"patternString":{"a":[null]}},
            {"path":"Patient.name","sliceName":"","min":1},{"path":"Patient.name","sliceName":"a/b/c/d/e/f/g/h/i/j","min":-1,"max":"-3"}]}}
            """#)
        _ = try set.findings(#"{"resourceType":"Patient","name":[{"text":"x"}]}"#, by: "p")
        #expect(set.profile(TestProfile.url("p")) != nil)
    }

    @Test("thousands of slices over thousands of values end with a word about it")
    func manySlices() throws {
        var elements = [
            #""path":"Patient.identifier","slicing":{"rules":"open","discriminator":[{"type":"value","path":"system"}]}"#
        ]
        for number in 0..<4_000 {
            elements.append(
                #""id":"Patient.identifier:s\#(number)","path":"Patient.identifier","sliceName":"s\#(number)""#)
            elements.append(
                #""id":"Patient.identifier:s\#(number).system","path":"Patient.identifier.system","fixedUri":"urn:\#(number)""#
            )
        }
        let set = ProfileSet(TestProfile("p", "Patient", elements))
        #expect(set.problems == [])
        var policy = ProfilePolicy()
        policy.maximumSteps = 100_000
        let list = (0..<1_000).map { #"{"system":"urn:x\#($0)"}"# }.joined(separator: ",")
        #expect(
            try set.findings(#"{"resourceType":"Patient","identifier":[\#(list)]}"#, by: "p", policy: policy) == [
                "error too-costly Patient"
            ])
    }

    @Test("too many elements are refused")
    func manyElements() {
        let set = ProfileSet(
            TestProfile("p", "Patient", (0..<20_001).map { #""path":"Patient.name","short":"\#($0)""# }))
        #expect(set.profile(TestProfile.url("p")) == nil)
        #expect(set.problems.map(\.code) == [.tooCostly])
    }

    @Test("of many findings a hundred are listed, the gravest, in the order of the document")
    func manyFindings() throws {
        let set = ProfileSet(
            TestProfile(
                "p", "Patient",
                [
                    #""path":"Patient.name.family","min":1"#,
                    #""path":"Patient.address.use","binding":{"strength":"extensible","valueSet":"http://hl7.org/fhir/ValueSet/administrative-gender"}"#,
                ]))
        let names = Array(repeating: #"{"text":"x"}"#, count: 150).joined(separator: ",")
        let addresses = Array(repeating: #"{"use":"home"}"#, count: 50).joined(separator: ",")
        let issues = try set.issues(
            #"{"resourceType":"Patient","address":[\#(addresses)],"name":[\#(names)]}"#, by: ["p"])
        #expect(issues.count == 101)
        #expect(issues.dropLast().map(\.expression) == (0..<100).map { "Patient.name[\($0)].family" })
        #expect(issues.last?.diagnostics.hasPrefix("100 more findings") == true)
    }
}
