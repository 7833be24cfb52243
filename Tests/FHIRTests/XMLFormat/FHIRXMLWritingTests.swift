import FHIR
import Testing

@Suite("Writing FHIR XML")
struct FHIRXMLWritingTests {
    @Test("elements stand in R4's order, whatever that of the members is")
    func order() throws {
        #expect(
            try xml(
                #"{"birthDate":"2020","name":[{"given":["A","B"],"id":"n"}],"active":true,"resourceType":"Patient"}"#)
                == #"<Patient xmlns="http://hl7.org/fhir"><active value="true"/><name id="n"><given value="A"/><given value="B"/></name><birthDate value="2020"/></Patient>"#
        )
    }

    @Test("extensions, choices, nested resources and decimals")
    func parts() throws {
        #expect(
            try xml(
                #"{"resourceType":"Patient","contained":[{"resourceType":"Basic","id":"b"}],"extension":[{"valueDecimal":1.00,"url":"u"}],"_active":{"id":"a","extension":[{"url":"v"}]}}"#
            )
                == #"<Patient xmlns="http://hl7.org/fhir"><contained><Basic><id value="b"/></Basic></contained><extension url="u"><valueDecimal value="1.00"/></extension><active id="a"><extension url="v"/></active></Patient>"#
        )
        #expect(
            try xml(#"{"resourceType":"Patient","name":[{"given":["A",null],"_given":[null,{"id":"g"}]}]}"#)
                == #"<Patient xmlns="http://hl7.org/fhir"><name><given value="A"/><given id="g"/></name></Patient>"#)
        #expect(
            try xml(#"{"resourceType":"Patient","\u0061ctive":false,"deceased\u0042oolean":true}"#)
                == #"<Patient xmlns="http://hl7.org/fhir"><active value="false"/><deceasedBoolean value="true"/></Patient>"#
        )
    }

    @Test("what XML would change in a value is written as a reference")
    func escapes() throws {
        #expect(
            try xml(#"{"resourceType":"Patient","language":"a<b>&\"'\n\t\r é😀"}"#)
                == #"<Patient xmlns="http://hl7.org/fhir"><language value="a&lt;b&gt;&amp;&quot;'&#10;&#9;&#13; é😀"/></Patient>"#
        )
    }

    @Test("pretty is an element a line and leaves narratives as they are")
    func pretty() throws {
        #expect(
            try xml(
                #"{"resourceType":"Patient","text":{"status":"empty","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">\n a</div>"},"name":[{"text":"b"}]}"#,
                pretty: true)
                    == """

                    <Patient xmlns="http://hl7.org/fhir">
                      <text>
                        <status value="empty"/>
                        <div xmlns="http://www.w3.org/1999/xhtml">
                     a</div>
                      </text>
                      <name>
                        <text value="b"/>
                      </name>
                    </Patient>

                    """)
    }

    @Test("a narrative with HTML's entities or without its namespace becomes XML that can be read")
    func unusualNarrative() throws {
        func div(_ div: String) throws -> String {
            let written = try xml(#"{"resourceType":"Patient","text":{"div":"\#(div)"}}"#)
            return String(written.dropFirst(43).dropLast(17))
        }
        #expect(
            try div(#"<div xmlns='http://www.w3.org/1999/xhtml'>a&nbsp;b&copy;<p title='&eacute;'/></div>"#)
                == #"<div xmlns='http://www.w3.org/1999/xhtml'>a&#160;b&#169;<p title='&#233;'/></div>"#)
        #expect(try div("<div>a&nbsp;</div>") == #"<div xmlns="http://www.w3.org/1999/xhtml">a&#160;</div>"#)
        #expect(
            try div("<h:div xmlns:h='http://www.w3.org/1999/xhtml'>a</h:div>")
                == "<h:div xmlns:h='http://www.w3.org/1999/xhtml'>a</h:div>")
    }

    @Test("what XML cannot carry is refused with its place")
    func refusals() throws {
        func refusal(_ members: String) throws -> String {
            let fault = try xmlRefusal(#"{"resourceType":"Patient",\#(members)}"#)
            return fault.map { "\($0.expression ?? "-") \($0.message)" } ?? "nothing"
        }
        #expect(try refusal(#""birthdate":"2020""#) == "Patient.birthdate ‘birthdate’ is unknown here.")
        #expect(
            try refusal(#""name":[{"given":"A"}]"#).hasPrefix(
                "Patient.name[0].given Found a string where R4 has an array"))
        #expect(try refusal(#""name":{"text":"A"}"#).hasPrefix("Patient.name Found an object"))
        #expect(try refusal(#""birthDate":["2020"]"#).hasPrefix("Patient.birthDate Found an array"))
        #expect(try refusal(#""birthDate":2020"#).hasPrefix("Patient.birthDate Found a number where R4 has a string"))
        #expect(try refusal(#""active":"true""#).hasPrefix("Patient.active Found a string where R4 has true or false"))
        #expect(try refusal(#""active":null"#).hasPrefix("Patient.active"))
        #expect(try refusal(#""name":[]"#).hasPrefix("Patient.name The array is empty"))
        #expect(try refusal(#""name":[{}]"#).hasPrefix("Patient.name[0] The object is empty"))
        #expect(try refusal(#""name":[{"given":[null]}]"#).hasPrefix("Patient.name[0].given[0] There is neither"))
        #expect(try refusal(#""_name":[{"id":"a"}]"#).hasPrefix("Patient.name Only primitive"))
        #expect(try refusal(#""extension":[{"url":"u","_url":{"id":"a"}}]"#).hasPrefix("Patient.extension[0].url"))
        #expect(try refusal(#""deceasedBoolean":true,"deceasedDateTime":"2020""#).contains("second choice"))
        #expect(try refusal(#""deceasedBoolean":true,"_deceasedDateTime":{"id":"a"}"#).contains("second choice"))
        #expect(try refusal(#""language":"a\u0001""#).hasPrefix("Patient.language The string holds U+0001"))
        #expect(try refusal(#""language":"a\uffff""#).hasPrefix("Patient.language The string holds U+FFFF"))
        #expect(try refusal(#""contained":[{"id":"a"}]"#).hasPrefix("Patient.contained[0] resourceType is missing"))
        #expect(try refusal(#""contained":["a"]"#).hasPrefix("Patient.contained[0] A resource is an object"))
        #expect(try xmlRefusal(#"{"resourceType":"Patience"}"#)?.expression == "Resource.resourceType")
        #expect(try xmlRefusal("[]") != nil)
    }

    @Test(
        "narrative that is no XHTML div is refused, not mended",
        arguments: [
            "", "text", "<p xmlns='http://www.w3.org/1999/xhtml'>a</p>", "<div xmlns='urn:x'>a</div>",
            "<div xmlns='http://www.w3.org/1999/xhtml'><p></div>", "<div xmlns='http://www.w3.org/1999/xhtml'>",
            "<div xmlns='http://www.w3.org/1999/xhtml'/></text><active value='true'/><text>",
            "<div xmlns='http://www.w3.org/1999/xhtml'>&unknown;</div>",
            "<?xml version='1.0'?><div xmlns='http://www.w3.org/1999/xhtml'>a</div>",
            "<!DOCTYPE div><div xmlns='http://www.w3.org/1999/xhtml'>a</div>",
            "<div xmlns='http://www.w3.org/1999/xhtml'>a</div><div/>",
            "<div xmlns='http://www.w3.org/1999/xhtml' a='1' a='2'>a</div>",
        ])
    func brokenNarrative(div: String) throws {
        let fault = try xmlRefusal(#"{"resourceType":"Patient","text":{"div":"\#(div)"}}"#)
        #expect(fault?.expression == "Patient.text.div")
    }
}
