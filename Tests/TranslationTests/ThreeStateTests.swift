import FHIR
import HL7v2
import Testing
import Translation

@Suite("Absent, null and value")
struct ThreeStateTests {
    private let stored = #"""
        {"resourceType":"Patient","id":"p1","meta":{"versionId":"3"},"extension":[{"url":"http://x.example/a","valueDecimal":1.500}],"active":true,"identifier":[{"system":"https://hosp.example/mrn","value":"4711","use":"official"},{"system":"urn:x","value":"7"}],"name":[{"family":"Old"},{"use":"maiden","family":"Born"}],"telecom":[{"system":"phone","value":"1","use":"home"},{"system":"phone","value":"2","use":"work"}],"gender":"female","birthDate":"1970-01-01","_birthDate":{"extension":[{"url":"http://x.example/b","valueString":"s"}]},"deceasedBoolean":false}
        """#

    private func update(_ pid: String, maps: MapSet = .standard) throws -> JSONNode {
        let conversion = try Samples.convert(
            Samples.message("ADT^A31", ["EVN|A31|20260301", pid]), maps: maps)
        return try Samples.resource(conversion.draft("patient"), over: stored)
    }

    @Test("what a message does not say stays as it is, to the last decimal")
    func absent() throws {
        let patient = try update("PID|1||4711^^^HOSP-MRN")
        let text = String(decoding: JSONWriter.compact(patient), as: UTF8.self)
        #expect(text == stored.filter { $0 != "\n" }.trimmingBlanks)
    }

    @Test("a value replaces, and what belongs to the old value goes with it")
    func value() throws {
        let patient = try update(
            "PID|1||4711^^^HOSP-MRN~8^^^HOSP-MRN||New^Name||19700102|M|||||4^PRN^PH||||||||||||||||20260201")
        #expect(patient["gender"]?.string == "male")
        #expect(patient["birthDate"]?.string == "1970-01-02")
        #expect(patient["_birthDate"] == nil)
        #expect(patient["deceasedBoolean"] == nil)
        #expect(patient["deceasedDateTime"]?.string == "2026-02-01")
        #expect(patient["extension"]?.elements.first?["valueDecimal"]?.numberText == "1.500")
        #expect(patient["id"]?.string == "p1")
        #expect(patient["meta"]?["versionId"]?.string == "3")
        // The maiden name and the number at work were not spoken of.
        #expect(patient.elements("name").map { $0["family"]?.string } == ["Born", "New"])
        #expect(patient.elements("telecom").map { $0["value"]?.string } == ["2", "4"])
        #expect(patient.elements("identifier").map { $0["value"]?.string } == ["4711", "7", "8"])
        #expect(patient.elements("identifier").first?["use"]?.string == "official")
    }

    @Test("an alias does not take the name away, nor the name the alias")
    func aliases() throws {
        let patient = try update("PID|1||4711^^^HOSP-MRN||||||Nick^^^^^^N~Former")
        #expect(patient.elements("name").map { $0["family"]?.string } == ["Old", "Born", "Nick", "Former"])
        let again = try Samples.resource(
            Samples.convert(Samples.message("ADT^A31", ["PID|1||4711^^^HOSP-MRN||New"])).draft("patient"),
            over: String(decoding: JSONWriter.compact(patient), as: UTF8.self))
        #expect(again.elements("name").map { $0["family"]?.string } == ["Born", "Nick", "Former", "New"])
    }

    @Test("the time of death counts before the word that there was one")
    func choice() throws {
        let patient = try update("PID|1||4711^^^HOSP-MRN||||||||||||||||||||||||||20260201|Y")
        #expect(patient["deceasedDateTime"]?.string == "2026-02-01")
        #expect(patient["deceasedBoolean"] == nil)
        let boolean = try update("PID|1||4711^^^HOSP-MRN|||||||||||||||||||||||||||Y")
        #expect(boolean["deceasedBoolean"]?.bool == true)
    }

    @Test("null removes")
    func null() throws {
        let patient = try update(#"PID|1||4711^^^HOSP-MRN||||""|""|||||""|""||||||||||||||||"""#)
        #expect(patient["gender"] == nil)
        #expect(patient["birthDate"] == nil)
        #expect(patient["_birthDate"] == nil)
        #expect(patient["telecom"] == nil)
        #expect(patient["deceasedBoolean"] == nil)
        #expect(patient["name"]?.count == 2)
    }

    @Test("one number of a system where the sender says so")
    func replacedNumbers() throws {
        var settings = Samples.settings
        settings.replacedIdentifierSystems = ["https://hosp.example/mrn"]
        let conversion = try Samples.convert(
            Samples.message("ADT^A31", ["PID|1||8^^^HOSP-MRN"]), settings: settings)
        let patient = try Samples.resource(conversion.draft("patient"), over: stored)
        #expect(patient.elements("identifier").map { $0["value"]?.string } == ["7", "8"])
    }

    @Test("a draft is not applied to a resource of another type")
    func otherType() throws {
        let draft = try #require(try Samples.convert(Samples.message("ADT^A31", [Samples.pid])).draft("patient"))
        let other = try JSONDocument.parse(Array(#"{"resourceType":"Group"}"#.utf8))
        #expect(throws: DraftError.otherType(expected: "Patient", found: "Group")) {
            try draft.resource(over: other.root)
        }
    }
}

extension String {
    fileprivate var trimmingBlanks: String { String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()) }
}
