import FHIR
import Testing
import XML

@Suite("Reading FHIR XML")
struct FHIRXMLReadingTests {
    @Test("members come in R4's order with resourceType first, literals as literals, decimals digit for digit")
    func values() throws {
        let read = try json(
            "Observation",
            """
            <!-- a comment --><?an instruction?>
            <id value="o"/><status value="final"/><code><text value="a"/></code>
            <valueQuantity><value value="1.50"/><unit value="µg"/></valueQuantity>
            """)
        #expect(
            read
                == #"{"resourceType":"Observation","id":"o","status":"final","code":{"text":"a"},"valueQuantity":{"value":1.50,"unit":"µg"}}"#
        )
        #expect(
            try json("<active value=\"true\"/><multipleBirthInteger value=\"2\"/>")
                == #"{"resourceType":"Patient","active":true,"multipleBirthInteger":2}"#)
        // No content is dropped; that these are wrong is for validation to say.
        #expect(
            try json("<active value=\"yes\"/><multipleBirthInteger value=\"02\"/>")
                == #"{"resourceType":"Patient","active":"yes","multipleBirthInteger":"02"}"#)
    }

    @Test("ids and extensions of primitives stand beside the values, lists filled up with null")
    func companions() throws {
        let read = try json(
            """
            <name><given value="A"/><given id="g"><extension url="u"><valueCode value="c"/></extension></given>
            <given value="B"/></name>
            <birthDate id="b" value="2020-01-01"/><deceasedBoolean><extension url="v"/></deceasedBoolean>
            """)
        #expect(
            read
                == #"{"resourceType":"Patient","name":[{"given":["A",null,"B"],"_given":[null,{"id":"g","extension":[{"url":"u","valueCode":"c"}]},null]}],"birthDate":"2020-01-01","_birthDate":{"id":"b"},"_deceasedBoolean":{"extension":[{"url":"v"}]}}"#
        )
        // An extension's url follows the extensions within it, as in R4's definition.
        #expect(
            try json(
                "<extension id=\"i\" url=\"o\"><extension url=\"n\"><valueCode value=\"c\"/></extension></extension>")
                == #"{"resourceType":"Patient","extension":[{"id":"i","extension":[{"url":"n","valueCode":"c"}],"url":"o"}]}"#
        )
    }

    @Test("resources within resources, and elements whose type is another element's")
    func nesting() throws {
        #expect(
            try json("<contained><Organization><id value=\"o\"/></Organization></contained>")
                == #"{"resourceType":"Patient","contained":[{"resourceType":"Organization","id":"o"}]}"#)
        #expect(
            try json("Bundle", "<type value=\"collection\"/><entry><resource><Patient/></resource></entry>")
                == #"{"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Patient"}}]}"#)
        #expect(
            try json("Parameters", "<parameter><name value=\"r\"/><resource><Patient/></resource></parameter>")
                == #"{"resourceType":"Parameters","parameter":[{"name":"r","resource":{"resourceType":"Patient"}}]}"#)
        #expect(
            try json("Questionnaire", "<item><linkId value=\"1\"/><item><linkId value=\"1.1\"/></item></item>")
                == #"{"resourceType":"Questionnaire","item":[{"linkId":"1","item":[{"linkId":"1.1"}]}]}"#)
    }

    @Test("prefixes do not matter, namespaces do, and where a schema lies is no content")
    func namespaces() throws {
        let prefixed = """
            <f:Patient xmlns:f="http://hl7.org/fhir" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
            xsi:schemaLocation="http://hl7.org/fhir ../patient.xsd"><f:active value="true"/></f:Patient>
            """
        #expect(
            text(try FHIRXML.json(from: Array(prefixed.utf8))) == #"{"resourceType":"Patient","active":true}"#)
        #expect(xmlFaults("<Patient/>").first?.message.contains("no namespace") == true)
        #expect(xmlFaults("<Patient xmlns=\"urn:hl7-org:v3\"/>").count == 1)
        #expect(
            xmlFaults("<Patient xmlns=\"http://hl7.org/fhir\"><active xmlns=\"urn:x\" value=\"true\"/></Patient>")
                .map(\.expression) == ["Patient.active"])
        #expect(
            xmlFaults(
                "<Patient xmlns=\"http://hl7.org/fhir\"><text><status value=\"empty\"/><div>a</div></text></Patient>"
            ).map(\.expression) == ["Patient.text.div"])
    }

    @Test("blanks in attribute values are what XML says: line ends are spaces, references are themselves")
    func blanks() throws {
        #expect(
            try json("<language value=\"a\nb&#10;c&#x9;d\te&#13;f\"/>")
                == #"{"resourceType":"Patient","language":"a b\nc\td e\rf"}"#)
    }

    @Test("a narrative is the same bytes, whatever is in it")
    func narrative() throws {
        let div =
            "<div xmlns='http://www.w3.org/1999/xhtml'  ><p>a &lt; b &#xA0;<!-- c --><br/>\r\n</p><![CDATA[&]]>é</div >"
        let read = try json("<text><status value=\"additional\"/>\n\(div) \n</text>")
        #expect(try JSONDocument.of(read).root["text"]?["div"]?.string == div)
        #expect(try xml(read).contains(div))
    }

    @Test("a narrative whose namespace or prefixes stand outside of it is written with its own")
    func foreignNarrative() throws {
        let source = """
            <Patient xmlns="http://hl7.org/fhir" xmlns:h="http://www.w3.org/1999/xhtml" xmlns:x="urn:x"><text>
            <status value="additional"/><h:div><h:p x:a="1" class="c">a &amp; <h:b>b</h:b></h:p><h:br/></h:div></text></Patient>
            """
        let read = try JSONDocument.parse(try FHIRXML.json(from: Array(source.utf8)))
        #expect(
            read.root["text"]?["div"]?.string
                == #"<div xmlns="http://www.w3.org/1999/xhtml"><p xmlns:x="urn:x" x:a="1" class="c">a &amp; <b>b</b></p><br/></div>"#
        )
    }

    @Test("other encodings are read, and the JSON is UTF-8")
    func encodings() throws {
        let head = "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><Patient xmlns=\"http://hl7.org/fhir\"><text>"
        let body = "<status value=\"additional\"/><div xmlns=\"http://www.w3.org/1999/xhtml\">"
        let bytes = Array((head + body).utf8) + [0xFC] + Array("</div></text></Patient>".utf8)
        let read = try JSONDocument.parse(try FHIRXML.json(from: bytes))
        #expect(read.root["text"]?["div"]?.string == "<div xmlns=\"http://www.w3.org/1999/xhtml\">ü</div>")
    }
}
