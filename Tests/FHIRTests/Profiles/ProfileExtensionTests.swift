import FHIR
import Testing

@Suite("Extensions by their definitions")
struct ProfileExtensionTests {
    /// A simple extension with a code, for patients and their names.
    private let simple = TestProfile(
        "nickname", "Extension",
        contexts:
            #"[{"type":"element","expression":"Patient"},{"type":"element","expression":"Patient.name.given"},{"type":"element","expression":"Address"}]"#,
        [
            #""path":"Extension.extension","max":"0""#,
            #""path":"Extension.url","fixedUri":"http://example.org/StructureDefinition/nickname""#,
            #""path":"Extension.value[x]","min":1,"type":[{"code":"string"}]"#,
        ])
    private let url = TestProfile.url("nickname")

    @Test("a value of the wrong type, or none, is reported in the extension")
    func value() throws {
        let set = ProfileSet(simple)
        #expect(set.problems == [])
        #expect(
            try set.findings(#"{"resourceType":"Patient","extension":[{"url":"\#(url)","valueString":"x"}]}"#) == [])
        #expect(
            try set.findings(
                #"{"resourceType":"Patient","extension":[{"url":"\#(url)","valueCode":"x"},{"url":"\#(url)"}]}"#)
                == ["error structure Patient.extension[0].value", "error required Patient.extension[1].value"])
    }

    @Test("an extension stands only where its definition allows it")
    func context() throws {
        let set = ProfileSet(simple)
        let ext = #"[{"url":"\#(url)","valueString":"x"}]"#
        #expect(
            try set.findings(
                #"{"resourceType":"Patient","name":[{"given":["A"],"_given":[{"extension":\#(ext)}]}],"address":[{"extension":\#(ext)}]}"#
            )
                == [])
        #expect(
            try set.findings(
                #"{"resourceType":"Patient","name":[{"extension":\#(ext),"family":"A","_family":{"extension":\#(ext)}}]}"#
            )
                == [
                    "error extension Patient.name[0].extension[0]",
                    "error extension Patient.name[0].family.extension[0]",
                ])
        #expect(
            try set.findings(
                #"{"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Patient","name":[{"_given":[{"extension":\#(ext)}]}]}},{"resource":{"resourceType":"Observation","extension":\#(ext)}}]}"#
            )
                == ["error extension Bundle.entry[1].resource.extension[0]"])
    }

    @Test("a complex extension is sliced by the names inside it")
    func complex() throws {
        let set = ProfileSet(
            TestProfile(
                "race", "Extension",
                [
                    #""id":"Extension.extension:text","path":"Extension.extension","sliceName":"text","min":1,"max":"1""#,
                    #""id":"Extension.extension:text.url","path":"Extension.extension.url","fixedUri":"text""#,
                    #""id":"Extension.extension:text.value[x]","path":"Extension.extension.value[x]","min":1,"type":[{"code":"string"}]"#,
                    #""path":"Extension.value[x]","max":"0""#,
                ]))
        #expect(set.problems == [])
        func patient(_ inside: String) -> String {
            #"{"resourceType":"Patient","extension":[{"url":"\#(TestProfile.url("race"))",\#(inside)}]}"#
        }
        #expect(try set.findings(patient(#""extension":[{"url":"text","valueString":"x"}]"#)) == [])
        #expect(
            try set.findings(patient(#""extension":[{"url":"text","valueCode":"x"}]"#)) == [
                "error structure Patient.extension[0].extension[0].value"
            ])
        #expect(
            try set.findings(patient(#""valueString":"x""#)) == [
                "error required Patient.extension[0].extension", "error structure Patient.extension[0].value",
            ])
    }

    @Test("a profile asks for an extension by the url of its definition, loaded or not")
    func sliceOfProfile() throws {
        let profile = TestProfile(
            "p", "Patient",
            [
                #""path":"Patient.extension","sliceName":"nick","min":1,"type":[{"code":"Extension","profile":["\#(url)"]}]"#
            ])
        let patient = #"{"resourceType":"Patient","extension":[{"url":"\#(url)","valueString":"x"}]}"#
        #expect(try ProfileSet(profile, simple).findings(patient, by: "p") == [])
        #expect(try ProfileSet(profile).findings(patient, by: "p") == ["warning not-found Patient.extension[0]"])
        #expect(
            try ProfileSet(profile, simple).findings(#"{"resourceType":"Patient","gender":"male"}"#, by: "p") == [
                "error required Patient.extension"
            ])
    }

    @Test("an unknown extension is information, an unknown modifier a warning, each told once; the policy decides")
    func unknown() throws {
        let patient =
            #"{"resourceType":"Patient","extension":[{"url":"http://e.org/1","valueCode":"x"},{"url":"http://e.org/1","valueCode":"y"}],"modifierExtension":[{"url":"http://e.org/2","valueCode":"x"}]}"#
        #expect(
            try ProfileSet().findings(patient) == [
                "information extension Patient.extension[0]", "warning extension Patient.modifierExtension[0]",
            ])
        var policy = ProfilePolicy()
        policy.unknownExtension = nil
        policy.unknownModifierExtension = .error
        #expect(
            try ProfileSet().findings(patient, policy: policy) == ["error extension Patient.modifierExtension[0]"])
    }

    @Test("extensions of extensions, in contained resources and of primitives in lists are found")
    func everywhere() throws {
        let set = ProfileSet(simple)
        let bad = #"{"url":"\#(url)","valueCode":"x"}"#
        let findings = try set.findings(
            #"{"resourceType":"Observation","contained":[{"resourceType":"Patient","id":"1","extension":[\#(bad)],"address":[{"line":["a"],"_line":[{"extension":[{"url":"http://e.org/1","extension":[\#(bad)]}]}]}]}]}"#
        )
        #expect(
            findings == [
                "error structure Observation.contained[0].extension[0].value",
                "information extension Observation.contained[0].address[0].line[0].extension[0]",
                "error extension Observation.contained[0].address[0].line[0].extension[0].extension[0]",
                "error structure Observation.contained[0].address[0].line[0].extension[0].extension[0].value",
            ])
    }
}
