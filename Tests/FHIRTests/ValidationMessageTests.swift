import FHIR
import Testing

@Suite("What shape validation says")
struct ValidationMessageTests {
    @Test("the nearest name is suggested")
    func suggestion() throws {
        #expect(
            try findings(#"{"resourceType":"Patient","brithDate":"2020"}"#).first?.diagnostics
                == #"Patient has no element "brithDate". Did you mean "birthDate"? Other content belongs into an extension."#
        )
        #expect(
            try findings(#"{"resourceType":"Pateint"}"#).first?.diagnostics
                == #"R4 has no resource type "Pateint". Did you mean "Patient"?"#)
        #expect(
            try findings(#"{"resourceType":"Patient","_birthdate":{"id":"a"}}"#).first?.diagnostics
                == #"Patient has no element "_birthdate". Did you mean "_birthDate"? Other content belongs into an extension."#
        )
    }

    @Test("a name that resembles nothing gets no suggestion")
    func noSuggestion() throws {
        #expect(
            try findings(#"{"resourceType":"Patient","shoeSize":44}"#).first?.diagnostics
                == #"Patient has no element "shoeSize". Other content belongs into an extension."#)
    }

    @Test("a wrong code is answered with the codes that are right")
    func codes() throws {
        #expect(
            try findings(#"{"resourceType":"Patient","gender":"m"}"#).first?.diagnostics
                == #""m" is no code that Patient.gender may have (http://hl7.org/fhir/ValueSet/administrative-gender). It takes male, female, other or unknown."#
        )
    }

    @Test("a choice without its type is answered with the names that are right")
    func choice() throws {
        #expect(
            try findings(#"{"resourceType":"Patient","deceased":true}"#).first?.diagnostics
                == "deceased may have several types, and JSON writes the type into the name, as in deceasedBoolean. R4 allows deceasedBoolean and deceasedDateTime."
        )
    }

    @Test("a date that does not exist is answered with the reason")
    func date() throws {
        #expect(
            try findings(#"{"resourceType":"Patient","birthDate":"2023-02-29"}"#).first?.diagnostics
                == #""2023-02-29" is no date: that month has no such day."#)
    }

    @Test("a resource of another type than the request's is refused")
    func expectedType() throws {
        let patient = #"{"resourceType":"Patient"}"#
        #expect(try findings(patient, as: .patient) == [])
        let issue = try #require(try findings(patient, as: .observation).first)
        #expect(issue.brief == "invalid Patient.resourceType")
        #expect(
            issue.diagnostics
                == "The resource is a Patient, but the request is about Observation. Send it to /Patient, or mend resourceType."
        )
    }

    @Test("the type of the resource is answered beside the findings")
    func type() throws {
        let known = try JSONDocument.parse(Array(#"{"resourceType":"Patient","x":1}"#.utf8))
        #expect(ShapeValidator.validate(known, as: nil).type == .patient)
        let unknown = try JSONDocument.parse(Array(#"{"resourceType":"X"}"#.utf8))
        #expect(ShapeValidator.validate(unknown, as: nil).type == nil)
    }

    @Test("a hundred findings are listed and the rest is counted")
    func limit() throws {
        let names = Array(repeating: #"{"text":""}"#, count: 130).joined(separator: ",")
        let issues = try findings(#"{"resourceType":"Patient","name":[\#(names)]}"#)
        #expect(issues.count == 101)
        #expect(issues[99].expression == "Patient.name[99].text")
        #expect(issues[100].severity == .information)
        #expect(
            issues[100].diagnostics
                == "30 more findings are not listed. Mend the 100 above and send the resource again.")
    }

    @Test("nulls by the thousand are judged in time that grows with their number alone")
    func nulls() throws {
        let count = 200_000
        let nulls = Array(repeating: "null", count: count).joined(separator: ",")
        let objects = Array(repeating: #"{"id":"a"}"#, count: count).joined(separator: ",")
        let json = #"{"resourceType":"Patient","name":[{"given":[\#(nulls)],"_given":[\#(objects)]}]}"#
        var issues: [FHIR.Issue] = []
        let duration = try ContinuousClock().measure { issues = try findings(json) }
        #expect(issues == [])
        #expect(duration < .seconds(5))
    }
}
