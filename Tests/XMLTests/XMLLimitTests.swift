import Testing
import XML

@Suite("XML limits, at each and one above")
struct XMLLimitTests {
    private func reason(_ source: String, _ limits: XMLLimits) -> XMLError.Reason? {
        do throws(XMLError) {
            _ = try XMLDocument.parse(Array(source.utf8), limits: limits)
            return nil
        } catch {
            return error.reason
        }
    }

    private func repeated(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }

    @Test("bytes of the document, as sent and as decoded")
    func bytes() {
        #expect(reason("<r>12345</r>", XMLLimits(maximumBytes: 12)) == nil)
        #expect(reason("<r>123456</r>", XMLLimits(maximumBytes: 12)) == .tooManyBytes(limit: 12))
        // Each ü is one byte as it is sent here and two when decoded.
        let latin = "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><r>"
        let sent = Array(latin.utf8) + [UInt8](repeating: 0xFC, count: 10) + Array("</r>".utf8)
        #expect((try? XMLDocument.parse(sent, limits: XMLLimits(maximumBytes: sent.count + 10))) != nil)
        #expect((try? XMLDocument.parse(sent, limits: XMLLimits(maximumBytes: sent.count + 9))) == nil)
    }

    @Test("elements within elements")
    func depth() {
        for depth in [1, 5, 128] {
            let limits = XMLLimits(maximumDepth: depth)
            #expect(reason(repeated("<a>", depth) + repeated("</a>", depth), limits) == nil)
            #expect(
                reason(repeated("<a>", depth + 1) + repeated("</a>", depth + 1), limits) == .tooDeep(limit: depth))
            // Siblings are not depth.
            #expect(reason("<r>" + repeated("<a/>", 1_000) + "</r>", XMLLimits(maximumDepth: 2)) == nil)
        }
    }

    @Test("elements of the document")
    func elements() {
        let limits = XMLLimits(maximumElements: 100)
        #expect(reason("<r>" + repeated("<a/>", 99) + "</r>", limits) == nil)
        #expect(reason("<r>" + repeated("<a/>", 100) + "</r>", limits) == .tooManyElements(limit: 100))
    }

    @Test("attributes of an element, namespaces in scope")
    func attributes() {
        func attributes(_ count: Int) -> String { (0..<count).map { "a\($0)=''" }.joined(separator: " ") }
        #expect(reason("<r \(attributes(256))><a \(attributes(256))/></r>", .default) == nil)
        #expect(reason("<r \(attributes(257))/>", .default) == .tooManyAttributes(limit: 256))
        func declarations(_ count: Int) -> String {
            (0..<count).map { "xmlns:n\($0)='u:\($0)'" }.joined(separator: " ")
        }
        #expect(reason("<r \(declarations(128))><a \(declarations(128))/></r>", .default) == nil)
        #expect(
            reason("<r \(declarations(128))><a \(declarations(129))/></r>", .default) == .tooManyNamespaces(limit: 256))
        // What is closed is not in scope.
        #expect(reason("<r>" + repeated("<a \(declarations(200))/>", 3) + "</r>", .default) == nil)
    }

    @Test("names of elements, attributes and prefixes, in bytes")
    func names() {
        let name = repeated("ü", 255) + "nn"
        #expect(reason("<\(name)/>", .default) == nil)
        #expect(reason("<\(name)n/>", .default) == .nameTooLong(limit: 512))
        #expect(reason("<r \(name)=''/>", .default) == nil)
        #expect(reason("<r \(name)n=''/>", .default) == .nameTooLong(limit: 512))
        #expect(reason("<p:\(name) xmlns:p='u'/>", .default) == .nameTooLong(limit: 512))
    }

    @Test("one attribute value, one text")
    func texts() {
        let limits = XMLLimits(maximumAttributeBytes: 10, maximumTextBytes: 10)
        #expect(reason("<r a='1234567890'/>", limits) == nil)
        #expect(reason("<r a='12345678901'/>", limits) == .attributeTooLong(limit: 10))
        #expect(reason("<r>1234567890<a/>1234567890</r>", limits) == nil)
        #expect(reason("<r>12345678901</r>", limits) == .textTooLong(limit: 10))
        #expect(reason("<r>12345<!-- cut -->67890<![CDATA[1]]></r>", limits) == .textTooLong(limit: 10))
    }

    @Test("names without number are read in as many steps as there are names")
    func distinctNames() throws {
        let source = "<r>" + (0..<50_000).map { "<n\($0) a\($0)=''/>" }.joined() + "</r>"
        let root = try XMLDocument.parse(Array(source.utf8)).root
        #expect(root.elements.reduce(0) { count, _ in count + 1 } == 50_000)
    }

    @Test("rows know where in the text their elements were written")
    func sources() throws {
        let source = "<?xml version='1.0'?>\n<r><a b='>'/><p>é<b>x</b></p ><c\n/>&lt;</r> <!-- end -->"
        let document = try XMLDocument.parse([0xEF, 0xBB, 0xBF] + Array(source.utf8))
        let written = document.withRows { rows in
            rows.nodes.filter { $0.name >= 0 }.map { node in
                String(
                    decoding: rows.source[Int(node.source.lowerBound)..<Int(node.source.upperBound)], as: UTF8.self)
            }
        }
        #expect(
            written == [
                "<r><a b='>'/><p>é<b>x</b></p ><c\n/>&lt;</r>", "<a b='>'/>", "<p>é<b>x</b></p >", "<b>x</b>", "<c\n/>",
            ])
    }
}
