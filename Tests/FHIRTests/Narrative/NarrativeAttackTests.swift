import FHIR
import Testing

@Suite("Narrative that does something")
struct NarrativeAttackTests {
    private func expectRefusal(_ inside: String, _ word: String = "", line: Int = #line) {
        let faults = narrativeFaults("text\(inside)")
        #expect(
            faults.contains { $0.rule == .content && $0.message.contains(word) }, "line \(line): \(inside) \(faults)")
    }

    @Test(
        "elements that run, embed, ask or link are refused by name",
        arguments: [
            "script", "noscript", "style", "link", "base", "meta", "html", "head", "body", "title", "frame", "frameset",
            "noframes", "iframe", "object", "embed", "applet", "param", "form", "input", "button", "select", "option",
            "textarea", "fieldset", "label", "isindex", "ins", "del", "center", "font", "basefont", "u", "s", "strike",
            "dir", "menu", "audio", "video", "svg", "math", "canvas", "template", "marquee", "blink", "xml", "portal",
        ])
    func elements(name: String) {
        expectRefusal("<\(name)/>", "‘\(name)’")
        expectRefusal("<p><\(name)>a</\(name)></p>", "‘\(name)’")
        expectRefusal("<\(name.uppercased())/>", "‘\(name.uppercased())’")
        expectRefusal("<x:\(name) xmlns:x=\"http://www.w3.org/1999/xhtml\"/>", "‘x:\(name)’")
    }

    @Test(
        "event handlers are refused on any element, in any case",
        arguments: [
            "onclick", "onload", "onerror", "onmouseover", "onfocus", "onanimationstart", "ONCLICK", "OnClick",
            "x:onclick",
        ])
    func handlers(name: String) {
        expectRefusal("<p \(name)=\"a()\">a</p>", "event handler")
        expectRefusal("<img src=\"#a\" \(name)='a()'/>", "event handler")
    }

    @Test("other attributes that R4 does not allow are refused")
    func attributes() {
        for name in ["action", "formaction", "background", "srcdoc", "data", "xlink:href", "HREF", "target", "srcset"] {
            expectRefusal("<a \(name)=\"a\">a</a>", "‘\(name)’")
        }
        #expect(narrativeFaults("<p xmlns=\"http://www.w3.org/2000/svg\">a</p>").map(\.rule) == [.form])
    }

    @Test(
        "links that run something are refused however they are written",
        arguments: [
            "javascript:alert(1)", "JavaScript:alert(1)", "  javascript:alert(1)", "java\tscript:alert(1)",
            "java&#10;script:alert(1)", "java&#x0D;script:a", "&#106;avascript:a", "&#x6A;&#x61;vascript:a",
            "&#0000106;avascript:a", "&#1;javascript:a", "javascript&#58;a", "javascript&#x3a;a",
            "&amp;#106;avascript:a",
            "&amp;amp;#106;avascript:a", "javascript&amp;colon;a", "java&amp;Tab;script:a", "vbscript:a", "VBSCRIPT:a",
            "livescript:a", "data:text/html,a", "data:text/html;base64,PHA+", " data : text/html,a", "blob:a",
            "view-source:javascript:a", "jar:http://a!/b", "filesystem:http://a", "&amp;#x6A&amp;#x61vascript:a",
        ].filter { !$0.contains("&#1;") })
    func links(value: String) {
        expectRefusal("<a href=\"\(value)\">a</a>", "link")
        expectRefusal("<img src='\(value)'/>", "link")
        expectRefusal("<blockquote cite=\"\(value)\">a</blockquote>", "link")
    }

    @Test("an image carries its own data only as an image, a link none")
    func data() {
        #expect(narrativeFaults("<img src=\"data:image/gif;base64,AA\"/>") == [])
        #expect(narrativeFaults("<img src=\" DATA:IMAGE/gif;base64,AA\"/>") == [])
        expectRefusal("<img src=\"data:text/html,a\"/>", "data:")
        expectRefusal("<a href=\"data:image/gif;base64,AA\">a</a>", "data:")
    }

    @Test(
        "styles that run or fetch something are refused however they are written",
        arguments: [
            "width: expression(alert(1))", "width: EXPRESSION(a)", "width: exp/**/ression(a)",
            "width: \\65xpression(a)",
            "width: e\\78 pression(a)", "width: expression&#40;a)", "background: url(javascript:a)",
            "background: url('http://example.org/a.png')", "background: url( //example.org/a )",
            "background:u/**/rl(x)",
            "background: \\75rl(http://a)", "-moz-binding: url(#a)", "behavior: url(#a)", "@import 'a'",
            "@\\69mport 'a'",
            "background: URL(&quot;vbscript:a&quot;)", "list-style: url(a) url(#b)",
            "/* */ /* background:url(#) */ x:url(a)",
        ])
    func styles(value: String) {
        expectRefusal("<p style=\"\(value)\">a</p>", "style")
    }

    @Test("what a browser reads otherwise than an XML reader is refused")
    func twoReadings() {
        expectRefusal("<![CDATA[><script>a</script>]]>", "CDATA")
        expectRefusal("<!--><script>a</script>-->", "comment")
        expectRefusal("<!---><script>a</script> -->", "comment")
        expectRefusal("<!--[if IE]><script>a</script><![endif]-->", "comment")
        expectRefusal("<?x ><script>a</script>?>", "instruction")
        expectRefusal("<?xml-stylesheet href=\"a\"?>", "instruction")
    }
}
