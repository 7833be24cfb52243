import Testing
import XML

@Suite("XML reader and hostile documents")
struct XMLHostileTests {
    private func reason(_ source: String, limits: XMLLimits = .default) -> XMLError.Reason? {
        failure(Array(source.utf8), limits: limits)?.reason
    }

    private func failure(_ bytes: [UInt8], limits: XMLLimits = .default) -> XMLError? {
        do throws(XMLError) {
            _ = try XMLDocument.parse(bytes, limits: limits)
            return nil
        } catch {
            return error
        }
    }

    @Test("a document type is refused before anything in it is read")
    func documentType() {
        var laughs = "<!DOCTYPE lolz [<!ENTITY lol \"lol\">"
        for level in 1...9 {
            let before = level == 1 ? "lol" : "lol\(level - 1)"
            laughs += "<!ENTITY lol\(level) \"\(String(repeating: "&\(before);", count: 10))\">"
        }
        laughs += "]><lolz>&lol9;</lolz>"
        #expect(reason(laughs) == .documentType)
        #expect(reason("<?xml version='1.0'?>\n<!DOCTYPE r SYSTEM 'http://127.0.0.1:9/x.dtd'><r/>") == .documentType)
        #expect(reason("<!DOCTYPE r [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><r>&x;</r>") == .documentType)
        #expect(reason("<!DOCTYPE r [<!ENTITY % p SYSTEM 'http://127.0.0.1:9/'> %p;]><r/>") == .documentType)
        #expect(reason("<!DOCTYPE html><html/>") == .documentType)
        #expect(reason("<!-- a --><!DOCTYPE") == .documentType)
        #expect(
            failure(Array("<?xml version='1.0'?>\n  <!DOCTYPE r><r/>".utf8))?.position
                == XMLPosition(line: 2, column: 3))
        #expect(reason("<r><!-- <!DOCTYPE x> --><![CDATA[<!DOCTYPE x>]]></r>") == nil)
    }

    @Test("entities other than the five, and references to characters XML does not have, are refused")
    func entities() {
        #expect(reason("<r>&nbsp;</r>") == .undefinedEntity)
        #expect(reason("<r a='&x;'/>") == .undefinedEntity)
        #expect(reason("<r>&#0;</r>") == .forbiddenCharacter)
        #expect(reason("<r>&#xFFFE;</r>") == .forbiddenCharacter)
        #expect(reason("<r>&#x110000;</r>") == .forbiddenCharacter)
        #expect(reason("<r>\u{1}</r>") == .forbiddenCharacter)
        #expect(reason("<r>a\0b</r>") == .forbiddenCharacter)
        #expect(reason("<r/>\0") == .forbiddenCharacter)
        #expect(reason("\0") == .forbiddenCharacter)
    }

    @Test("a catalogue instruction is refused, an inclusion is an element like others, a style sheet is nothing")
    func fetching() throws {
        #expect(reason("<?oasis-xml-catalog catalog='http://127.0.0.1:9/'?><r/>") == .catalogue)
        #expect(reason("<?xml-stylesheet href='http://127.0.0.1:9/'?><r/>") == nil)
        let include = "<r xmlns:xi='http://www.w3.org/2001/XInclude'><xi:include href='/etc/passwd' parse='text'/></r>"
        let root = try XMLDocument.parse(Array(include.utf8)).root
        #expect(root.elements.map(\.name) == ["include"])
        #expect(root.deepText.isEmpty)
    }

    @Test("depth is limited without recursion, at any size")
    func depth() {
        let million = String(repeating: "<a>", count: 1_000_000)
        #expect(reason(million) == .tooDeep(limit: 128))
        let closed = String(repeating: "<a>", count: 128) + String(repeating: "</a>", count: 128)
        #expect(reason(closed) == nil)
        #expect(reason("<b>" + closed + "</b>") == .tooDeep(limit: 128))
        #expect(reason("<a><b><c/></b></a>", limits: XMLLimits(maximumDepth: 2)) == .tooDeep(limit: 2))
    }

    @Test("attributes, namespaces, names and texts are limited before they cost anything")
    func counts() {
        let attributes = (0..<200_000).map { "a\($0)='1'" }.joined(separator: " ")
        #expect(reason("<r \(attributes)/>") == .tooManyAttributes(limit: 256))
        let wrapped = String(
            repeating: "<a " + (0..<100).map { "xmlns:p\($0)='u:\($0)'" }.joined(separator: " ") + ">", count: 3)
        #expect(reason(wrapped) == .tooManyNamespaces(limit: 256))
        let name = String(repeating: "n", count: 100_000)
        #expect(reason("<\(name)/>") == .nameTooLong(limit: 512))
        #expect(reason("<r \(name)='1'/>") == .nameTooLong(limit: 512))
        #expect(reason("<r a='12345'/>", limits: XMLLimits(maximumAttributeBytes: 4)) == .attributeTooLong(limit: 4))
        #expect(reason("<r>12345</r>", limits: XMLLimits(maximumTextBytes: 4)) == .textTooLong(limit: 4))
        #expect(
            reason("<r>12<![CDATA[3]]>4&amp;</r>", limits: XMLLimits(maximumTextBytes: 4)) == .textTooLong(limit: 4))
        #expect(reason("<r><a/><a/></r>", limits: XMLLimits(maximumElements: 2)) == .tooManyElements(limit: 2))
        #expect(reason("<r/>", limits: XMLLimits(maximumBytes: 3)) == .tooManyBytes(limit: 3))
    }

    @Test("what is not well-formed is refused with its place")
    func malformed() {
        #expect(reason("") == .empty)
        #expect(reason(" \n") == .empty)
        #expect(reason("<r><a></r></a>") == .mismatchedTag)
        #expect(reason("<r/><r/>") == .contentAfterRoot)
        #expect(reason("<r/>text") == .contentAfterRoot)
        #expect(reason("<r a='1' a='2'/>") == .duplicateAttribute)
        #expect(reason("<r xmlns:a='u' xmlns:b='u' a:x='1' b:x='2'/>") == .duplicateAttribute)
        #expect(reason("<p:r/>") == .undefinedPrefix)
        #expect(reason("<r p:a='1'/>") == .undefinedPrefix)
        #expect(reason("<r xmlns:xml='urn:other'/>") == .namespaceDeclaration)
        #expect(reason("<r xmlns:p=''/>") == .namespaceDeclaration)
        #expect(reason("<r a=1/>") == .attribute)
        #expect(reason("<r><a>") == .unfinished)
        #expect(reason("text") == .empty)
        let error = failure(Array("<r>\n  <a></b>\n</r>".utf8))
        #expect(error?.position.line == 2)
        #expect(error?.description.hasPrefix("line 2, column ") == true)
    }

    @Test("encodings are those of the list, and the bytes must be what the document says")
    func encodings() throws {
        let declared = { (name: String) in "<?xml version=\"1.0\" encoding=\"\(name)\"?>" }
        func text(_ bytes: [UInt8]) throws -> String { try XMLDocument.parse(bytes).root.text }

        #expect(try text(Array("<r>ü€</r>".utf8)) == "ü€")
        #expect(try text([0xEF, 0xBB, 0xBF] + Array("<r>ü</r>".utf8)) == "ü")
        #expect(try text(Array((declared("ISO-8859-1") + "<r>").utf8) + [0xFC] + Array("</r>".utf8)) == "ü")
        #expect(try text(Array((declared("windows-1252") + "<r>").utf8) + [0x80, 0xFC] + Array("</r>".utf8)) == "€ü")
        #expect(try text(Array((declared("US-ASCII") + "<r>u</r>").utf8)) == "u")
        let utf16 = Array((declared("UTF-16") + "<r>ü😀</r>").utf16)
        #expect(try text([0xFE, 0xFF] + utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }) == "ü😀")
        #expect(try text([0xFF, 0xFE] + utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }) == "ü😀")

        #expect(failure(Array("<r>".utf8) + [0xC3, 0x28])?.reason == .notInEncoding("UTF-8"))
        #expect(failure(Array("<r>\n".utf8) + [0xC0, 0xAF])?.position == XMLPosition(line: 2, column: 1))
        #expect(failure(Array("<r>".utf8) + [0xED, 0xA0, 0x80])?.reason == .notInEncoding("UTF-8"))
        #expect(failure(Array((declared("US-ASCII") + "<r>ü</r>").utf8))?.reason == .notInEncoding("US-ASCII"))
        #expect(
            failure(Array((declared("windows-1252") + "<r>").utf8) + [0x81])?.reason == .notInEncoding("windows-1252"))
        #expect(failure([0xFE, 0xFF, 0xD8, 0x00, 0x00, 0x41])?.reason == .notInEncoding("UTF-16BE"))
        #expect(failure([0xFE, 0xFF, 0x00])?.reason == .notInEncoding("UTF-16BE"))
        #expect(reason(declared("UTF-7") + "<r/>") == .encodingNotSupported("UTF-7"))
        #expect(reason(declared("EBCDIC-CP-US") + "<r/>") == .encodingNotSupported("EBCDIC-CP-US"))
        #expect(failure([0xFF, 0xFE, 0, 0, 0x3C, 0, 0, 0])?.reason == .encodingNotSupported("UTF-32"))
        #expect(
            failure([0x3C, 0, 0x72, 0])?.reason == .encodingNotSupported("UTF-16 without byte order mark"))
        #expect(
            reason(declared("UTF-16") + "<r/>") == .encodingMismatch(declared: "UTF-16", found: "not UTF-16"))
        #expect(
            failure([0xEF, 0xBB, 0xBF] + Array((declared("ISO-8859-1") + "<r/>").utf8))?.reason
                == .encodingMismatch(declared: "ISO-8859-1", found: "marked as UTF-8"))
        let latin = Array((declared("ISO-8859-1") + "<r/>").utf16)
        #expect(
            failure([0xFE, 0xFF] + latin.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] })?.reason
                == .encodingMismatch(declared: "ISO-8859-1", found: "UTF-16BE"))
    }
}
