import FHIR
import Testing

@Suite("Expansion of value sets")
struct ExpansionTests {
    private typealias Sample = TerminologySample

    @Test(
        "a filter takes the codes that fulfil it",
        arguments: [
            (#"{"property":"concept","op":"is-a","value":"mammal"}"#, ["mammal", "cat", "bat"]),
            (#"{"property":"concept","op":"descendent-of","value":"mammal"}"#, ["cat", "bat"]),
            (#"{"property":"concept","op":"is-not-a","value":"mammal"}"#, ["animal", "flyer", "owl", "dodo"]),
            (#"{"property":"concept","op":"generalizes","value":"cat"}"#, ["animal", "mammal", "cat"]),
            (#"{"property":"concept","op":"descendent-of","value":"flyer"}"#, ["bat", "owl", "dodo"]),
            (#"{"property":"code","op":"regex","value":"[a-c]at"}"#, ["cat", "bat"]),
            (#"{"property":"display","op":"regex","value":"O.*"}"#, ["owl"]),
            (#"{"property":"code","op":"regex","value":"a"}"#, []),
            (#"{"property":"concept","op":"in","value":"cat, owl"}"#, ["cat", "owl"]),
            (#"{"property":"concept","op":"not-in","value":"cat,owl,bat,dodo,animal"}"#, ["mammal", "flyer"]),
            (#"{"property":"legs","op":"exists","value":"true"}"#, ["cat", "bat", "owl"]),
            (#"{"property":"legs","op":"exists","value":"false"}"#, ["animal", "mammal", "flyer", "dodo"]),
            (#"{"property":"legs","op":"=","value":"2"}"#, ["bat", "owl"]),
            (#"{"property":"parent","op":"=","value":"flyer"}"#, ["bat", "owl", "dodo"]),
        ])
    func filters(filter: String, expected: [String]) throws {
        let compose = #"{"include":[{"system":"http://example.org/animals","filter":[\#(filter)]}]}"#
        #expect(try Sample.codes(compose) == expected)
    }

    @Test("several filters must all hold, and what is excluded is out")
    func combined() throws {
        #expect(
            try Sample.codes(
                #"{"include":[{"system":"http://example.org/animals","filter":[{"property":"legs","op":"=","value":"2"},{"property":"concept","op":"is-a","value":"mammal"}]}]}"#
            ) == ["bat"])
        #expect(
            try Sample.codes(
                #"{"include":[{"system":"http://example.org/animals"},{"system":"http://example.org/colours"}],"exclude":[{"system":"http://example.org/animals","filter":[{"property":"concept","op":"is-a","value":"flyer"}]},{"system":"http://example.org/colours","concept":[{"code":"Red"}]}]}"#
            ) == ["animal", "mammal", "cat", "Blue"])
    }

    @Test("codes that are not active are left out where the composition says so")
    func inactive() throws {
        #expect(
            try Sample.codes(#"{"inactive":false,"include":[{"system":"http://example.org/animals"}]}"#)
                .contains("dodo") == false)
    }

    @Test("several value sets of an include are cut, several includes are joined, each code once")
    func imports() throws {
        let some = Sample.valueSet(
            #"{"include":[{"system":"http://example.org/animals","concept":[{"code":"cat"},{"code":"owl"}]}]}"#,
            url: "http://example.org/vs/some")
        let others = Sample.valueSet(
            #"{"include":[{"system":"http://example.org/animals","concept":[{"code":"owl"},{"code":"bat"}]}]}"#,
            url: "http://example.org/vs/others")
        #expect(
            try Sample.codes(
                #"{"include":[{"valueSet":["http://example.org/vs/some","http://example.org/vs/others"]}]}"#,
                with: some, others) == ["owl"])
        #expect(
            try Sample.codes(
                #"{"include":[{"valueSet":["http://example.org/vs/some"]},{"valueSet":["http://example.org/vs/others"]}]}"#,
                with: some, others) == ["cat", "owl", "bat"])
        #expect(
            try Sample.codes(
                #"{"include":[{"system":"http://example.org/animals","valueSet":["http://example.org/vs/some"]}]}"#,
                with: some) == ["cat", "owl"])
        // All codes of a system have a value set of their own.
        #expect(
            try Sample.codes(#"{"include":[{"valueSet":["http://example.org/vs/colours"]}]}"#) == ["Red", "Blue"])
    }

    @Test("value sets that take in each other are told, not followed for ever")
    func circles() throws {
        let one = Sample.valueSet(
            #"{"include":[{"valueSet":["http://example.org/vs/two"]}]}"#, url: "http://example.org/vs/one")
        let two = Sample.valueSet(
            #"{"include":[{"valueSet":["http://example.org/vs/one"]}]}"#, url: "http://example.org/vs/two")
        let problem = #expect(throws: TerminologyProblem.self) {
            _ = try Sample.codes(#"{"include":[{"valueSet":["http://example.org/vs/one"]}]}"#, with: one, two)
        }
        #expect(problem?.issue.diagnostics.contains("http://example.org/vs/two") == true)
    }

    @Test(
        "what cannot be listed is refused by its name",
        arguments: [
            (#"{"include":[{"system":"http://loinc.org"}]}"#, "http://loinc.org"),
            (#"{"include":[{"system":"http://example.org/part"}]}"#, "http://example.org/part"),
            (#"{"include":[{"system":"http://example.org/animals","version":"1"}]}"#, "known: 2"),
            (#"{"include":[{"valueSet":["http://example.org/vs/none"]}]}"#, "http://example.org/vs/none"),
            (
                #"{"include":[{"system":"http://example.org/animals","filter":[{"property":"wings","op":"=","value":"2"}]}]}"#,
                "wings"
            ),
            (
                #"{"include":[{"system":"http://example.org/animals","filter":[{"property":"concept","op":"is-a","value":"dog"}]}]}"#,
                "dog"
            ),
            (
                #"{"include":[{"system":"http://example.org/animals","filter":[{"property":"concept","op":"like","value":"c"}]}]}"#,
                "like"
            ),
            (#"{"include":[{}]}"#, "neither"),
        ])
    func refused(compose: String, named: String) throws {
        let problem = #expect(throws: TerminologyProblem.self) { _ = try Sample.codes(compose) }
        #expect(problem?.issue.diagnostics.contains(named) == true, "\(String(describing: problem?.issue))")
    }

    @Test("codes of a system that is not loaded can be listed where the value set names them")
    func named() throws {
        #expect(
            try Sample.codes(
                #"{"include":[{"system":"http://loinc.org","concept":[{"code":"8480-6","display":"Systolic"}]}]}"#)
                == ["8480-6"])
    }

    @Test("more codes than are allowed are too costly")
    func limit() throws {
        let known = Sample.set(Sample.animals)
        let set = ValueSet(try Sample.node(Sample.valueSet(#"{"include":[{"system":"http://example.org/animals"}]}"#)))
        var evaluation = ValueSetEvaluation(known, limit: 3)
        #expect(throws: TerminologyProblem.tooCostly(limit: 3)) { _ = try evaluation.codes(of: set) }
        #expect(throws: TerminologyProblem.tooCostly(limit: 3)) {
            _ = try ValueSetExpansion(of: set, .init(), known: known, limit: 3)
        }
        var wish = ValueSetExpansion.Wish()
        wish.count = 2
        _ = try ValueSetExpansion(of: set, wish, known: known, limit: 3)
    }

    private func contains(_ wish: ValueSetExpansion.Wish) throws -> (expansion: JSONNode, codes: [String]) {
        let set = ValueSet(
            try Sample.node(Sample.valueSet(#"{"include":[{"system":"http://example.org/animals"}]}"#)))
        let json = try ValueSetExpansion(of: set, wish, known: Sample.set(Sample.animals), limit: 100).json(
            identifier: "urn:uuid:00000000-0000-0000-0000-000000000001", timestamp: "2026-11-27T00:00:00Z")
        let document = try JSONDocument.parse(json)
        let issues = ShapeValidator.validate(document, as: .valueSet).issues
        #expect(issues.isEmpty, "\(issues)")
        let expansion = try #require(document.root["expansion"])
        return (expansion, expansion.elements("contains").compactMap { $0["code"]?.string })
    }

    @Test("the answer is a value set with pages, filters, languages and designations")
    func written() throws {
        var wish = ValueSetExpansion.Wish()
        let plain = try contains(wish)
        #expect(plain.codes == ["animal", "mammal", "cat", "bat", "flyer", "owl", "dodo"])
        #expect(plain.expansion["total"]?.numberText == "7")
        #expect(plain.expansion.elements("contains").first?["abstract"]?.bool == true)
        #expect(plain.expansion.elements("contains").map { $0 }.last?["inactive"]?.bool == true)
        #expect(plain.expansion.elements("parameter").first?["valueUri"]?.string == "http://example.org/animals|2")

        wish.offset = 2
        wish.count = 2
        let page = try contains(wish)
        #expect(page.codes == ["cat", "bat"])
        #expect(page.expansion["total"]?.numberText == "7")
        #expect(page.expansion["offset"]?.numberText == "2")

        wish = .init()
        wish.filter = "thing fly"
        #expect(try contains(wish).codes == ["flyer"])

        wish = .init()
        wish.activeOnly = true
        wish.selectableOnly = true
        #expect(try contains(wish).codes == ["mammal", "cat", "bat", "flyer", "owl"])

        wish = .init()
        wish.nests = true
        let nested = try contains(wish)
        #expect(nested.codes == ["animal"])
        let mammal = nested.expansion.elements("contains").first?.elements("contains").first
        #expect(mammal?.elements("contains").compactMap { $0["code"]?.string } == ["cat", "bat"])

        wish = .init()
        wish.language = "es"
        wish.includesDesignations = true
        wish.designations = ["http://example.org/uses|short"]
        let cat = try contains(wish).expansion.elements("contains").first { $0["code"]?.equals("cat") == true }
        #expect(cat?["display"]?.string == "gato")
        #expect(cat?.elements("designation").compactMap { $0["value"]?.string } == ["gato"])

        wish = .init()
        wish.versions.checked = [Canonical("http://example.org/animals|3")]
        #expect(throws: TerminologyProblem.self) { _ = try contains(wish) }
        wish.versions.checked = []
        wish.versions.excluded = [Canonical("http://example.org/animals|2")]
        #expect(try contains(wish).codes.isEmpty)
    }

    @Test("what was added last stands above what was there, and of versions the highest")
    func versions() throws {
        let first = Sample.animals.replacing(#""version":"2""#, with: #""version":"10""#)
        var known = Sample.set(first, Sample.animals)
        #expect(known.codeSystem("http://example.org/animals")?.version == "10")
        #expect(known.codeSystem("http://example.org/animals|2")?.version == "2")
        #expect(known.codeSystem("http://example.org/animals", version: "3") == nil)
        let profiles = ProfileSet(files: [("a", Array(first.utf8))])
            .adding(files: [("b", Array(Sample.animals.utf8))])
        known = profiles.definitions
        #expect(known.codeSystem("http://example.org/animals")?.version == "2")
        #expect(known.versions(.codeSystem, "http://example.org/animals").sorted() == ["10", "2"])
    }
}
