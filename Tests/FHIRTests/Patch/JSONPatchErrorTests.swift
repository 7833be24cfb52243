import Testing

@testable import FHIR

@Suite("What is said against a JSON Patch")
struct JSONPatchErrorTests {
    @Test(
        "a patch that is none is the document's fault, named by the operation's number",
        arguments: [
            ("", "no JSON"), ("{", "no JSON"), ("{}", "an object was sent"), ("null", "null was sent"),
            ("[1]", "Operation 1 is a number"), (#"[{"path":"/a"}]"#, "Operation 1 has no string \"op\""),
            (#"[{"op":1,"path":"/a"}]"#, "no string \"op\""),
            (
                #"[{"op":"remove","path":"/a"},{"op":"replce","path":"/a"}]"#,
                "Operation 2 has the op \"replce\"; it must be one of add, remove, replace, move, copy, test. Did you mean replace?"
            ),
            (#"[{"op":"add","value":1}]"#, "Operation 1 (add) has no string \"path\""),
            (#"[{"op":"add","path":null,"value":1}]"#, "no string \"path\""),
            (#"[{"op":"add","path":"/a"}]"#, "Operation 1 (add) has no \"value\""),
            (#"[{"op":"test","path":"/a"}]"#, "Operation 1 (test) has no \"value\""),
            (#"[{"op":"move","path":"/a"}]"#, "Operation 1 (move) has no string \"from\""),
            (#"[{"op":"remove","path":"a/b"}]"#, "it must be empty or begin with a slash"),
            (#"[{"op":"remove","path":"/a~2"}]"#, "a ~ must be followed by 0"),
            (#"[{"op":"remove","path":"/a~"}]"#, "a ~ must be followed by 0"),
            (#"[{"op":"move","from":"/name","path":"/name/0"}]"#, "moves /name into itself"),
            (#"[{"op":"move","from":"","path":"/name"}]"#, "moves the whole resource into itself"),
            (#"[{"op":"add","path":"/a","path":"/b","value":1}]"#, "same member name appears more than once"),
        ])
    func documents(_ patch: String, _ words: String) throws {
        let error = try #require(try refusal(patient, patch))
        #expect(error.fault == .document)
        #expect(error.status == 400)
        #expect(error.issue.diagnostics.contains(words), "\(error.issue.diagnostics)")
    }

    @Test(
        "what cannot be applied names place, find and way out",
        arguments: [
            (#"{"op":"remove","path":"/nickname"}"#, "Patient.nickname", "the resource has no member \"nickname\""),
            (
                #"{"op":"replace","path":"/gender","value":"male"}"#, "Patient.gender",
                "Use add to set what is not there yet"
            ),
            (
                #"{"op":"add","path":"/contact/0","value":{}}"#, "Patient.contact[0]",
                "what lies around a place is not made by itself"
            ),
            (
                #"{"op":"replace","path":"/name/2","value":{}}"#, "Patient.name[2]",
                "/name has 2 elements; use an index from 0 to 1"
            ),
            (
                #"{"op":"add","path":"/name/3","value":{}}"#, "Patient.name[3]",
                "use an index from 0 to 2, or - to append"
            ),
            (
                #"{"op":"remove","path":"/name/0/given/99999999999999999999"}"#,
                "Patient.name[0].given[99999999999999999999]", "/name/0/given has 2 elements"
            ),
            (#"{"op":"remove","path":"/name/00"}"#, "Patient.name", "no index into it"),
            (#"{"op":"remove","path":"/name/-1"}"#, "Patient.name", "no index into it"),
            (#"{"op":"remove","path":"/name/+1"}"#, "Patient.name", "no index into it"),
            (#"{"op":"remove","path":"/name/1e0"}"#, "Patient.name", "no index into it"),
            (#"{"op":"remove","path":"/name/-"}"#, "Patient.name", "- is the place behind the last element of /name"),
            (#"{"op":"add","path":"/birthDate/x","value":1}"#, "Patient.birthDate.x", "/birthDate is a string"),
            (
                #"{"op":"add","path":"/_birthDate/id/x","value":1}"#, "Patient.birthDate.id.x",
                "/_birthDate/id is a string"
            ),
            (#"{"op":"remove","path":"/deceasedBoolean/x"}"#, "Patient.deceased.x", "/deceasedBoolean is false"),
            (#"{"op":"copy","from":"/x","path":"/y"}"#, "Patient.x", "at /x: the resource has no member \"x\""),
            (
                #"{"op":"move","from":"/name/0","path":"/x/y"}"#, "Patient.x.y",
                "at /x/y: the resource has no member \"x\""
            ),
            (#"{"op":"remove","path":""}"#, "Patient", "Use DELETE"),
        ])
    func places(_ operation: String, _ expression: String, _ words: String) throws {
        let error = try #require(
            try refusal(patient, "[{\"op\":\"test\",\"path\":\"/active\",\"value\":true},\(operation)]"))
        #expect(error.fault == .resource)
        #expect(error.status == 422)
        #expect(error.operation == 2)
        #expect(error.issue.diagnostics.hasPrefix("Operation 2 ("))
        #expect(error.issue.expression == expression)
        #expect(error.issue.diagnostics.contains(words), "\(error.issue.diagnostics)")
    }

    @Test("a test that fails says what is there")
    func failedTest() throws {
        let error = try #require(
            try refusal(
                patient, #"[{"op":"remove","path":"/name"},{"op":"test","path":"/birthDate","value":"1999-01-01"}]"#))
        #expect(error.fault == .test)
        #expect(error.status == 422)
        #expect(error.issue.expression == "Patient.birthDate")
        #expect(error.issue.diagnostics.contains(#"at /birthDate; "1974-12-25" was found, "1999-01-01" was expected"#))
    }

    @Test(
        "what only the server sets cannot be changed, by whatever way",
        arguments: [
            (#"{"op":"replace","path":"/id","value":"p2"}"#, "Patient.id"),
            (#"{"op":"remove","path":"/id"}"#, "Patient.id"),
            (#"{"op":"add","path":"/_id","value":{"extension":[]}}"#, "Patient.id"),
            (#"{"op":"replace","path":"/resourceType","value":"Group"}"#, "Patient"),
            (#"{"op":"replace","path":"/meta/versionId","value":"4"}"#, "Patient.meta.versionId"),
            (#"{"op":"add","path":"/meta/lastUpdated","value":"2021-01-01T00:00:00Z"}"#, "Patient.meta.lastUpdated"),
            (#"{"op":"remove","path":"/meta"}"#, "Patient.meta.versionId"),
            (#"{"op":"replace","path":"/meta","value":{"tag":[]}}"#, "Patient.meta.versionId"),
            (#"{"op":"move","from":"/id","path":"/language"}"#, "Patient.id"),
            (#"{"op":"copy","from":"/birthDate","path":"/id"}"#, "Patient.id"),
            (#"{"op":"replace","path":"","value":{"resourceType":"Patient","id":"p2"}}"#, "Patient.id"),
            (#"{"op":"replace","path":"","value":[]}"#, "Patient"),
        ])
    func protection(_ operation: String, _ expression: String) throws {
        let error = try #require(try refusal(patient, "[\(operation)]"))
        #expect(error.fault == .resource)
        #expect(error.issue.code == .businessRule)
        #expect(error.issue.expression == expression)
        #expect(error.operation == 1)
    }

    @Test("what only the server sets can be tested, set to what it is, and taken away for a while")
    func protectionKept() throws {
        #expect(
            patched(
                patient,
                #"[{"op":"test","path":"/id","value":"p1"},{"op":"replace","path":"/id","value":"p1"},{"op":"replace","path":"/meta/versionId","value":"3"}]"#
            )
                == patient)
        let meta = #"{"versionId":"3","lastUpdated":"2020-01-01T00:00:00Z"}"#
        #expect(
            patched(patient, #"[{"op":"remove","path":"/meta"},{"op":"add","path":"/meta","value":\#(meta)}]"#)
                .contains(#""meta":\#(meta)"#))
        #expect(
            patched(patient, #"[{"op":"add","path":"/meta/tag/-","value":{"code":"b"}}]"#).contains(
                #""tag":[{"code":"a"},{"code":"b"}]"#))
    }

    @Test("nothing is changed where one operation fails")
    func atomicity() throws {
        let document = try JSONDocument.of(patient)
        let patch = try Patch.parse(
            [UInt8](#"[{"op":"remove","path":"/name"},{"op":"remove","path":"/name"}]"#.utf8), as: .json)
        #expect(throws: PatchError.self) { try patch.apply(to: document) }
        #expect(text(JSONWriter.compact(document.root)) == patient)
    }
}
