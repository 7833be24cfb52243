import TestSupport
import Testing

@testable import FHIR

@Suite("FHIRPath: random expressions")
struct FHIRPathFuzzTests {
    private static let documents = [
        ##"{"resourceType":"Patient","id":"p","active":true,"name":[{"use":"official","family":"A","given":["B","Ö"]}],"birthDate":"1974-12-25","_birthDate":{"extension":[{"url":"x","valueDateTime":"1974-12-25T14:35:45-05:00"}]},"contained":[{"resourceType":"Organization","id":"o"}],"managingOrganization":{"reference":"#o"}}"##,
        #"{"resourceType":"Observation","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"1-8"}]},"valueQuantity":{"value":5.40,"unit":"mg","system":"http://unitsofmeasure.org","code":"mg"},"component":[{"valueString":"a"},{"valueInteger":3}]}"#,
        #"{"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"urn:uuid:1","resource":{"resourceType":"Patient","id":"1"}},{"fullUrl":"urn:uuid:2","resource":{"resourceType":"Observation","subject":{"reference":"urn:uuid:1"}}}]}"#,
    ]

    @Test("expressions by the grammar and of garbage, half of each, are answered or refused within their budget")
    func fuzz() throws {
        var random = SmallRandom(state: 0x5EED)
        let nodes = try Self.documents.map { FHIRPathNode(resource: try JSONDocument.parse(text: $0).root) }
        var environment = FHIRPathEnvironment(now: 1_790_000_000_000_000, maximumSteps: 20_000)
        environment.isTracing = true
        let evaluator = FHIRPathEvaluator(environment)
        var answered = 0
        for round in 0..<FuzzRuns.count(8_000) {
            let text = round % 2 == 0 ? expression(&random, 4) : garbage(&random)
            for dialect in [FHIRPath.Dialect.strict, .specification] {
                guard let path = try? FHIRPath(text, dialect: dialect) else { continue }
                let node = nodes[random.below(nodes.count)]
                if let items = try? evaluator.evaluate(path, node) {
                    answered += 1
                    for item in items.prefix(5) { #expect(!item.rendering.line.isEmpty) }
                }
                // What holds() answers is what evaluate() comes to.
                if let items = try? evaluator.evaluate(path, node), items.isEmpty {
                    #expect((try? evaluator.holds(path, node)) == nil, "\(text)")
                }
            }
        }
        #expect(answered > 500)
    }

    private func garbage(_ random: inout SmallRandom) -> String {
        let alphabet = Array("abzNx019 .,()[]{}'\"`$%@|&+-*/<>=!~\\_:TZé\n")
        if random.below(2) == 0 {
            return String((0..<random.below(30)).map { _ in alphabet[random.below(alphabet.count)] })
        }
        var text = Array(expression(&random, 3))
        for _ in 0..<2 where !text.isEmpty { text[random.below(text.count)] = alphabet[random.below(alphabet.count)] }
        return String(text)
    }

    private func expression(_ random: inout SmallRandom, _ depth: Int) -> String {
        guard depth > 0 else { return pick(Self.atoms, &random) }
        switch random.below(8) {
        case 0: return pick(Self.atoms, &random)
        case 1:
            return
                "\(expression(&random, depth - 1)) \(pick(Self.operators, &random)) \(expression(&random, depth - 1))"
        case 2: return "(\(expression(&random, depth - 1)))"
        case 3: return "\(expression(&random, depth - 1)).\(pick(Self.names, &random))"
        case 4: return "\(expression(&random, depth - 1))[\(expression(&random, depth - 2))]"
        default:
            let arguments = (0..<random.below(4)).map { _ in expression(&random, depth - 2) }
            return
                "\(expression(&random, depth - 1)).\(pick(Self.functions, &random))(\(arguments.joined(separator: ", ")))"
        }
    }

    private func pick(_ list: [String], _ random: inout SmallRandom) -> String { list[random.below(list.count)] }

    private static let atoms = [
        "1", "0", "-1", "2.50", "'a'", "''", "'Ö'", "true", "false", "{}", "@2020", "@2020-02-29", "@2020-02-29T10:00Z",
        "@T10:30", "5 'mg'", "1 year", "$this", "$index", "$total", "%resource", "%context", "%ucum", "name", "value",
        "birthDate", "Patient", "Observation.value", "entry.resource", "now()", "today()", "'(a|b)*c'", "String",
        "code",
    ]
    private static let operators = FHIRPathOperator.allCases.map(\.rawValue) + ["is", "as"]
    private static let names = [
        "name", "given", "value", "extension", "id", "entry", "resource", "subject", "coding", "unit",
    ]
    private static let functions =
        FHIRPathFunctions.all.keys.sorted() + [
            "where", "exists", "all", "empty", "not", "count", "select", "children", "descendants", "iif", "sort",
            "matches",
            "is", "as", "ofType", "extension", "hasValue",
        ]
}

/// A small generator of numbers, so that a failure can be repeated.
private struct SmallRandom {
    var state: UInt64

    mutating func below(_ limit: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(max(1, limit)))
    }
}
