import FHIR
import Testing

/// The faults of a narrative whose div holds this.
func narrativeFaults(_ inside: String) -> [NarrativeFault] {
    Narrative.faults(in: "<div xmlns=\"http://www.w3.org/1999/xhtml\">\(inside)</div>")
}

@Suite("Narrative that R4 allows")
struct NarrativeTests {
    @Test(
        "basic formatting, links, images and styles are legal",
        arguments: [
            "text", "<p>a &lt; b &amp; c &gt; d &quot;e&quot; &apos;</p>", "&#160;&#xA0;é😀", "<br/>text<hr />",
            "<h1>a</h1><h6>b</h6><address>c</address><blockquote cite=\"http://a.org\">d</blockquote>",
            "<table border=\"1\" class='grid'><caption>a</caption><colgroup><col width=\"50%\"/></colgroup><thead><tr><th scope=\"col\">b</th></tr></thead><tfoot/><tbody><tr><td colspan=\"2\" bgcolor=\"red\">c</td></tr></tbody></table>",
            "<ul><li>a</li></ul><ol start=\"2\"><li value=\"3\">b</li></ol><dl><dt>c</dt><dd>d</dd></dl>",
            "<b>a</b><i>b</i><tt>c</tt><big>d</big><small>e</small><sub>f</sub><sup>g</sup><kbd>h</kbd><bdo dir=\"rtl\">i</bdo>",
            "<a href=\"http://example.org/\">a</a><a name=\"b\">b</a><a href=\"#c\">c</a><a href=\"Patient/1\">d</a>",
            "<a href=\"mailto:a@example.org\">a</a><a href=\"tel:+1\">b</a><a href=\"urn:uuid:1\">c</a><a href=\"a?b=c:d\">d</a>",
            "<img src=\"#pic\" alt=\"a\"/>", "<img src=\"data:image/png;base64,AAAA\" alt=\"\"/>",
            "<img src=\"http://example.org/a.png\"/>",
            "<p style=\"color: rgb(1, 2, 3); background: url(#a) url('data:image/png;base64,AA')\">a</p>",
            "<p xml:lang=\"de\" lang=\"de\" title=\"on click: javascript: is only text\">javascript:alert(1)</p>",
            "<!-- a remark - with hyphens --> text", "a ]] > b", "<p xmlns=\"http://www.w3.org/1999/xhtml\">a</p>",
        ])
    func legal(inside: String) {
        #expect(narrativeFaults(inside) == [])
    }

    @Test("there is some text or an image")
    func empty() {
        for inside in ["", " \n\t", "<p/>", "<p> </p>", "<!-- a -->", "<img alt=\"a\"/>"] {
            #expect(narrativeFaults(inside).map(\.rule) == [.text], "\(inside)")
        }
        #expect(narrativeFaults("<p><b>a</b></p>") == [])
        #expect(narrativeFaults("<img src=\"#a\"/>") == [])
    }

    @Test("it is a well-formed div in XHTML's namespace")
    func form() {
        func rules(_ text: String) -> [NarrativeFault.Rule] { Narrative.faults(in: text).map(\.rule) }
        #expect(rules("") == [.form])
        #expect(rules("text") == [.form])
        #expect(rules("<div>a</div>") == [.form])
        #expect(rules("<div xmlns=\"urn:x\">a</div>") == [.form])
        #expect(rules("<p xmlns=\"http://www.w3.org/1999/xhtml\">a</p>") == [.form])
        #expect(rules("<div xmlns=\"http://www.w3.org/1999/xhtml\">a</div><div/>") == [.form])
        #expect(rules("<div xmlns=\"http://www.w3.org/1999/xhtml\">a</div> \n") == [])
        #expect(rules("<div xmlns=\"http://www.w3.org/1999/xhtml\">a") == [.form])
        for broken in [
            "<p>a", "a</p>", "<p>a</b></p>", "<p a=1>a</p>", "<p a>a</p>", "<p class=\"a\" class=\"b\">a</p>", "a & b",
            "&;", "&#0;", "&#xFFFF;", "&#x110000;", "a \u{1}", "a]]>b", "<!-- a -- b -->a", "<p title=\"<\">a</p>",
            "< p>a</p>", "<p title=\"a\"class=\"b\">a</p>", "a<![CDATA[", "<!DOCTYPE x>a", "<p title=\"a>b</p>",
        ] {
            #expect(narrativeFaults(broken).contains { $0.rule == .form }, "\(broken)")
        }
        let deep = String(repeating: "<b>", count: 100_000)
        #expect(narrativeFaults(deep).map(\.rule) == [.form])
    }

    @Test("HTML's named entities are not XML, and R4 has no exception for JSON")
    func entities() {
        let faults = narrativeFaults("a&nbsp;b<p title=\"&copy;\">c</p>")
        #expect(faults.map(\.rule) == [.form, .form])
        #expect(faults.first?.message.contains("&nbsp;") == true)
    }

    @Test("a fault names the line, the column and the elements around it")
    func places() throws {
        let faults = narrativeFaults("\n<table>\n <tr><td>é<script>a</script></td></tr></table>")
        let fault = try #require(faults.first)
        #expect(faults.count == 1)
        #expect(fault.path == "div/table/tr/td/script")
        #expect((fault.position.line, fault.position.column) == (3, 11))
        #expect(fault.message == "The element ‘script’ is not allowed: scripts are not allowed.")
    }

    @Test("a hundred faults are enough")
    func many() {
        #expect(narrativeFaults(String(repeating: "<u>a</u>", count: 100_000)).count == 100)
        #expect(narrativeFaults(String(repeating: "&nbsp;", count: 100_000)).count == 100)
    }

    @Test(
        "the narratives of the official examples are legal but for two that say nothing",
        .enabled(if: XMLCorpus.specification.archive.exists))
    func examples() throws {
        var faulty: [String: [String]] = [:]
        var count = 0
        for pair in try XMLCorpus.specification.pairs() {
            try visit(JSONDocument.parse(pair.json).root) { div in
                count += 1
                let faults = Narrative.faults(in: div) ?? []
                if !faults.isEmpty { faulty[pair.name, default: []] += faults.map(\.rule.rawValue) }
            }
        }
        #expect(count == 1_028)
        // Their divs hold nothing but white space.
        #expect(
            faulty == [
                "json/activitydefinition-servicerequest-example.json": ["txt-2"],
                "json/eventdefinition-example.json": ["txt-2"],
            ])
    }

    private func visit(_ node: JSONNode, _ body: (JSONNode) -> Void) throws {
        for (key, value) in node.members {
            if key.equals("div") { body(value) } else { try visit(value, body) }
        }
        if node.kind == .array { for element in node.elements { try visit(element, body) } }
    }
}
