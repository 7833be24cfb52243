import Testing
import XML

@Suite("XML writer")
struct XMLWriterTests {
    @Test("a small resource is written compact and pretty")
    func layouts() throws {
        func write(_ layout: XMLWriter.Layout) throws -> String {
            var writer = XMLWriter(layout: layout, declaration: layout == .pretty)
            writer.open("Patient", in: "http://hl7.org/fhir")
            writer.open("id")
            writer.attribute("value", "a<\"&\n\t>")
            writer.close()
            writer.open("div", in: "http://www.w3.org/1999/xhtml")
            writer.text("one ")
            writer.open("b")
            writer.text("two\r&")
            writer.close()
            writer.close()
            writer.open("name")
            writer.close()
            writer.close()
            return String(decoding: try writer.finish(), as: UTF8.self)
        }
        #expect(
            try write(.compact)
                == #"<Patient xmlns="http://hl7.org/fhir"><id value="a&lt;&quot;&amp;&#10;&#9;&gt;"/><div "#
                + #"xmlns="http://www.w3.org/1999/xhtml">one <b>two&#13;&amp;</b></div><name/></Patient>"#)
        #expect(
            try write(.pretty) == """
                <?xml version="1.0" encoding="UTF-8"?>
                <Patient xmlns="http://hl7.org/fhir">
                  <id value="a&lt;&quot;&amp;&#10;&#9;&gt;"/>
                  <div xmlns="http://www.w3.org/1999/xhtml">one <b>two&#13;&amp;</b></div>
                  <name/>
                </Patient>

                """)
    }

    @Test("prefixes are declared once, where they are needed")
    func prefixes() throws {
        var writer = XMLWriter(declaration: false)
        writer.open("root", prefix: "a", in: "urn:a")
        writer.declare(prefix: "x", "urn:x")
        writer.attribute("lang", prefix: "xml", "de")
        writer.open("child", prefix: "a", in: "urn:a")
        writer.attribute("v", prefix: "x", "1")
        writer.close()
        writer.close()
        #expect(
            String(decoding: try writer.finish(), as: UTF8.self)
                == #"<a:root xmlns:a="urn:a" xmlns:x="urn:x" xml:lang="de"><a:child x:v="1"/></a:root>"#)
    }

    @Test("an element that was read is written with every namespace it needs, and reads as the same")
    func append() throws {
        let source = #"<r xmlns="urn:d" xmlns:x="urn:x"><v x:type="x:T" a="1">t<w xmlns=""><q/></w> <x:y/></v></r>"#
        let element = try #require(try XMLDocument.parse(Array(source.utf8)).root.first("v", in: "urn:d"))
        var writer = XMLWriter(declaration: false)
        writer.append(element)
        let text = String(decoding: try writer.finish(), as: UTF8.self)
        #expect(
            text == #"<v xmlns="urn:d" xmlns:x="urn:x" x:type="x:T" a="1">t<w xmlns=""><q/></w> <x:y/></v>"#)
        #expect(try XMLDocument.parse(Array(text.utf8)).root.namespace(ofPrefix: "x") == "urn:x")
    }

    @Test("what cannot be well-formed is refused, never written")
    func mistakes() {
        func problem(_ body: (inout XMLWriter) -> Void) -> XMLWriteError? {
            var writer = XMLWriter()
            body(&writer)
            do throws(XMLWriteError) {
                _ = try writer.finish()
                return nil
            } catch {
                return error
            }
        }
        #expect(problem { _ in } == .unbalanced)
        #expect(problem { $0.open("a") } == .unbalanced)
        #expect(problem { $0.open("a b") } == .name("a b"))
        #expect(
            problem {
                $0.open("a"); $0.text("\u{1}"); $0.close()
            } == .forbiddenCharacter(1))
        #expect(
            problem {
                $0.open("a"); $0.text("x"); $0.attribute("b", "1"); $0.close()
            } == .attributeAfterContent("b"))
        #expect(
            problem {
                $0.open("a"); $0.attribute("b", "1"); $0.attribute("b", "2"); $0.close()
            }
                == .duplicateAttribute("b"))
        #expect(
            problem {
                $0.open("a"); $0.close(); $0.open("b"); $0.close()
            } == .outsideRoot)
        #expect(
            problem {
                $0.open("a"); $0.close(); $0.close()
            } == .unbalanced)
        #expect(
            problem {
                $0.open("a"); $0.attribute("v", prefix: "p", "1"); $0.close()
            } == .undefinedPrefix("p"))
        #expect(problem { $0.text("x") } == .outsideRoot)
    }
}
