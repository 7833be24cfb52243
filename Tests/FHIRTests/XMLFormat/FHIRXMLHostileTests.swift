import FHIR
import Testing
import XML

/// The attacks on XML that concern FHIR's format; those on XML itself are in XMLTests.
@Suite("FHIR XML and hostile documents")
struct FHIRXMLHostileTests {
    private func code(_ source: String) -> IssueType? { xmlFaults(source).first?.code }

    @Test("nothing outside the document is read: no document type, entity, catalogue, inclusion or style sheet")
    func outside() throws {
        let patient = "<Patient xmlns=\"http://hl7.org/fhir\">"
        #expect(
            code(
                "<!DOCTYPE p [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>\(patient)<language value=\"&x;\"/></Patient>")
                == .security)
        #expect(code("<!DOCTYPE p SYSTEM \"http://127.0.0.1:9/\">\(patient)</Patient>") == .security)
        #expect(code("\(patient)<language value=\"&x;\"/></Patient>") == .structure)
        #expect(code("<?oasis-xml-catalog catalog=\"http://127.0.0.1:9/\"?>\(patient)</Patient>") == .security)
        #expect(
            xmlFaults(
                "\(patient)<xi:include xmlns:xi=\"http://www.w3.org/2001/XInclude\" href=\"/etc/passwd\"/></Patient>"
            )
            .map(\.expression) == ["Patient.include"])
        // Named, not fetched.
        let styled = "<?xml-stylesheet href=\"http://127.0.0.1:9/\"?>\(patient)<active value=\"true\"/></Patient>"
        #expect(text(try FHIRXML.json(from: Array(styled.utf8))) == #"{"resourceType":"Patient","active":true}"#)
    }

    @Test("a value that is cut by comments or CDATA is no value")
    func split() throws {
        #expect(
            try json("<!-- a --><active value=\"true\"><!-- false --></active>")
                == #"{"resourceType":"Patient","active":true}"#)
        #expect(
            xmlFaults("<Patient xmlns=\"http://hl7.org/fhir\"><active><![CDATA[true]]></active></Patient>").count >= 1)
        #expect(xmlFaults("<Patient xmlns=\"http://hl7.org/fhir\"><![CDATA[ x ]]></Patient>").count == 1)
    }

    @Test("resources that refer to each other in a ring are just read")
    func rings() throws {
        #expect(
            try json(
                "<contained><Patient><id value=\"a\"/><managingOrganization><reference value=\"#a\"/></managingOrganization></Patient></contained>"
            ).contains(##""reference":"#a""##))
    }

    @Test("a namespace that is swapped under a prefix is noticed")
    func prefixes() {
        let source = """
            <f:Patient xmlns:f="http://hl7.org/fhir"><f:name xmlns:f="urn:other"><f:text value="a"/></f:name></f:Patient>
            """
        #expect(xmlFaults(source).map(\.expression) == ["Patient.name[0]"])
        #expect(xmlFaults("<f:Patient xmlns:f=\"http://hl7.org/fhir\"><g:name/></f:Patient>").first?.code == .structure)
    }

    @Test("limits are the caller's, and each is refused by its name")
    func limits() throws {
        func refusal(_ source: String, _ limits: XMLLimits) -> IssueType? {
            do throws(FHIRXMLError) {
                _ = try FHIRXML.json(from: Array(source.utf8), limits: limits)
                return nil
            } catch {
                return error.faults.first?.code
            }
        }
        let source = "<Patient xmlns=\"http://hl7.org/fhir\"><name><text value=\"abc\"/></name></Patient>"
        #expect(refusal(source, XMLLimits(maximumBytes: source.utf8.count, maximumDepth: 3, maximumElements: 3)) == nil)
        #expect(refusal(source, XMLLimits(maximumBytes: source.utf8.count - 1)) == .tooLong)
        #expect(refusal(source, XMLLimits(maximumDepth: 2)) == .tooCostly)
        #expect(refusal(source, XMLLimits(maximumElements: 2)) == .tooCostly)
        #expect(refusal(source, XMLLimits(maximumAttributeBytes: 2)) == .tooLong)
    }

    @Test("a narrative is kept whatever it holds; the check says what is wrong with it")
    func narrative() throws {
        let div = "<div xmlns=\"http://www.w3.org/1999/xhtml\"><script>alert(1)</script></div>"
        let read = try JSONDocument.of(try json("<text><status value=\"additional\"/>\(div)</text>"))
        let node = try #require(read.root["text"]?["div"])
        #expect(node.string == div)
        #expect(Narrative.faults(in: node)?.map(\.rule) == [.content])
    }
}
