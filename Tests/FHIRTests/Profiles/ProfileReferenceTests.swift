import FHIR
import Testing

@Suite("References, Bundles and claims of profiles")
struct ProfileReferenceTests {
    private let active = TestProfile("active", "Patient", [#""path":"Patient.active","min":1"#])
    private let subject = TestProfile(
        "p", "Observation",
        [
            #""path":"Observation.subject","type":[{"code":"Reference","targetProfile":["\#(TestProfile.url("active"))","http://hl7.org/fhir/StructureDefinition/Group"]}]"#
        ])

    @Test("a reference that leads elsewhere is judged by the type it names")
    func byType() throws {
        let set = ProfileSet(active, subject)
        func observation(_ subject: String) -> String { #"{"resourceType":"Observation","subject":{\#(subject)}}"# }
        #expect(try set.findings(observation(#""reference":"Patient/1""#), by: "p") == [])
        #expect(try set.findings(observation(#""reference":"http://e.org/fhir/Group/1""#), by: "p") == [])
        #expect(try set.findings(observation(#""reference":"urn:uuid:1""#), by: "p") == [])
        #expect(
            try set.findings(observation(#""reference":"Device/1""#), by: "p") == ["error value Observation.subject"])
        #expect(
            try set.findings(observation(#""type":"Location","display":"x""#), by: "p") == [
                "error value Observation.subject"
            ])
    }

    @Test("a contained target must conform")
    func contained() throws {
        let set = ProfileSet(active, subject)
        func observation(_ patient: String) -> String {
            ##"{"resourceType":"Observation","contained":[{"resourceType":"Patient","id":"1"\##(patient)}],"subject":{"reference":"#1"}}"##
        }
        #expect(try set.findings(observation(#","active":true"#), by: "p") == [])
        let issues = try set.issues(observation(""), by: ["p"])
        #expect(issues.map(\.expression) == ["Observation.subject"])
        #expect(issues.allSatisfy { $0.diagnostics.contains("active is missing") })
    }

    @Test("a target in the same Bundle must conform, found by fullUrl or by type and id")
    func bundled() throws {
        let set = ProfileSet(active, subject)
        func bundle(_ reference: String, _ patient: String) -> String {
            """
            {"resourceType":"Bundle","type":"collection","entry":[
            {"fullUrl":"urn:uuid:o","resource":{"resourceType":"Observation","meta":{"profile":["\(TestProfile.url("p"))"]},"subject":{"reference":"\(reference)"}}},
            {"fullUrl":"urn:uuid:p","resource":{"resourceType":"Patient","id":"7"\(patient)}}]}
            """
        }
        for reference in ["urn:uuid:p", "Patient/7", "Patient/7/_history/2"] {
            #expect(try set.findings(bundle(reference, #","active":false"#)) == [])
            #expect(
                try set.findings(bundle(reference, "")) == ["error value Bundle.entry[0].resource.subject"],
                "\(reference)")
        }
        #expect(try set.findings(bundle("Patient/8", "")) == [])
    }

    @Test("where a target may be")
    func aggregation() throws {
        let set = ProfileSet(
            TestProfile(
                "p", "Observation",
                [#""path":"Observation.subject","type":[{"code":"Reference","aggregation":["contained"]}]"#]))
        #expect(
            try set.findings(
                ##"{"resourceType":"Observation","contained":[{"resourceType":"Patient","id":"1"}],"subject":{"reference":"#1"}}"##,
                by: "p") == [])
        #expect(
            try set.findings(#"{"resourceType":"Observation","subject":{"reference":"Patient/1"}}"#, by: "p") == [
                "error value Observation.subject"
            ])
    }

    @Test(
        "a resource is judged by the profiles it claims, also inside others; unknown ones are a warning that names them"
    )
    func claims() throws {
        let set = ProfileSet(active)
        let claim = #""meta":{"profile":["\#(TestProfile.url("active"))","http://e.org/none|3"]}"#
        #expect(
            try set.findings(#"{"resourceType":"Patient",\#(claim)}"#) == [
                "error required Patient.active", "warning not-found Patient.meta.profile[1]",
            ])
        let document = try JSONDocument.of(#"{"resourceType":"Patient",\#(claim)}"#)
        #expect(set.validate(document.root).last?.diagnostics.contains("http://e.org/none|3") == true)
        #expect(set.validate(document.root, claims: false) == [])
        #expect(
            try set.findings(
                #"{"resourceType":"Parameters","parameter":[{"name":"a","resource":{"resourceType":"List","contained":[{"resourceType":"Patient","id":"1",\#(claim)}]}}]}"#
            )
                == [
                    "error required Parameters.parameter[0].resource.contained[0].active",
                    "warning not-found Parameters.parameter[0].resource.contained[0].meta.profile[1]",
                ])
    }

    @Test("a claim may name R4's own type, a version that is loaded or one that is not")
    func versions() throws {
        let set = ProfileSet(TestProfile("v", "Patient", version: "1.0", [#""path":"Patient.active","min":1"#]))
        func patient(_ profile: String) -> String { #"{"resourceType":"Patient","meta":{"profile":["\#(profile)"]}}"# }
        #expect(try set.findings(patient("http://hl7.org/fhir/StructureDefinition/Patient")) == [])
        #expect(
            try set.findings(patient("http://hl7.org/fhir/StructureDefinition/Group")) == [
                "error structure Patient.meta.profile[0]"
            ])
        #expect(try set.findings(patient(TestProfile.url("v") + "|1.0")) == ["error required Patient.active"])
        #expect(
            try set.findings(patient(TestProfile.url("v") + "|2.0")) == [
                "error required Patient.active", "warning not-found Patient.meta.profile[0]",
            ])
    }

    @Test("a profile of another type is an error")
    func otherType() throws {
        #expect(
            try ProfileSet(active).findings(#"{"resourceType":"Group"}"#, by: "active") == ["error structure Group"])
    }

    @Test("a profile of Bundle asks for entries by type and profile")
    func bundleProfile() throws {
        let set = ProfileSet(
            active,
            TestProfile(
                "b", "Bundle",
                [
                    #""path":"Bundle.entry","slicing":{"rules":"closed","discriminator":[{"type":"type","path":"resource"},{"type":"profile","path":"resource"}]}"#,
                    #""path":"Bundle.entry","sliceName":"patient","min":1,"max":"1""#,
                    #""path":"Bundle.entry.resource","min":1,"type":[{"code":"Patient","profile":["\#(TestProfile.url("active"))"]}]"#,
                ]))
        #expect(set.problems == [])
        func bundle(_ resources: String...) -> String {
            #"{"resourceType":"Bundle","type":"collection","entry":[\#(resources.map { #"{"resource":\#($0)}"# }.joined(separator: ","))]}"#
        }
        #expect(try set.findings(bundle(#"{"resourceType":"Patient","active":true}"#), by: "b") == [])
        #expect(
            try set.findings(
                bundle(#"{"resourceType":"Patient","active":true}"#, #"{"resourceType":"Group"}"#), by: "b")
                == ["error structure Bundle.entry[1]"])
        #expect(
            try set.findings(bundle(#"{"resourceType":"Patient"}"#), by: "b") == [
                "error required Bundle.entry", "error structure Bundle.entry[0]",
            ])
    }

    @Test("contained resources of a profile's own kind")
    func containedProfile() throws {
        let set = ProfileSet(
            active,
            TestProfile(
                "p", "Observation",
                [
                    #""path":"Observation.contained","max":"1","type":[{"code":"Patient","profile":["\#(TestProfile.url("active"))"]}]"#
                ]))
        func observation(_ resource: String) -> String { #"{"resourceType":"Observation","contained":[\#(resource)]}"# }
        #expect(try set.findings(observation(#"{"resourceType":"Patient","active":true}"#), by: "p") == [])
        #expect(
            try set.findings(observation(#"{"resourceType":"Patient"}"#), by: "p") == [
                "error required Observation.contained[0].active"
            ])
        #expect(
            try set.findings(observation(#"{"resourceType":"Group"}"#), by: "p") == [
                "error structure Observation.contained[0]"
            ])
    }

    @Test("profiles that refer to themselves end")
    func cycles() throws {
        let set = ProfileSet(
            TestProfile(
                "p", "Patient",
                [
                    #""path":"Patient.link.other","type":[{"code":"Reference","targetProfile":["\#(TestProfile.url("p"))"]}]"#,
                    #""path":"Patient.active","min":1"#,
                ]),
            TestProfile(
                "e", "Extension",
                [#""path":"Extension.extension","type":[{"code":"Extension","profile":["\#(TestProfile.url("e"))"]}]"#])
        )
        func bundle(_ second: String) -> String {
            """
            {"resourceType":"Bundle","type":"collection","entry":[
            {"fullUrl":"urn:uuid:1","resource":{"resourceType":"Patient","meta":{"profile":["\(TestProfile.url("p"))"]},"active":true,"link":[{"other":{"reference":"urn:uuid:2"}}]}},
            {"fullUrl":"urn:uuid:2","resource":{"resourceType":"Patient"\(second),"link":[{"other":{"reference":"urn:uuid:1"}}]}}]}
            """
        }
        #expect(try set.findings(bundle(#","active":true"#)) == [])
        #expect(try set.findings(bundle("")) == ["error value Bundle.entry[0].resource.link[0].other"])
        let url = TestProfile.url("e")
        #expect(
            try set.findings(
                #"{"resourceType":"Patient","extension":[{"url":"\#(url)","extension":[{"url":"\#(url)"}]}]}"#) == [])
    }

    @Test("the validator of resources judges by profiles in the same go, and tells their errors from R4's")
    func judge() throws {
        let validator = ResourceValidator(judge: ProfileJudge(ProfileSet(active), against: [TestProfile.url("active")]))
        let result = validator.validate(try JSONDocument.of(#"{"resourceType":"Patient","gender":"x"}"#))
        #expect(result.specificationErrors == 1)
        #expect(result.ruleErrors == 1)
        #expect(
            result.issues.filter(\.isError).map(\.brief) == ["required Patient.active", "code-invalid Patient.gender"])
    }

    @Test("a fault is told where something points at it, not where something points at that")
    func noCascade() throws {
        let set = ProfileSet(
            active, subject,
            TestProfile(
                "r", "DiagnosticReport",
                [
                    #""path":"DiagnosticReport.result","type":[{"code":"Reference","targetProfile":["\#(TestProfile.url("p"))"]}]"#
                ]))
        let bundle = """
            {"resourceType":"Bundle","type":"collection","entry":[
            {"fullUrl":"urn:uuid:r","resource":{"resourceType":"DiagnosticReport","meta":{"profile":["\(TestProfile.url("r"))"]},"result":[{"reference":"urn:uuid:o"}]}},
            {"fullUrl":"urn:uuid:o","resource":{"resourceType":"Observation","meta":{"profile":["\(TestProfile.url("p"))"]},"subject":{"reference":"urn:uuid:p"}}},
            {"fullUrl":"urn:uuid:p","resource":{"resourceType":"Patient"}}]}
            """
        #expect(try set.findings(bundle) == ["error value Bundle.entry[1].resource.subject"])
    }
}
