import Testing
import XML

@testable import FHIR

/// What an XML Patch makes of a document, or what it says against it. `operations` stand in a root element that binds
/// FHIR's namespace as the default.
private func xmlPatched(
    _ target: String, _ operations: String, root: String = #"diff xmlns="http://hl7.org/fhir""#,
    limits: PatchLimits = .default, forgivesWhitespace: Bool = false
) throws -> String {
    let name = root.split(separator: " ")[0]
    let document = try XMLDocument.parse(Array("<\(root)>\(operations)</\(name)>".utf8), comments: true)
    var draft = XMLDraft(try XMLDocument.parse(Array(target.utf8), comments: true))
    do throws(PatchError) {
        try XMLPatch(document.root, limits: limits).apply(
            to: &draft, forgivesWhitespace: forgivesWhitespace, limits: limits)
    } catch {
        return error.brief
    }
    return text(try draft.written()).replacing(#" xmlns="http://hl7.org/fhir""#, with: "")
}

@Suite("XML Patch")
struct XMLPatchTests {
    let target =
        #"<Patient xmlns="http://hl7.org/fhir"><id value="p"/><name><given value="A"/><given value="B"/></name></Patient>"#

    @Test("add puts content last, first, before and after")
    func add() throws {
        #expect(
            try xmlPatched(target, #"<add sel="f:Patient/f:name"><given value="C"/><given value="D"/></add>"#)
                .contains(#"<given value="B"/><given value="C"/><given value="D"/></name>"#))
        #expect(
            try xmlPatched(target, #"<add sel="f:Patient/f:name" pos="prepend"><given value="C"/></add>"#)
                .contains(#"<name><given value="C"/><given value="A"/>"#))
        #expect(
            try xmlPatched(target, #"<add sel="f:Patient/f:name/f:given[2]" pos="before"><given value="C"/></add>"#)
                .contains(#"<given value="A"/><given value="C"/><given value="B"/>"#))
        #expect(
            try xmlPatched(target, #"<add sel="f:Patient/f:name/f:given[1]" pos="after"><given value="C"/></add>"#)
                .contains(#"<given value="A"/><given value="C"/><given value="B"/>"#))
        #expect(
            try xmlPatched(target, #"<add sel="f:Patient/f:name/f:given[1]" type="@id">x</add>"#)
                .contains(#"<given value="A" id="x"/>"#))
        #expect(
            try xmlPatched(target, #"<add sel="f:Patient" type="@x:schemaLocation" xmlns:x="urn:x">y</add>"#)
                .hasPrefix(#"<Patient xmlns:x="urn:x" x:schemaLocation="y">"#))
        #expect(
            try xmlPatched(target, #"<add sel="f:Patient" type="namespace::x">urn:x</add>"#)
                .hasPrefix(#"<Patient xmlns:x="urn:x"><id"#))
    }

    @Test("replace exchanges elements, attributes and texts")
    func replace() throws {
        #expect(
            try xmlPatched(target, #"<replace sel="f:Patient/f:name/f:given[2]/@value">x &amp; "y"</replace>"#)
                .contains(#"<given value="x &amp; &quot;y&quot;"/></name>"#))
        #expect(
            try xmlPatched(target, "<replace sel='f:Patient/f:name'>\n <active value='true'/> \n</replace>")
                .hasSuffix(#"<id value="p"/><active value="true"/></Patient>"#))
        let narrative =
            #"<text xmlns="http://hl7.org/fhir"><div xmlns="http://www.w3.org/1999/xhtml">a<b>c</b>d</div></text>"#
        #expect(
            try xmlPatched(narrative, #"<replace sel="f:text/h:div/text()[2]">e</replace>"#).contains(
                "a<b>c</b>e</div>"))
        #expect(try xmlPatched(narrative, #"<replace sel="f:text/h:div/text()[2]"/>"#).contains("a<b>c</b></div>"))
        #expect(
            try xmlPatched(
                narrative, #"<remove sel="f:text/h:div/h:b"/><replace sel="f:text/h:div/text()">x</replace>"#
            )
            .contains(">x</div>"))
    }

    @Test("remove takes elements, attributes, texts and, if asked, the blanks beside them")
    func remove() throws {
        #expect(
            try xmlPatched(target, #"<remove sel="f:Patient/f:name/f:given[@value='A']"/>"#)
                .contains(#"<name><given value="B"/></name>"#))
        #expect(try xmlPatched(target, #"<remove sel="f:Patient/f:id/@value"/>"#).contains("<id/>"))
        let spaced = "<a> <b/>\n<c/>\t<d/></a>"
        let root = "diff"
        #expect(try xmlPatched(spaced, #"<remove sel="a/c" ws="before"/>"#, root: root) == "<a> <b/>\t<d/></a>")
        #expect(try xmlPatched(spaced, #"<remove sel="a/c" ws="after"/>"#, root: root) == "<a> <b/>\n<d/></a>")
        #expect(try xmlPatched(spaced, #"<remove sel="a/c" ws="both"/>"#, root: root) == "<a> <b/><d/></a>")
        #expect(
            try xmlPatched(spaced, #"<remove sel="a/d" ws="after"/>"#, root: root).contains(
                "invalid-whitespace-directive")
        )
        #expect(
            try xmlPatched(spaced, #"<remove sel="a/d" ws="after"/>"#, root: root, forgivesWhitespace: true)
                == "<a> <b/>\n<c/>\t</a>")
    }

    @Test("operations see what those before them made, and names without prefix are in the patch's default namespace")
    func sequence() throws {
        #expect(
            try xmlPatched(
                target,
                #"<add sel="Patient"><active value="true"/></add><replace sel="Patient/active/@value">false</replace><remove sel="Patient/name"/>"#
            )
                == #"<Patient><id value="p"/><active value="false"/></Patient>"#)
        let prefixed = #"<p:add xmlns:p="urn:p" sel="f:Patient/f:id" type="@id">1</p:add>"#
        #expect(try xmlPatched(target, prefixed, root: #"p:diff xmlns:p="urn:p""#).contains(#"<id value="p" id="1"/>"#))
    }

    @Test(
        "what cannot be applied is told with RFC 5261's condition",
        arguments: [
            (#"<remove sel="f:Patient/f:active"/>"#, "resource not-found", "unlocated-node"),
            (#"<remove sel="f:Patient/f:name/f:given"/>"#, "resource multiple-matches", "selects 2 places"),
            (#"<remove sel="f:Patient"/>"#, "resource structure", "invalid-root-element-operation"),
            (#"<remove sel="/"/>"#, "resource structure", "invalid-root-element-operation"),
            (#"<add sel="f:Patient" pos="after"><a/></add>"#, "resource structure", "invalid-root-element-operation"),
            (#"<add sel="f:Patient/f:id/@value">x</add>"#, "resource structure", "invalid-node-types"),
            (
                #"<add sel="f:Patient/f:id" type="@value">x</add>"#, "resource duplicate",
                "has an attribute value already"
            ),
            (
                #"<add sel="f:Patient/f:id/@value" type="@x">x</add>"#, "resource structure",
                "only elements have attributes"
            ),
            (#"<replace sel="f:Patient/f:id">x</replace>"#, "resource structure", "invalid-node-types"),
            (#"<replace sel="f:Patient/f:id"><id/><id/></replace>"#, "resource structure", "exactly one element"),
            (#"<replace sel="f:Patient/f:id/@value"><x/></replace>"#, "resource structure", "replaced by text"),
            (#"<replace sel="/"><x/></replace>"#, "resource structure", "invalid-patch-directive"),
            (#"<remove sel="f:Patient/f:id" ws="all"/>"#, "document code-invalid", "before, after or both"),
            (#"<add sel="f:Patient" pos="last"><x/></add>"#, "document code-invalid", "prepend, before or after"),
            (#"<add sel="f:Patient" pos="before" type="@x">y</add>"#, "document structure", "both pos and type"),
            (#"<add sel="f:Patient" type="x">y</add>"#, "document value", "@name adds an attribute"),
            (#"<add sel="f:Patient" type="@x:y">y</add>"#, "document value", "invalid-namespace-prefix"),
            (#"<add sel="f:Patient" type="@x"><y/></add>"#, "document structure", "asks for text"),
            (#"<add sel="f:Patient" type="namespace::x"/>"#, "document value", "invalid-namespace-uri"),
            (#"<add><x/></add>"#, "document required", "no attribute sel"),
            (#"<move sel="f:Patient"/>"#, "document code-invalid", "invalid-patch-directive"),
            (#"<add xmlns="urn:x" sel="f:Patient"/>"#, "document structure", "another namespace"),
            (#"<remove sel="x:Patient"/>"#, "document value", "invalid-namespace-prefix"),
            (#"<remove sel="f:Patient["/>"#, "document invalid", "no XPath at character"),
            ("", "document required", "no operations"),
        ])
    func refusals(_ operations: String, _ start: String, _ words: String) throws {
        let result = try xmlPatched(target, operations)
        #expect(result.hasPrefix(start) && result.contains(words), "\(result)")
    }

    @Test("selectors that visit too much, and changes that move too much, end at the limit of steps")
    func budget() throws {
        let wide = "<a>" + String(repeating: "<b/>", count: 2_000) + "</a>"
        let limits = PatchLimits(maximumSteps: 1_000_000)
        #expect(
            try xmlPatched(
                wide, #"<remove sel="a/b[count(../b[count(../b) > 1]) > 1][1]"/>"#, root: "diff", limits: limits
            )
            .hasPrefix("resource too-costly"))
        let appends = String(repeating: #"<add sel="a"><b/></add>"#, count: 600)
        #expect(try xmlPatched(wide, appends, root: "diff", limits: limits).hasPrefix("resource too-costly"))
        #expect(
            try xmlPatched(wide, appends, root: "diff", limits: PatchLimits(maximumOperations: 599))
                .hasPrefix("document too-costly"))
    }
}

@Suite("XML Patch on resources")
struct XMLPatchResourceTests {
    private func patched(_ operations: String) -> String {
        FHIRTests.patched(
            patient, Array("<diff xmlns=\"http://hl7.org/fhir\">\(operations)</diff>".utf8), as: .xml)
    }

    @Test("a resource in JSON is patched by its XML form, with all digits kept")
    func resource() {
        let result = patched(
            #"<replace sel="f:Patient/f:birthDate/@value">1980-01-01</replace><add sel="f:Patient/f:name[2]"><given value="J."/></add>"#
        )
        #expect(result.contains(#""birthDate":"1980-01-01","_birthDate":{"id":"b"}"#), "\(result)")
        #expect(result.contains(#"{"given":["Jim","J."]}"#))
        #expect(result.contains(#""valueDecimal":1.50"#))
        #expect(
            patched(#"<remove sel="f:Patient/f:name[1]/f:given[1]"/>"#).contains(
                #"{"family":"Chalmers","given":["James"]}"#))
        #expect(patched(#"<remove sel="f:Patient/f:active" ws="both"/>"#).contains("active") == false)
    }

    @Test("a result that is no resource, and a change of what only the server sets, are refused")
    func refusals() {
        #expect(patched(#"<add sel="f:Patient"><nickname value="x"/></add>"#).hasPrefix("resource structure"))
        #expect(patched(#"<add sel="f:Patient">text</add>"#).hasPrefix("resource structure"))
        #expect(patched(#"<add sel="f:Patient"><nickname xmlns="" value="x"/></add>"#).hasPrefix("resource structure"))
        #expect(
            patched(#"<replace sel="f:Patient/f:id/@value">q</replace>"#).hasPrefix(
                "resource business-rule Patient.id: The patch changes id"))
        #expect(
            patched(#"<remove sel="f:Patient/f:meta"/>"#).hasPrefix("resource business-rule Patient.meta.versionId"))
        #expect(
            patched(#"<replace sel="f:Patient"><Basic><id value="p1"/></Basic></replace>"#).hasPrefix(
                "resource business-rule Patient:"))
        #expect(patched("<add").hasPrefix("document structure -: The patch is no XML"))
        #expect(patched("<!DOCTYPE a [<!ENTITY b 'c'>]>").hasPrefix("document structure -: The patch is no XML"))
    }
}
