import FHIR
import Testing

@Suite("Constraints of profiles")
struct ProfileConstraintTests {
    private func constraint(_ expression: String, _ severity: String = "error") -> String {
        #""constraint":[{"key":"t-1","severity":"\#(severity)","human":"as the test asks","expression":"\#(expression)"}]"#
    }

    @Test("a constraint is judged on each value of its element, and its severity counts")
    func elements() throws {
        let set = ProfileSet(
            TestProfile(
                "p", "Patient",
                [
                    #""path":"Patient.name",\#(constraint("family.exists() or given.exists()"))"#,
                    #""path":"Patient.telecom",\#(constraint("value.exists()", "warning"))"#,
                ]))
        #expect(set.problems == [])
        #expect(
            try set.findings(#"{"resourceType":"Patient","name":[{"family":"A"}],"telecom":[{"value":"1"}]}"#, by: "p")
                == [])
        let issues = try set.issues(
            #"{"resourceType":"Patient","name":[{"family":"A"},{"text":"A"}],"telecom":[{"rank":1}]}"#, by: ["p"])
        #expect(
            issues.map { "\($0.severity.rawValue) \($0.brief)" } == [
                "error invariant Patient.name[1]", "warning invariant Patient.telecom[0]",
            ])
        #expect(issues.allSatisfy { $0.diagnostics.contains("t-1") && $0.diagnostics.contains("as the test asks") })
    }

    @Test("a constraint at the root is about the resource; on a primitive about its value")
    func rootAndPrimitive() throws {
        let set = ProfileSet(
            TestProfile(
                "root", "Patient", [#""path":"Patient.birthDate",\#(constraint("$this <= %resource.deceased"))"#]),
            TestProfile("other", "Patient", []))
        var root = TestProfile("p", "Patient", [])
        root.elements = [#""path":"Patient",\#(constraint("name.exists() or identifier.exists()"))"#]
        #expect(
            try ProfileSet(root).findings(#"{"resourceType":"Patient","gender":"male"}"#, by: "p") == [
                "error invariant Patient"
            ])
        #expect(
            try set.findings(
                #"{"resourceType":"Patient","birthDate":"2000-01-01","deceasedDateTime":"1999-01-01"}"#, by: "root")
                == [
                    "error invariant Patient.birthDate"
                ])
        #expect(
            try set.findings(
                #"{"resourceType":"Patient","birthDate":"2000-01-01","deceasedDateTime":"2001-01-01"}"#, by: "root")
                == [])
    }

    @Test("an expression that is none is a problem of the definition, and judges nothing")
    func broken() throws {
        let set = ProfileSet(TestProfile("p", "Patient", [#""path":"Patient.name",\#(constraint("name..x("))"#]))
        #expect(set.problems.map(\.severity) == [.warning])
        #expect(try set.findings(#"{"resourceType":"Patient","name":[{"text":"x"}]}"#, by: "p") == [])
    }

    @Test("R4's own constraints, which snapshots repeat, are left to the validation of R4")
    func own() throws {
        let set = ProfileSet(
            TestProfile(
                "p", "Patient",
                [
                    #""path":"Patient.contact","constraint":[{"key":"pat-1","severity":"error","human":"x","expression":"name.exists() or telecom.exists() or address.exists() or organization.exists()"}]"#
                ]))
        #expect(
            try set.findings(#"{"resourceType":"Patient","contact":[{"gender":"male"}]}"#, by: "p") == [])
    }
}
