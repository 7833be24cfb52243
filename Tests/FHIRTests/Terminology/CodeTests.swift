import FHIR
import Testing

@Suite("Codes in value sets and code systems")
struct CodeTests {
    private typealias Sample = TerminologySample

    private static let valueSet = Sample.valueSet(
        #"{"include":[{"system":"http://example.org/animals","filter":[{"property":"concept","op":"is-a","value":"animal"}]},{"system":"http://example.org/colours"},{"system":"http://loinc.org","concept":[{"code":"8480-6","display":"Systolic"}]},{"system":"http://snomed.info/sct","filter":[{"property":"concept","op":"is-a","value":"404684003"}]}],"exclude":[{"system":"http://example.org/animals","concept":[{"code":"owl"}]}]}"#
    )

    private func validate(
        _ system: String, _ code: String, _ display: String? = nil, allowsAbstract: Bool = false
    ) throws -> CodeValidation {
        let known = Sample.set(Sample.animals, Sample.colours)
        return try CodeValidation(
            .init(system: system, code: code, display: display), in: ValueSet(try Sample.node(Self.valueSet)),
            known: known, allowsAbstract: allowsAbstract, language: nil)
    }

    @Test("a code is valid where the value set has it and its display is one of the concept's")
    func valid() throws {
        #expect(try validate("http://example.org/animals", "cat").isValid)
        #expect(try validate("http://example.org/animals", "cat").display == "Cat")
        #expect(try validate("http://example.org/animals", "cat", "CAT").isValid)
        #expect(try validate("http://example.org/animals", "cat", "Katze").isValid)
        let wrong = try validate("http://example.org/animals", "cat", "Dog")
        #expect(!wrong.isValid && wrong.message?.contains("'Cat'") == true)
        #expect(try validate("http://example.org/colours", "rED").isValid)
        #expect(try !validate("http://example.org/animals", "CAT").isValid)
        #expect(try !validate("http://example.org/animals", "owl").isValid)
        #expect(try validate("http://loinc.org", "8480-6", "systolic").isValid)
        #expect(try !validate("http://loinc.org", "1-8").isValid)
        #expect(try validate("http://example.org/animals", "dodo").message?.contains("not active") == true)
    }

    @Test("codes that only group others are for those who ask for them")
    func abstract() throws {
        #expect(try !validate("http://example.org/animals", "animal").isValid)
        #expect(try validate("http://example.org/animals", "animal", allowsAbstract: true).isValid)
    }

    @Test("what depends on a system that is not loaded is said not to be known")
    func unknown() throws {
        let answer = try validate("http://snomed.info/sct", "22298006")
        #expect(!answer.isValid)
        #expect(answer.message?.contains("not known") == true, "\(answer)")
        #expect(answer.message?.contains("http://snomed.info/sct") == true, "\(answer)")
    }

    @Test("how two codes stand to each other follows the whole hierarchy")
    func subsumption() throws {
        let animals = CodeSystem(try Sample.node(Sample.animals))
        #expect(animals.relation("cat", "cat") == .equivalent)
        #expect(animals.relation("animal", "cat") == .subsumes)
        #expect(animals.relation("bat", "flyer") == .subsumedBy)
        #expect(animals.relation("bat", "mammal") == .subsumedBy)
        #expect(animals.relation("owl", "mammal") == .notSubsumed)
        #expect(animals.relation("owl", "dog") == nil)
        #expect(animals.descendants(of: "flyer") == ["bat", "flyer", "owl", "dodo"])
        #expect(animals.ancestors(of: "bat") == ["animal", "mammal", "bat", "flyer"])
    }

    @Test("a circle in a hierarchy does no harm")
    func circle() throws {
        let system = CodeSystem(
            try Sample.node(
                #"{"resourceType":"CodeSystem","url":"u","content":"complete","concept":[{"code":"a","property":[{"code":"parent","valueCode":"b"}]},{"code":"b","property":[{"code":"parent","valueCode":"a"}]}]}"#
            ))
        #expect(system.descendants(of: "a") == ["a", "b"])
    }

    private func lookup(_ code: String, _ properties: [String] = [], _ language: String? = nil) throws -> JSONNode {
        let animals = CodeSystem(try Sample.node(Sample.animals))
        let found = try #require(CodeLookup(code, in: animals, properties: properties, language: language))
        let document = try JSONDocument.parse(found.json())
        #expect(ShapeValidator.validate(document, as: .parameters).issues.isEmpty)
        return document.root
    }

    private func parameters(_ root: JSONNode, _ name: String) -> [JSONNode] {
        root.elements("parameter").filter { $0["name"]?.equals(name) == true }
    }

    private func properties(_ root: JSONNode) -> [String] {
        parameters(root, "property").map { property in
            let parts = property.elements("part").map { $0 }
            let value = parts.first { $0["name"]?.equals("value") == true }
            let text =
                value?["valueCode"]?.string ?? value?["valueString"]?.string ?? value?["valueInteger"]?.numberText
            return "\(parts.first?["valueCode"]?.string ?? "")=\(text ?? String(value?["valueBoolean"]?.bool ?? false))"
        }
    }

    @Test("a concept is told with its properties, place and names")
    func lookedUp() throws {
        let bat = try lookup("bat")
        #expect(parameters(bat, "name").first?["valueString"]?.string == "Animals")
        #expect(parameters(bat, "version").first?["valueString"]?.string == "2")
        #expect(parameters(bat, "display").first?["valueString"]?.string == "Bat")
        #expect(properties(bat) == ["legs=2", "kin=flyer", "parent=mammal", "parent=flyer", "inactive=false"])
        #expect(
            properties(try lookup("mammal")) == [
                "definition=It gives milk", "parent=animal", "child=cat", "child=bat", "inactive=false",
            ])
        let cat = try lookup("cat", ["legs", "lang.de"], "es")
        #expect(parameters(cat, "display").first?["valueString"]?.string == "gato")
        #expect(properties(cat) == ["legs=4"])
        #expect(parameters(cat, "designation").count == 1)
        #expect(CodeLookup.unknown(["legs", "wings"], in: CodeSystem(try Sample.node(Sample.animals))) == ["wings"])
    }
}
