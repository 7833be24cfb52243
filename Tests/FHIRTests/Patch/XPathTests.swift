import Testing
import XML

@testable import FHIR

@Suite("XPath in selectors")
struct XPathTests {
    static let document = """
        <Patient xmlns="http://hl7.org/fhir"><id value="p1"/><name><family value="A"/><given value="B"/><given value="C"/>\
        </name><name><use value="usual"/><given value="D"/></name><text><div xmlns="http://www.w3.org/1999/xhtml">\
        <p>one <b>two</b> three</p></div></text><multipleBirthInteger value="3"/></Patient>
        """

    /// What is selected, each as its attribute value, text or element name.
    private func select(_ selector: String, steps: Int = 10_000) throws -> [String] {
        let draft = XMLDraft(try XMLDocument.parse(Array(Self.document.utf8), comments: true))
        let path = try XPath(selector) { ["f": "http://hl7.org/fhir", "h": "http://www.w3.org/1999/xhtml"][$0] }
        var evaluator = XPathEvaluator(draft, maximumSteps: steps)
        return try evaluator.select(path).map { node in
            switch node {
            case .attribute: return "@" + (try evaluator.string(of: node))
            case .namespace: return "namespace"
            case .node(let number):
                switch draft[number] {
                case .element(let element): return element.name
                case .text(let text): return "'\(text)'"
                case .comment: return "comment"
                case .document: return "/"
                }
            }
        }
    }

    @Test(
        "paths, axes and conditions select what XPath 1.0 says",
        arguments: [
            ("/", ["/"]), ("f:Patient", ["Patient"]), ("/f:Patient/f:id/@value", ["@p1"]),
            ("f:Patient/f:name", ["name", "name"]), ("f:Patient/f:name[2]/f:given/@value", ["@D"]),
            ("f:Patient/f:name/f:given[1]/@value", ["@B", "@D"]), ("f:Patient/f:name[last()]/f:use/@value", ["@usual"]),
            ("f:Patient/f:name[f:use/@value='usual']/f:given/@value", ["@D"]),
            ("f:Patient/f:name[f:use[@value = \"usual\"]]/f:given/@value", ["@D"]),
            ("f:Patient/f:name[not(f:use)]/f:given[position()=2]/@value", ["@C"]),
            ("f:Patient/f:name/f:given[@value='C']/@value", ["@C"]),
            ("f:Patient/f:name/f:given[@value!='C']/@value", ["@B", "@D"]),
            ("//f:given[@value='C' or @value='D']/@value", ["@C", "@D"]),
            ("//f:given[@value='C' and ../f:family]/@value", ["@C"]), ("//f:given[../f:use]/@value", ["@D"]),
            ("//f:name[count(f:given)=2]/f:family/@value", ["@A"]), ("//f:name[count(f:given)>=2][1]", ["name"]),
            ("f:Patient/*[1]", ["id"]), ("f:Patient/f:*[last()]", ["multipleBirthInteger"]),
            ("f:Patient/f:multipleBirthInteger[@value<4]/@*", ["@3"]),
            ("f:Patient/f:multipleBirthInteger[@value>3]", []),
            ("//h:p/text()", ["'one '", "' three'"]), ("//h:p/text()[2]", ["' three'"]), ("//h:b/text()", ["'two'"]),
            ("//h:p[.='one two three']", ["p"]), ("//h:p[contains(., 'two')]", ["p"]),
            ("//*[starts-with(@value, 'u')]", ["use"]), ("//*[local-name()='given'][2]/@value", ["@C"]),
            ("//f:given[3]", []), ("//@value[.='C']/..", ["given"]),
            ("f:Patient/child::f:id/attribute::value", ["@p1"]),
            ("f:Patient/descendant::f:given[3]/@value", ["@D"]), ("f:Patient/f:id/self::f:id", ["id"]),
            ("f:Patient/./f:id/../f:id", ["id"]), ("f:Patient/f:id/../../f:Patient/f:id", ["id"]),
            ("f:Patient/f:name[1.0]/f:family", ["family"]), ("f:Patient/f:name[0]", []), ("f:Patient/f:name[-1]", []),
            ("Patient", []), ("f:Patient/comment()", []), ("f:Patient/processing-instruction('x')", []),
            ("f:Patient/f:name[normalize-space(concat(' ', f:family/@value, ' x')) = 'A x']/f:family/@value", ["@A"]),
            ("f:Patient/f:name[string-length(f:family/@value)=1]/f:family/@value", ["@A"]),
            ("//f:name[true()][false()]", []),
            ("f:Patient/f:or/f:and", []), ("f:Patient/f:name[(f:use)]/f:use/@value", ["@usual"]),
        ])
    func selections(_ selector: String, _ expected: [String]) throws {
        #expect(try select(selector) == expected)
    }

    @Test(
        "what is no XPath, or more than is offered, is refused with its place",
        arguments: [
            ("", "an element name, @attribute, text() or comment() was expected"), ("f:Patient/", "an element name"),
            ("f:Patient[", "an element name"), ("f:Patient[1", "\"]\" was expected"), ("f:Patient]", "goes on"),
            ("f:Patient[@a='x]", "no closing quote"), ("f:Patient#", "has no meaning"), ("f:", "a name was expected"),
            ("x:Patient", "is not bound"), ("f:a | f:b", "several places"), ("id('x')", "id()"),
            ("f:a[$x]", "variables"), ("f:a/following::f:b", "the axis following"),
            ("f:a[sum(f:b)]", "the function sum()"),
            ("f:a[count()]", "another number of arguments"), ("f:a[not(1,2)]", "another number of arguments"),
            ("f:a[" + String(repeating: "(", count: 100) + "1", "nests more than"),
            ("f:a[" + String(repeating: "not(", count: 17) + "1", "nests more than"),
            ("f:a[1" + String(repeating: " or 1", count: 200) + "]", "nests more than"),
            (String(repeating: "f:a/", count: 2_000), "longer than"), ("f:a[1 + 1]", "\"]\" was expected"),
        ])
    func refusals(_ selector: String, _ words: String) {
        #expect {
            try select(selector)
        } throws: { error in
            (error as? XPathError)?.sentence(selector).contains(words) ?? false
        }
    }

    @Test("a selector that visits too many nodes is stopped")
    func budget() {
        #expect(throws: XPathError.tooManySteps) { try select("//*[//*[//*[//*]]]", steps: 5_000) }
        #expect(throws: XPathError.tooManySteps) { try select("//*//*//*//*", steps: 100) }
    }
}
