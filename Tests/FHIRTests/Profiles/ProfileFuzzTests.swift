import FHIR
import TestSupport
import Testing

/// Definitions in which something was put that does not belong there: whatever comes, an answer comes.
@Suite("Definitions with anything in them")
struct ProfileFuzzTests {
    private let profiles = [
        TestProfile(
            "p", "Observation", version: "1",
            [
                #""id":"Observation.category","path":"Observation.category","min":1,"slicing":{"rules":"closed","ordered":true,"discriminator":[{"type":"pattern","path":"$this"}]}"#,
                #""id":"Observation.category:a","path":"Observation.category","sliceName":"a","min":1,"max":"1","patternCodeableConcept":{"coding":[{"system":"urn:cs","code":"a"}]}"#,
                #""id":"Observation.code","path":"Observation.code","binding":{"strength":"required","valueSet":"urn:vs"}"#,
                #""id":"Observation.subject","path":"Observation.subject","type":[{"code":"Reference","targetProfile":["\#(TestProfile.url("q"))"],"aggregation":["contained"]}]"#,
                #""id":"Observation.value[x]:valueQuantity","path":"Observation.value[x]","sliceName":"valueQuantity","type":[{"code":"Quantity"}],"maxValueQuantity":{"value":3}"#,
                ##""id":"Observation.component.referenceRange","path":"Observation.component.referenceRange","contentReference":"#Observation.referenceRange""##,
                #""id":"Observation.extension:e","path":"Observation.extension","sliceName":"e","type":[{"code":"Extension","profile":["\#(TestProfile.url("e"))"]}]"#,
                #""id":"Observation.note","path":"Observation.note","constraint":[{"key":"k","severity":"error","human":"h","expression":"text.length() < 3 and %resource.conformsTo('\#(TestProfile.url("p"))')"}]"#,
            ]),
        TestProfile("q", "Patient", base: TestProfile.url("r"), [#""path":"Patient.active","fixedBoolean":true"#]),
        TestProfile("r", "Patient", [#""path":"Patient.link.other","min":1,"mustSupport":true"#]),
        TestProfile(
            "e", "Extension", contexts: #"[{"type":"element","expression":"Observation"}]"#,
            [
                #""path":"Extension.value[x]","min":1,"type":[{"code":"string"}]"#,
                #""path":"Extension.url","fixedUri":"\#(TestProfile.url("e"))""#,
            ]),
    ]

    private let valueSet =
        #"{"resourceType":"ValueSet","url":"urn:vs","compose":{"include":[{"system":"urn:cs","concept":[{"code":"a"}]},{"valueSet":["urn:vs"]}]}}"#

    private let resource = ##"""
        {"resourceType":"Observation","meta":{"profile":["http://example.org/StructureDefinition/p"]},
        "contained":[{"resourceType":"Patient","id":"1","active":true}],"extension":[{"url":"http://example.org/StructureDefinition/e","valueString":"x"}],
        "category":[{"coding":[{"system":"urn:cs","code":"a"}]}],"code":{"coding":[{"system":"urn:cs","code":"a"}]},"subject":{"reference":"#1"},
        "valueQuantity":{"value":1},"component":[{"referenceRange":[{"text":"x"}]}],"note":[{"text":"ab"}]}
        """##

    /// JSON that may stand anywhere.
    private static let odd = [
        "null", "7", "-1e9", "true", "\"\"", "\"x\"", "[]", "{}", "[[]]", "[null]", "{\"a\":{}}", "\"Patient\"",
        "\"\(TestProfile.url("p"))\"", "\"#\"", "\"Observation.value[x]\"", "\"$this.resolve().a\"", "\"*\"",
        "[{\"code\":\"Reference\"}]", "\"urn:vs\"",
    ]

    private func mutated(_ json: String, _ random: inout SeededRandom) throws -> [UInt8] {
        let root = try JSONDocument.of(json).root
        var edits = JSONEdits()
        var values: [Int32] = []
        var pending = [root]
        while let node = pending.popLast() {
            if node.index != 0 { values.append(node.index) }
            pending +=
                node.kind == .object ? node.members.map { $0.value } : node.kind == .array ? Array(node.elements) : []
        }
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            guard let value = values.randomElement(using: &random) else { continue }
            if Int.random(in: 0..<4, using: &random) == 0 {
                edits.drop(value)
            } else if let odd = Self.odd.randomElement(using: &random) {
                edits.replace(value, with: Array(odd.utf8))
            }
        }
        return JSONWriter.compact(root, edits: edits)
    }

    @Test("two thousand sets of damaged definitions judge damaged resources without harm")
    func damaged() throws {
        var random = SeededRandom(4)
        var judged = 0
        for _ in 0..<2_000 {
            var files: [(name: String, bytes: [UInt8])] = []
            for json in profiles.map(\.json) + [valueSet] {
                files.append(("file", try mutated(json, &random)))
            }
            let set = ProfileSet(files: files)
            for bytes in [Array(resource.utf8), try mutated(resource, &random)] {
                let issues = set.validate(try JSONDocument.parse(bytes).root)
                #expect(issues.count < 60)
                judged += 1
            }
        }
        #expect(judged == 4_000)
    }

    @Test("undamaged, they find nothing")
    func whole() throws {
        let files = (profiles.map(\.json) + [valueSet]).map { (name: "file", bytes: Array($0.utf8)) }
        let set = ProfileSet(files: files)
        #expect(set.problems == [])
        #expect(set.validate(try JSONDocument.of(resource).root).filter(\.isError) == [])
    }
}
