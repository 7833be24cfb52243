import TestSupport
import Testing

@testable import FHIR

@Suite("Hostile searches")
struct SearchParserFuzzTests {
    private static let words = [
        "name", "subject", "patient", ":", ".", "_has:", "Patient", "Observation", ":missing", ":not", "=", "&", ",",
        "$",
        "|", "\\", "%00", "%2C", "eq", "2024-01-01", "T10", "_filter", "_sort", "_include", "(", ")", "[", "]", "\"",
        " ",
        "and", "or", "not", "co", "1e5", "-", "code-value-quantity", "near", "_id", "\u{301}", "\u{1F9EA}", "*",
        "_type",
        ":iterate", "true", "_lastUpdated", "ge", "_elements", "value-quantity", "focus", "1|a|b", "_list", "\r\n",
    ]

    @Test("any text is understood or refused, and what is refused says why")
    func random() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("search fuzz seed:", seed)
        var random = SeededRandom(state: seed)
        var understood = 0
        for round in 0..<4_000 {
            var text = ["name", "_filter=", "subject", "_has:Observation:", ""][Int(random.next() % 5)]
            for _ in 0..<random.next() % 14 { text += Self.words[Int(random.next() % UInt64(Self.words.count))] }
            let types: [ResourceType] = [[.patient], [.observation], [.location], []][round % 4]
            do {
                let search = try Asked.parse(text, types, isLenient: round % 3 == 0)
                understood += 1
                #expect(search.applied.count + search.warnings.count >= SearchQuery(query: text).parameters.count)
            } catch {
                #expect(!error.issues.isEmpty)
                #expect(error.issues.allSatisfy { $0.isError && !$0.diagnostics.isEmpty && $0.expression != nil })
            }
        }
        #expect(understood > 0)
    }
}
