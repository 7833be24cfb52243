import Testing
import XML

@Suite("XML reader")
struct XMLReaderTests {
    @Test("elements, attributes, namespaces and text come out as they went in")
    func tree() throws {
        let source = """
            <?xml version="1.0" encoding="UTF-8"?>
            <!-- before -->
            <a:root xmlns:a="urn:a" xmlns="urn:d" one="1 &lt; 2 &amp; 3" a:two='&#x41;&#38;"'>
              <child>x<![CDATA[<&>]]>y<!-- cut -->z</child><b/><b xmlns="">&quot;</b>
            </a:root>
            """
        let root = try XMLDocument.parse(Array(source.utf8)).root
        #expect(root.is("root", in: "urn:a"))
        #expect(root.prefix == "a")
        #expect(root.attribute("one") == "1 < 2 & 3")
        #expect(root.attribute("two", in: "urn:a") == "A&\"")
        #expect(root.attribute("two") == nil)
        #expect(root.attributes.count == 2)
        #expect(root.elements.map(\.name) == ["child", "b", "b"])
        #expect(root.elements.map(\.namespace) == ["urn:d", "urn:d", nil])
        #expect(root.first("child", in: "urn:d")?.text == "x<&>yz")
        #expect(root.first("child", in: "urn:d")?.children.map { _ in 1 }.count == 1)
        #expect(root.deepText.filter { !$0.isWhitespace } == "x<&>yz\"")
        #expect(root.elements("b", in: "urn:d").map(\.position) == [XMLPosition(line: 4, column: 48)])
        #expect(root.namespace(ofPrefix: "a") == "urn:a")
        #expect(root.namespace(ofPrefix: nil) == "urn:d")
        #expect(root.first("b", in: nil)?.namespace(ofPrefix: nil) == nil)
        #expect(root.first("b", in: "urn:d")?.parent?.name == "root")
    }

    @Test("a position is the start of the tag, counted in code points, with CRLF as one line end")
    func positions() throws {
        let source = "<r>\r\n  <ä b='>'\r\n   c='ü'/> <c/></r>"
        let root = try XMLDocument.parse(Array(source.utf8)).root
        #expect(root.position == XMLPosition(line: 1, column: 1))
        #expect(
            root.elements.map(\.position) == [XMLPosition(line: 2, column: 3), XMLPosition(line: 3, column: 12)])
    }

    @Test("long texts and documents are read whole, with positions behind them right")
    func large() throws {
        let text = String(repeating: "0123456789abcdef", count: 1 << 20)
        let many = String(repeating: "<i v='1'/>\n", count: 200_000)
        let source = "<r>\n<t>\(text)</t>\n\(many)<last/></r>"
        let root = try XMLDocument.parse(Array(source.utf8)).root
        #expect(root.first("t", in: nil)?.text.utf8.count == 16 << 20)
        #expect(root.elements("i", in: nil).reduce(0) { count, _ in count + 1 } == 200_000)
        #expect(root.first("last", in: nil)?.position == XMLPosition(line: 200_003, column: 1))
    }

    @Test("every prefix of a document is refused, and the whole is read")
    func prefixes() throws {
        let source = Array(
            #"<?xml version="1.0"?><!-- c --><r a="1" xmlns:p="urn:p"><p:x>t&amp;</p:x><![CDATA[z]]><?pi d?><é/></r>"#
                .utf8)
        for end in 0..<source.count {
            #expect(throws: XMLError.self, "prefix of \(end) bytes") {
                try XMLDocument.parse(Array(source[..<end]))
            }
        }
        _ = try XMLDocument.parse(source)
    }

    @Test("any single byte may change without a crash; what is read can be written and read again")
    func mutations() throws {
        let source = Array(
            #"<?xml version="1.0"?><r a="1" xmlns:p="urn:p"><p:x b='2'>t&amp;</p:x><![CDATA[z]]></r>"#.utf8)
        for index in source.indices {
            for byte in [
                UInt8(0), 1, 0x0A, 0x20, 0x22, 0x26, 0x2F, 0x3A, 0x3B, 0x3C, 0x3E, 0x5D, 0x78, 0x80, 0xC3, 0xFF,
            ] {
                var bytes = source
                bytes[index] = byte
                guard let document = try? XMLDocument.parse(bytes) else { continue }
                var writer = XMLWriter()
                writer.append(document.root)
                let again = try writer.finish()
                _ = try XMLDocument.parse(again)
            }
        }
    }

    @Test("documents are read on many threads at once")
    func concurrency() async {
        await withTaskGroup(of: Int.self) { group in
            for number in 0..<64 {
                group.addTask {
                    let source = "<r>" + String(repeating: "<n v='\(number)'/>", count: 500) + "</r>"
                    let document = try? XMLDocument.parse(Array(source.utf8))
                    return document?.root.elements.reduce(0) { $0 + (Int($1.attribute("v") ?? "") ?? -1) } ?? -1
                }
            }
            var total = 0
            for await sum in group { total += sum }
            #expect(total == (0..<64).reduce(0, +) * 500)
        }
    }
}
