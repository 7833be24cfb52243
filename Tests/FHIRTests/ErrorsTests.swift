import FHIR
import Testing

@Suite("OperationOutcome")
struct ErrorsTests {
    @Test("an outcome is a resource with one issue for each finding")
    func json() throws {
        let outcome = OperationOutcome([
            FHIR.Issue(.value, "\"a\tb\" is no code", at: "Patient.gender"),
            FHIR.Issue(.notSupported, "ä", severity: .warning),
        ])
        #expect(
            String(decoding: outcome.json(), as: UTF8.self)
                == #"{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"value","diagnostics":"\"a\tb\" is no code","expression":["Patient.gender"]},{"severity":"warning","code":"not-supported","diagnostics":"ä"}]}"#
        )
        #expect(outcome.hasErrors)
    }

    @Test("an outcome without findings says that all went well, since R4 asks for one issue")
    func empty() throws {
        let outcome = OperationOutcome([])
        #expect(!outcome.hasErrors)
        #expect(ShapeValidator.validate(try JSONDocument.parse(outcome.json()), as: .operationOutcome).issues == [])
    }

    @Test("every severity and issue type is one of R4's", arguments: IssueType.allCases)
    func codes(_ type: IssueType) throws {
        for severity in FHIR.Issue.Severity.allCases {
            let bytes = OperationOutcome(Issue(type, "x", at: "Patient", severity: severity)).json()
            #expect(ShapeValidator.validate(try JSONDocument.parse(bytes), as: .operationOutcome).issues == [])
        }
    }

    @Test("all of R4's issue types are known")
    func complete() throws {
        let element = try #require(R4.table.type("OperationOutcome.issue")?.element("code"))
        let codes = try #require(element.binding).valueSet.codes.map(\.code)
        #expect(Set(codes) == Set(IssueType.allCases.map(\.rawValue)))
    }

    @Test("the gravest severity comes first")
    func order() {
        #expect([.warning, .fatal, .information, .error].sorted() == FHIR.Issue.Severity.allCases)
    }
}
