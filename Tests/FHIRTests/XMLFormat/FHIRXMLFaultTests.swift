import FHIR
import Testing
import XML

@Suite("What is wrong with FHIR XML")
struct FHIRXMLFaultTests {
    /// Place and beginning of the message for what is wrong inside a Patient.
    private func faults(_ inside: String) -> [String] {
        xmlFaults("<Patient xmlns=\"http://hl7.org/fhir\">\(inside)</Patient>").map {
            "\($0.expression ?? "-"): \($0.message)"
        }
    }

    private func expect(_ inside: String, _ place: String, _ word: String, line: Int = #line) {
        let found = faults(inside)
        #expect(
            found.count == 1 && found[0].hasPrefix(place + ": ") && found[0].contains(word), "line \(line): \(found)")
    }

    @Test("unknown elements and attributes are named with their place")
    func unknown() {
        expect("<birthdate value=\"2020\"/>", "Patient.birthdate", "‘birthdate’ is unknown")
        expect("<name><given value=\"a\"/><givn value=\"b\"/></name>", "Patient.name[0].givn", "unknown")
        expect("<active value=\"true\" xml:id=\"a\"/>", "Patient.active", "‘xml:id’ is unknown")
        expect("<name xsi:type=\"a\" xmlns:xsi=\"u\"><text value=\"a\"/></name>", "Patient.name[0]", "‘xsi:type’")
        expect("<active values=\"true\" value=\"true\"/>", "Patient.active", "‘values’ is unknown")
        expect("<name value=\"a\"><text value=\"b\"/></name>", "Patient.name[0]", "value attribute")
        expect("<extension><url value=\"u\"/></extension>", "Patient.extension[0].url", "as an attribute")
        expect("<contained id=\"a\"><Patient/></contained>", "Patient.contained[0]", "‘id’ is unknown")
        #expect(xmlFaults("<Patient xmlns=\"http://hl7.org/fhir\" id=\"a\"/>").first?.expression == "Patient")
    }

    @Test("order and number of elements are R4's")
    func order() {
        expect("<gender value=\"male\"/><active value=\"true\"/>", "Patient.active", "out of order")
        expect("<active value=\"true\"/><active value=\"false\"/>", "Patient.active", "2 times; R4 allows it once")
        expect(
            "<name><text value=\"a\"/></name><gender value=\"male\"/><name><text value=\"b\"/></name>",
            "Patient.name[1]",
            "out of order")
        expect(
            "<deceasedBoolean value=\"true\"/><deceasedDateTime value=\"2020\"/>", "Patient.deceased", "second choice")
        expect("<active value=\"true\"/><id value=\"a\"/>", "Patient.id", "out of order")
    }

    @Test("text between elements and empty elements are errors")
    func content() {
        expect("<active value=\"true\"/>stray text", "Patient", "‘stray text’")
        expect("<name>Eve<given value=\"a\"/></name>", "Patient.name[0]", "‘Eve’")
        expect("<active value=\"true\">true</active>", "Patient.active", "‘true’")
        expect("<name><given value=\"a\"/>, <given value=\"b\"/></name>", "Patient.name[0]", "‘,’")
        expect("<active/>", "Patient.active", "empty")
        expect("<name/>", "Patient.name[0]", "empty")
        expect("<contained/>", "Patient.contained[0]", "empty")
        expect("<contained><Patient/><Patient/></contained>", "Patient.contained[0]", "more than one resource")
        expect("<contained><Person2/></contained>", "Patient.contained[0]", "not a resource type")
        expect("<contained><DomainResource/></contained>", "Patient.contained[0]", "not a resource type")
    }

    @Test("all that is wrong is told at once, in order, with lines and columns")
    func several() {
        let source = """
            <Patient xmlns="http://hl7.org/fhir">
              <activ value="true"/>
              <name>
                <given/>
                 <family value="late"/>
              </name>
            </Patient>
            """
        let found = xmlFaults(source)
        #expect(found.map(\.expression) == ["Patient.activ", "Patient.name[0].given[0]", "Patient.name[0].family"])
        #expect(
            found.map(\.position) == [
                XMLPosition(line: 2, column: 3), XMLPosition(line: 4, column: 5), XMLPosition(line: 5, column: 6),
            ])
    }

    @Test("a hundred faults are listed and the others counted")
    func many() throws {
        let source = "<Patient xmlns=\"http://hl7.org/fhir\">" + String(repeating: "<x/>", count: 1_000) + "</Patient>"
        let error = try #require(throws: FHIRXMLError.self) { try FHIRXML.json(from: Array(source.utf8)) }
        #expect(error.faults.count == 100)
        #expect(error.unlisted == 900)
        #expect(error.issues.count == 101)
        #expect(error.issues.last?.diagnostics.contains("900") == true)
    }

    @Test("what is no XML, or not accepted, says so with its place")
    func notXML() {
        let unfinished = xmlFaults("<Patient xmlns=\"http://hl7.org/fhir\">\n<name>")
        #expect(unfinished.first?.code == .structure && unfinished.first?.position?.line == 2)
        #expect(xmlFaults("<!DOCTYPE x><Patient xmlns=\"http://hl7.org/fhir\"/>").first?.code == .security)
        #expect(xmlFaults("").count == 1)
        #expect(xmlFaults("{\"resourceType\":\"Patient\"}").count == 1)
    }

    @Test("elements nested so deep that their JSON could not be read are refused")
    func depth() throws {
        func nested(_ levels: Int) -> String {
            "<Questionnaire xmlns=\"http://hl7.org/fhir\">" + String(repeating: "<item>", count: levels)
                + "<text value=\"a\"/>" + String(repeating: "</item>", count: levels) + "</Questionnaire>"
        }
        // Each level is an array and an object.
        let deepest = try FHIRXML.json(from: Array(nested(49).utf8))
        #expect((try? JSONDocument.parse(deepest)) != nil)
        #expect(xmlFaults(nested(50)).first?.code == .tooCostly)
    }
}
