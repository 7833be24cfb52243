import Testing

@testable import FHIR

@Suite("FHIRPath: hostile expressions")
struct FHIRPathHostileTests {
    private static let patient = #"""
        {"resourceType":"Patient","name":[{"given":["A","B","C"],"family":"D"},{"given":["E"]}],
         "contact":[{"name":{"family":"F"},"telecom":[{"system":"phone","value":"1"}]}]}
        """#

    @Test(
        "what would take for ever or fill the memory is refused once its steps are used up",
        arguments: [
            "'x'.repeat($this & 'x')",
            "(1|2).repeat($this + 1)",
            "(1|2|3|4|5|6|7|8|9|10).aggregate($total & 'xxxxxxxxxx' & $total & $total & $total & $total & $total & $total & $total & $total, 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa')",
            "descendants().select(%resource.descendants().select(%resource.descendants().select(%resource.descendants().select(%resource.descendants().select(%resource.descendants())))))",
            "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'.replace('a', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa').replace('a', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa').replace('a', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa').replace('a', 'aaaaaaaaaaaaaaaaaaaaaaaa')",
            "descendants().combine(descendants()).combine(descendants()).select($this.combine(%resource.descendants()).combine(%resource.descendants())).select($this.combine(%resource.descendants())).select($this.combine(%resource.descendants()))",
        ])
    func exhausting(expression: String) throws {
        let node = FHIRPathNode(resource: try JSONDocument.parse(text: Self.patient).root)
        #expect(throws: FHIRPathError.tooManySteps) {
            try FHIRPath(expression, dialect: .specification).evaluate(
                node, in: FHIRPathEnvironment(maximumSteps: 100_000))
        }
    }

    @Test("the same work within its budget is done")
    func withinBudget() throws {
        let node = FHIRPathNode(resource: try JSONDocument.parse(text: Self.patient).root)
        let count = try FHIRPath("descendants().count()").evaluate(node, in: FHIRPathEnvironment(maximumSteps: 1_000))
        #expect(count.map(\.text) == ["13"])
    }

    @Test("patterns that make other engines hang are answered at once")
    func patterns() throws {
        let node = FHIRPathNode(resource: try JSONDocument.parse(text: Self.patient).root)
        let text = String(repeating: "a", count: 2_000)
        let path = try FHIRPath("'\(text)!'.matches('^(a+)+$') or '\(text)'.matches('(a|a)*(a|aa)+b')")
        #expect(try path.holds(node, in: .default) == false)
    }

    @Test(
        "patterns without measure are refused when they are read",
        arguments: ["(((a{1,500}){1,500}){1,500})", "(a)\\\\1", "(?=a)", "a{2000}", "[b-a]", "(", "*", "a)"])
    func refusedPatterns(pattern: String) {
        #expect(throws: FHIRPathError.self) { try FHIRPath("'x'.matches('\(pattern)')") }
    }

    @Test(
        "expressions nested beyond measure are refused",
        arguments: [
            String(repeating: "(", count: 5_000) + "1", String(repeating: "-", count: 5_000) + "1",
            "a" + String(repeating: ".a", count: 2_000), "1" + String(repeating: "+1", count: 2_000),
            String(repeating: "iif(true,", count: 300) + "1", "a" + String(repeating: "[0]", count: 1_500),
        ])
    func deep(expression: String) {
        #expect(throws: FHIRPathError.self) { try FHIRPath(expression) }
    }

    @Test("numbers beyond all measure have no value, and nothing breaks")
    func numbers() throws {
        let node = FHIRPathNode(
            resource: try JSONDocument.parse(
                text: #"{"resourceType":"Observation","valueQuantity":{"value":1e999999,"unit":"x"}}"#
            ).root)
        for (expression, expected) in [
            ("value.value > 1", []), ("9223372036854775807 + 1", []),
            ("99999999999999999999.0 * 99999999999999999999.0", []),
            ("10.power(100)", []), ("(-9223372036854775807).abs()", ["9223372036854775807"]), ("1000000.exp()", []),
            ("@9999-12-31 + 1 year", []), ("@0001-01-01 - 1 day", []), ("@2020-01-01 + 999999999999 years", []),
        ] as [(String, [String])] {
            let items = try FHIRPath(expression).evaluate(node, in: .default)
            #expect(items.map { $0.text ?? "" } == expected, "\(expression)")
        }
    }
}
