import FHIR
import TestSupport
import Testing

/// Makes documents that are nearly resources: parts of good ones dropped, exchanged and repeated, and single bytes
/// changed.
struct ResourceMutator {
    var random: SeededRandom

    private static let values = [
        "null", "[]", "{}", "[null]", "\"\"", "\" \"", "0", "-1.50", "1e400", "true", "[[1]]", "\"2020-02-30\"",
        "{\"resourceType\":\"Patient\"}", "{\"extension\":[{}]}", "\"\\ud83d\\ude00\"", "{\"reference\":\"#x\"}",
        "123456789012345678901234567890", "\"<div xmlns=\\\"http://www.w3.org/1999/xhtml\\\"/>\"",
    ]

    mutating func mutant(of document: JSONDocument) -> [UInt8] {
        var bytes = structural(document)
        if random.chance(30), !bytes.isEmpty {
            for _ in 0..<Int.random(in: 1..<4, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                case 2: bytes.insert(random.pick(Array("\"{}[],:\\0u_".utf8)), at: place)
                default: bytes.removeSubrange(place..<min(bytes.count, place + 8))
                }
                if bytes.isEmpty { break }
            }
        }
        return bytes
    }

    private mutating func structural(_ document: JSONDocument) -> [UInt8] {
        var edits = JSONEdits()
        for _ in 0..<Int.random(in: 0..<4, using: &random) {
            guard let node = node(in: document) else { continue }
            switch Int.random(in: 0..<3, using: &random) {
            case 0: edits.drop(node.index)
            case 1: edits.replace(node.index, with: Array(random.pick(Self.values).utf8))
            default:
                if let other = self.node(in: document) {
                    edits.replace(node.index, with: JSONWriter.compact(other))
                }
            }
        }
        return JSONWriter.compact(document.root, edits: edits)
    }

    /// A value somewhere below the root, by a walk of chance.
    private mutating func node(in document: JSONDocument) -> JSONNode? {
        var node = document.root
        while true {
            let children =
                node.kind == .object ? node.members.map(\.value) : node.kind == .array ? Array(node.elements) : []
            guard !children.isEmpty else { return node.index == 0 ? nil : node }
            node = random.pick(children)
            if random.chance(25) { return node }
        }
    }
}

@Suite("Any resource at all")
struct ResourceFuzzTests {
    /// How many mutants.
    static let runs = FuzzRuns.count(2_000)

    private func exercise(_ bytes: [UInt8], _ counts: inout (refused: Int, sound: Int)) {
        guard let document = try? JSONDocument.parse(bytes) else {
            counts.refused += 1
            return
        }
        let issues = ShapeValidator.validate(document).issues
        if issues.isEmpty { counts.sound += 1 }
        #expect(issues.count <= ShapeValidator.limit + 1)
        #expect(issues.allSatisfy { !$0.diagnostics.isEmpty })
        let compact = JSONWriter.compact(document.root)
        guard let again = try? JSONDocument.parse(compact) else {
            Testing.Issue.record("not readable again: \(text(bytes))")
            return
        }
        #expect(JSONDocument.semanticallyEqual(document, again))
        #expect(ShapeValidator.validate(again).issues == issues)
    }

    @Test("mutants of small resources are read and judged, or refused")
    func small() throws {
        let seeds = try [
            patient,
            #"{"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"urn:uuid:x","resource":{"resourceType":"Basic","code":{"text":"x"}}}]}"#,
            #"{"resourceType":"Observation","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"1-8"}]},"valueQuantity":{"value":1.50,"unit":"g"},"contained":[{"resourceType":"Patient","id":"x"}]}"#,
        ].map { try JSONDocument.of($0) }
        var mutator = ResourceMutator(random: SeededRandom(state: 4))
        var counts = (refused: 0, sound: 0)
        for round in 0..<Self.runs { exercise(mutator.mutant(of: seeds[round % seeds.count]), &counts) }
        #expect(counts.refused > 0 && counts.sound > 0 && counts.refused + counts.sound < Self.runs)
    }

    @Test(
        "mutants of the official examples are read and judged, or refused",
        .enabled(if: ReferenceArchive.specificationExamples.exists, "needs ../shared/data"))
    func examples() throws {
        let seeds = try ReferenceArchive.specificationExamples.files().filter { $0.bytes.count < 100_000 }
            .map { try JSONDocument.parse($0.bytes) }
        var mutator = ResourceMutator(random: SeededRandom(state: 401))
        var counts = (refused: 0, sound: 0)
        for round in 0..<Self.runs { exercise(mutator.mutant(of: seeds[round % seeds.count]), &counts) }
        #expect(counts.refused > 0 && counts.sound > 0 && counts.refused + counts.sound < Self.runs)
    }
}
