import FHIR
import Testing

@Suite("FHIR as XML over HTTP")
struct XMLTests {
    private let xml = "application/fhir+xml"

    private let patient = """
        <?xml version="1.0" encoding="UTF-8"?>
        <Patient xmlns="http://hl7.org/fhir"><text><status value="generated"/><div xmlns="http://www.w3.org/1999/xhtml">
        <p>Åsa &amp; <b>Co</b></p></div></text><active value="true"/><name><family value="Ångström"><extension \
        url="http://example.org/own"><valueDecimal value="1.50"/></extension></family><given value="Åsa"/></name>\
        <birthDate value="1970-03-30"/></Patient>
        """

    @Test("what comes as XML is read as JSON and as XML, and is what was sent")
    func roundTrip() async throws {
        let client = try await House.client
        let created = try await client.post("Patient", patient, ["Content-Type": xml, "Accept": xml])
        #expect(created.status == 201, "\(created)")
        #expect(created.header("Content-Type") == "application/fhir+xml; charset=utf-8")
        let path = try #require(created.header("Location")).replacing("/_history/1", with: "")
        let json = try await client.get(path)
        #expect(json["name.0.family"] == "Ångström")
        #expect(json["name.0._family.extension.0.valueDecimal"] == "1.50")
        #expect(json["text.div"]?.hasPrefix(#"<div xmlns="http://www.w3.org/1999/xhtml">"#) == true)
        #expect(json.header("Vary")?.contains("Accept") == true)
        let read = try await client.get(path, ["Accept": xml])
        #expect(read.text.contains(#"<family value="Ångström"><extension url="http://example.org/own">"#))
        #expect(read.text.contains("<p>Åsa &amp; <b>Co</b></p></div>"))
        #expect(read.header("ETag") == "W/\"1\"")
        let again = try await client.send(.PUT, path, body: read.body, ["Content-Type": xml])
        #expect(again.status == 200, "\(again)")
        // What came back is what was sent, so that sending it again changes nothing.
        #expect(again.header("ETag") == "W/\"1\"")
        #expect(try await client.get("\(path)?_format=xml").text.contains(#"<versionId value="1"/>"#))
    }

    @Test(
        "Accept and _format choose XML by weight; _format wins",
        arguments: [
            ("application/fhir+xml", "", true), ("application/xml", "", true), ("text/xml", "", true),
            ("application/fhir+json;q=0.5, application/fhir+xml", "", true),
            ("application/fhir+xml;q=0.5, application/fhir+json", "", false), ("*/*", "", false),
            ("application/fhir+json;q=0, */*", "", true),
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "", false),
            ("application/fhir+json", "xml", true), ("application/fhir+xml", "json", false),
            ("*/*", "application/fhir+xml", true),
        ])
    func negotiation(accept: String, format: String, isXML: Bool) async throws {
        let client = try await House.client
        let id = unique()
        _ = try await client.put("Patient/\(id)", Sample.patient(id: id))
        for path in ["Patient/\(id)", "Patient/\(id)/_history", "Patient?_id=\(id)", "Patient/\(id)/_history/1"] {
            let separator = path.contains("?") ? "&" : "?"
            let reply = try await client.get(
                path + (format.isEmpty ? "" : "\(separator)_format=\(format)"), ["Accept": accept])
            #expect(reply.status == 200, "\(path): \(reply)")
            #expect(
                reply.header("Content-Type")?.hasPrefix(isXML ? "application/fhir+xml" : "application/fhir+json")
                    == true, "\(path) \(accept)")
            #expect(reply.text.hasPrefix(isXML ? "<?xml" : "{") == true, "\(path)")
        }
    }

    @Test("the capability statement, refusals and absences come as XML to those who ask for it")
    func everything() async throws {
        let client = try await House.client
        let statement = try await client.get("metadata", ["Accept": xml])
        #expect(statement.status == 200)
        #expect(statement.text.contains("<CapabilityStatement xmlns=\"http://hl7.org/fhir\">"))
        #expect(statement.text.contains(#"<format value="xml"/>"#))
        let absent = try await client.get("Patient/\(unique())", ["Accept": xml])
        #expect(absent.status == 404)
        #expect(absent.text.contains("<OperationOutcome") && absent.text.contains(#"<code value="not-found"/>"#))
        let pretty = try await client.get("Patient?_id=\(unique())&_format=xml&_pretty=true")
        #expect(pretty.text.contains("\n  <type value=\"searchset\"/>"))
    }

    @Test("a transaction may come as XML and be answered so")
    func transaction() async throws {
        let client = try await House.client
        let id = unique()
        let bundle = """
            <Bundle xmlns="http://hl7.org/fhir"><type value="transaction"/><entry><resource><Patient><id value="\(id)"/>\
            </Patient></resource><request><method value="PUT"/><url value="Patient/\(id)"/></request></entry></Bundle>
            """
        let reply = try await client.post("", bundle, ["Content-Type": xml, "Accept": xml])
        #expect(reply.status == 200, "\(reply)")
        #expect(reply.text.contains(#"<status value="201 Created"/>"#))
        #expect(try await client.get("Patient/\(id)").status == 200)
    }

    @Test(
        "what is no FHIR XML is refused with its place, and the server lives on",
        arguments: [
            ("<Patient xmlns=\"http://hl7.org/fhir\"><active value=\"true\"></Patient>", "line"),
            ("<Patient><active value=\"true\"/></Patient>", "http://hl7.org/fhir"),
            ("<Patient xmlns=\"http://hl7.org/fhir\"><activ value=\"true\"/></Patient>", "activ"),
            ("<Patient xmlns=\"http://hl7.org/fhir\"><birthDate value=\"x\"/></Patient>", "Patient.birthDate"),
            ("<!DOCTYPE Patient [<!ENTITY a \"b\">]><Patient xmlns=\"http://hl7.org/fhir\"/>", "document type"),
            ("{\"resourceType\":\"Patient\"}", "XML"), ("", ""),
        ])
    func refusals(body: String, word: String) async throws {
        let client = try await House.client
        let reply = try await client.post("Patient", body, ["Content-Type": xml])
        #expect(reply.status == 400, "\(reply)")
        #expect(
            reply.diagnostics.localizedCaseInsensitiveContains(word) || reply.expressions.contains(word)
                || word.isEmpty,
            "\(reply)")
    }

    @Test("what an XML body may ask is a setting; beyond it is refused with the place, in Parameters and patches too")
    func limits() async throws {
        try await House.with({ $0.xmlLimits.maximumDepth = 4 }) { house in
            let shallow = #"<Patient xmlns="http://hl7.org/fhir"><name><family value="A"/></name></Patient>"#
            #expect(try await house.client.post("Patient", shallow, ["Content-Type": xml]).status == 201)
            let nested = String(repeating: #"<extension url="x">"#, count: 4)
            let deep = #"<Patient xmlns="http://hl7.org/fhir">\#(nested)</Patient>"#
            for path in ["Patient", "Patient/$validate"] {
                let reply = try await house.client.post(path, deep, ["Content-Type": xml])
                expectRefusal(reply, 400)
                #expect(reply.diagnostics.contains("line 1"), "\(reply)")
            }
        }
    }

    @Test("an XML document that does not say that it is FHIR is the content of a Binary")
    func binary() async throws {
        let client = try await House.client
        let document = #"<ClinicalDocument xmlns="urn:hl7-org:v3"/>"#
        let created = try await client.post("Binary", document, ["Content-Type": "text/xml"])
        #expect(created.status == 201, "\(created)")
        let path = "Binary/\(created.id)"
        #expect(try await client.get(path, ["Accept": "text/xml"]).text == document)
        let fhir = try await client.get(path, ["Accept": xml])
        #expect(fhir.text.contains(#"<contentType value="text/xml"/>"#), "\(fhir)")
    }
}
