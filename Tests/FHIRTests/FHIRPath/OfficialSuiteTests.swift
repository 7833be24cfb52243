import Testing

@testable import FHIR

@Suite("FHIRPath: the official suite", .enabled(if: SearchTestData.isPresent, "needs ../shared/data"))
struct OfficialSuiteTests {
    @Test("every test comes out as demanded, but for those listed with the paragraph that is followed instead")
    func suite() throws {
        let suite = try OfficialSuite()
        var documents: [String: JSONDocument] = [:]
        for name in Set(suite.cases.compactMap(\.input)) { documents[name] = try OfficialSuite.document(name) }
        let empty = try JSONDocument.parse(text: #"{"resourceType":"Basic"}"#)
        var passed = 0
        for test in suite.cases {
            let difference = test.run(documents, empty)
            if difference == nil { passed += 1 }
            let listed = OfficialSuiteDifferences.paragraphs[test.id]
            if (difference == nil) != (listed == nil) {
                Issue.record(
                    "\(test.id): \(test.expression) -> \(difference ?? "passes, though listed"), wanted \(test.outputs)"
                )
            }
        }
        print("FHIRPath suite: \(passed) of \(suite.cases.count) pass")
        #expect(suite.cases.count == 935)
    }
}
