import FHIR
import Testing

@Suite("Translation by concept maps")
struct ConceptTranslationTests {
    private typealias Sample = TerminologySample

    private static let map = #"""
        {"resourceType":"ConceptMap","url":"http://example.org/map","status":"active",
        "sourceCanonical":"http://example.org/vs/a","targetCanonical":"http://example.org/vs/b|1","group":[
        {"source":"http://example.org/colours","target":"http://example.org/animals","element":[
          {"code":"Red","target":[{"code":"cat","equivalence":"wider"},{"code":"bat","equivalence":"disjoint"}]},
          {"code":"Blue","target":[{"code":"owl","equivalence":"equivalent",
            "dependsOn":[{"property":"http://example.org/time","value":"night"}],
            "product":[{"property":"http://example.org/size","system":"http://example.org/sizes","value":"s"}]}]},
          {"code":"Pink","target":[{"equivalence":"unmatched"}]}],
         "unmapped":{"mode":"fixed","code":"dodo"}},
        {"source":"http://example.org/other","target":"http://example.org/animals","element":[{"code":"x","target":[{"code":"cat","equivalence":"equal"}]}],
         "unmapped":{"mode":"other-map","url":"http://example.org/second"}}]}
        """#
    private static let second = #"""
        {"resourceType":"ConceptMap","url":"http://example.org/second","status":"active","group":[
        {"source":"http://example.org/other","target":"http://example.org/animals","element":[],"unmapped":{"mode":"provided"}}]}
        """#

    private func translate(
        _ system: String, _ code: String, _ adjust: (inout ConceptTranslation.Wish) -> Void = { _ in }
    ) throws -> (result: Bool, message: String?, matches: [String], root: JSONNode) {
        let known = Sample.set(Sample.animals, Sample.colours, Self.map, Self.second)
        var wish = ConceptTranslation.Wish()
        wish.codings = [.init(system: system, code: code)]
        adjust(&wish)
        let maps = [known.conceptMap("http://example.org/map")].compactMap(\.self)
        let document = try JSONDocument.parse(ConceptTranslation(wish, maps: maps, known: known).json())
        #expect(ShapeValidator.validate(document, as: .parameters).issues.isEmpty)
        let parameters = document.root.elements("parameter").map { $0 }
        func value(_ name: String) -> JSONNode? { parameters.first { $0["name"]?.equals(name) == true } }
        let matches = parameters.filter { $0["name"]?.equals("match") == true }.map { match in
            let parts = match.elements("part").map { $0 }
            let concept = parts.first { $0["name"]?.equals("concept") == true }?["valueCoding"]
            return
                "\(parts.first?["valueCode"]?.string ?? "") \(concept?["code"]?.string ?? "-") \(concept?["display"]?.string ?? "-")"
        }
        return (
            value("result")?["valueBoolean"]?.bool ?? false, value("message")?["valueString"]?.string, matches,
            document.root
        )
    }

    @Test("a code becomes what the map says, with its equivalence")
    func forward() throws {
        let red = try translate("http://example.org/colours", "Red")
        #expect(red.result)
        #expect(red.matches == ["wider cat Cat", "disjoint bat Bat"])
        #expect(try translate("http://example.org/colours", "Pink").result == false)
        #expect(try translate("http://example.org/colours", "Green").matches == ["inexact dodo Dodo"])
        #expect(try translate("http://example.org/other", "y").matches == ["equal y -"])
        let strange = try translate("http://example.org/strange", "y")
        #expect(!strange.result && strange.message?.contains("http://example.org/strange|y") == true)
    }

    @Test("a mapping that depends on another element holds only with it")
    func dependency() throws {
        let without = try translate("http://example.org/colours", "Blue")
        #expect(!without.result && without.message?.contains("http://example.org/time") == true)
        let with = try translate("http://example.org/colours", "Blue") {
            $0.dependencies = [.init(element: "http://example.org/time", codings: [], text: "night")]
        }
        #expect(with.matches == ["equivalent owl Owl"])
        let other = try translate("http://example.org/colours", "Blue") {
            $0.dependencies = [
                .init(element: "http://example.org/time", codings: [.init(system: nil, code: "day")], text: nil)
            ]
        }
        #expect(!other.result)
    }

    @Test("in reverse wider is narrower, and source is target")
    func reverse() throws {
        let cat = try translate("http://example.org/animals", "cat") { $0.isReverse = true }
        #expect(cat.matches == ["narrower Red -", "equal x -"])
    }

    @Test("a map between other value sets is not asked")
    func places() throws {
        let right = try translate("http://example.org/colours", "Red") {
            $0.source = "http://example.org/vs/a"
            $0.target = "http://example.org/vs/b"
        }
        #expect(right.result)
        let wrong = try translate("http://example.org/colours", "Red") { $0.target = "http://example.org/vs/c" }
        #expect(!wrong.result && wrong.message?.contains("No concept map") == true)
        let system = try translate("http://example.org/colours", "Red") { $0.targetSystem = "http://example.org/x" }
        #expect(system.matches.isEmpty)
    }
}
