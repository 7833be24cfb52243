import FHIR
import HL7v2
import Testing
import Translation

@Suite("ORU to FHIR")
struct ResultTests {
    private func convert(
        _ observations: [String],
        order: String = "OBR|1|P1|F1|us^Urea^LN|||20260301101500|||||||||||||||20260301113000|||F"
    )
        throws -> Conversion
    {
        try Samples.convert(
            Samples.message("ORU^R01^ORU_R01", [Samples.pid, Samples.pv1, "ORC|RE|P1|F1||CM", order] + observations))
    }

    private func observation(_ line: String) throws -> JSONNode {
        try Samples.resource(try convert([line]).draft("observation"))
    }

    @Test("an order with its results is a ServiceRequest, Observations and a DiagnosticReport that lists them")
    func report() throws {
        let conversion = try convert([
            "OBX|1|NM|1-1^Creatinine^LN||98.00|umol/L^^UCUM|49 - 92|H|||F", "NTE|1||First", "NTE|2||Second~line",
            "OBX|2|NM|1-2^Urea^LN||5|mmol/L|||||F",
        ])
        #expect(
            conversion.drafts.filter { ![.location, .practitioner].contains($0.type) }.map(\.name.text) == [
                "patient", "encounter", "order", "observation", "observation/2", "report", "provenance",
            ])
        #expect(conversion.movements.isEmpty)
        let report = try Samples.resource(conversion.draft("report"))
        #expect(report["status"]?.string == "final")
        #expect(
            report.elements("result").map { $0["reference"]?.string } == [
                "urn:mediconnect:draft:observation", "urn:mediconnect:draft:observation/2",
            ])
        #expect(report["effectiveDateTime"]?.string == "2026-03-01T10:15:00+00:00")
        #expect(report["issued"]?.string == "2026-03-01T11:30:00+00:00")
        let order = try Samples.resource(conversion.draft("order"))
        #expect(order["status"]?.string == "completed")
        #expect(order.elements("identifier").map { $0["value"]?.string } == ["P1", "F1"])
        let first = try Samples.resource(conversion.draft("observation"))
        #expect(first["valueQuantity"]?["value"]?.numberText == "98.00")
        #expect(first["valueQuantity"]?["code"]?.string == "umol/L")
        #expect(first.elements("note").map { $0["text"]?.string } == ["First", "Second\nline"])
        #expect(first.elements("interpretation").first?.elements("coding").first?["code"]?.string == "H")
        let range = first.elements("referenceRange").first
        #expect(range?["low"]?["value"]?.numberText == "49")
        #expect(range?["high"]?["value"]?.numberText == "92")
        #expect(range?["text"]?.string == "49 - 92")
    }

    @Test(
        "a value has the type that OBX-2 says",
        arguments: [
            ("NM", "<15", "valueQuantity", #""comparator":"<""#), ("NM", "+007.50", "valueQuantity", #""value":7.50"#),
            ("NM", "n/a", "valueString", "n/a"), ("NM", ".5", "valueQuantity", #""value":0.5"#),
            ("SN", ">^100", "valueQuantity", #""comparator":">""#), ("SN", "^1^-^10", "valueRange", #""high""#),
            ("SN", "^1^:^128", "valueRatio", "128"), ("SN", "^3^+", "valueString", "3+"),
            ("NR", "1^2", "valueRange", #""low""#), ("ST", "text", "valueString", "text"),
            ("FT", #"one\.br\two"#, "valueString", #"one\ntwo"#), ("", "x", "valueString", "x"),
            ("CE", "A^Alpha^L", "valueCodeableConcept", "Alpha"),
            ("CWE", "^only text", "valueCodeableConcept", "only text"),
            ("DT", "202602", "valueDateTime", #""2026-02""#),
            ("TS", "202602030405+0100", "valueDateTime", "2026-02-03T04:05:00+01:00"),
            ("TM", "0730", "valueTime", "07:30:00"), ("XYZ", "what", "valueString", "what"),
        ])
    func values(type: String, value: String, key: String, part: String) throws {
        let observation = try observation("OBX|1|\(type)|1-1^C^LN||\(value)||||||F")
        let found = try #require(observation[key], "\(type) \(value)")
        #expect(String(decoding: JSONWriter.compact(found), as: UTF8.self).contains(part))
    }

    @Test("several values are components, several texts are lines")
    func repetitions() throws {
        let components = try observation("OBX|1|CE|1-1^C^LN||A^Alpha~B^Beta||||||F")
        #expect(components["component"]?.count == 2)
        #expect(components["valueCodeableConcept"] == nil)
        #expect(try observation("OBX|1|ST|1-1^C^LN||one~two||||||F")["valueString"]?.string == "one\ntwo")
        let conversion = try convert([
            "OBX|1|TX|1-1^C^LN||first||||||F", "OBX|2|TX|1-1^C^LN||second||||||F", "OBX|3|TX|1-2^D^LN||third||||||F",
        ])
        let texts = try conversion.drafts(of: .observation).map { try Samples.resource($0)["valueString"]?.string }
        #expect(texts == ["first\nsecond", "third"])
        #expect(conversion.report.assumptions.contains { $0.sentence.hasPrefix("2 lines of text") })
        #expect(conversion.report.unmappedFields.isEmpty)
    }

    @Test("a result is found by order number, code and sub-id, and a correction is a new version of it")
    func identity() throws {
        let first = try convert(["OBX|1|NM|1-1^C^LN|1|5||||||P", "OBX|2|NM|1-1^C^LN|2|6||||||P"])
        let second = try convert(["OBX|1|NM|1-1^C^LN|1|||||||C"])
        let drafts = first.drafts(of: .observation)
        #expect(drafts[0].identity != drafts[1].identity)
        let correction = try #require(second.draft("observation"))
        #expect(correction.identity == drafts[0].identity)
        let stored = try Samples.text(drafts[0])
        let corrected = try Samples.resource(correction, over: stored)
        #expect(corrected["status"]?.string == "corrected")
        #expect(corrected["valueQuantity"]?["value"]?.numberText == "5")
        let removed = try convert([#"OBX|1|NM|1-1^C^LN|1|""||||||C"#])
        #expect(try Samples.resource(removed.draft("observation"), over: stored)["valueQuantity"] == nil)
        // The same code twice in one order is two results.
        let twice = try convert(["OBX|1|NM|1-1^C^LN||5||||||F", "OBX|2|NM|1-1^C^LN||6||||||F"])
        #expect(Set(twice.drafts(of: .observation).flatMap(\.identity.identifiers)).count == 2)
    }

    @Test("statuses outside of the maps are unknown, and reported")
    func statuses() throws {
        let conversion = try convert(
            ["OBX|1|NM|1-1^C^LN||5||||||Q", "OBX|2|NM|1-2^C^LN||5"],
            order: "OBR|1|P1|F1|us^Urea^LN|||||||||||||||||||||N")
        for draft in conversion.drafts(of: .observation) + conversion.drafts(of: .diagnosticReport) {
            #expect(try Samples.resource(draft)["status"]?.string == "unknown")
        }
        #expect(conversion.report.unmappedCodes.map(\.code) == ["Q", "N"])
        #expect(conversion.report.unmappedCodes.first?.table == "HL70085")
    }

    @Test("without a visit number there is no encounter, and the report says so")
    func withoutVisit() throws {
        let conversion = try Samples.convert(
            Samples.message("ORU^R01", [Samples.pid, "PV1|1|O", "OBR|1||F1|a", "OBX|1|ST|b||c||||||F"]))
        #expect(conversion.draft("encounter") == nil)
        #expect(conversion.report.assumptions.contains { $0.place?.description == "PV1-19" })
        #expect(try Samples.resource(conversion.draft("report"))["encounter"] == nil)
    }

    @Test("a document goes with the report, and a pointer is reported")
    func documents() throws {
        let conversion = try convert([
            "OBX|1|ED|1-1^PDF^LN||^application^pdf^Base64^JVBERi0xLjQK||||||F", "OBX|2|RP|1-2^R^LN||http://x||||||F",
        ])
        let report = try Samples.resource(conversion.draft("report"))
        #expect(report.elements("presentedForm").first?["contentType"]?.string == "application/pdf")
        #expect(conversion.report.assumptions.contains { $0.sentence.contains("type RP") })
    }

    @Test("several orders with one filler number are several reports")
    func sharedNumbers() throws {
        let conversion = try Samples.convert(
            Samples.message(
                "ORU^R01",
                [Samples.pid, "OBR|1|P|F|a^A^LN", "OBX|1|ST|x||1||||||F", "OBR|2|P|F|b^B^LN", "OBX|1|ST|y||2||||||F"]))
        let reports = conversion.drafts(of: .diagnosticReport)
        #expect(reports.count == 2)
        #expect(reports[0].identity != reports[1].identity)
        for draft in conversion.drafts { _ = try Samples.resource(draft) }
    }

    @Test("several patients of one message keep their results apart")
    func severalPatients() throws {
        let conversion = try Samples.convert(
            Samples.message(
                "ORU^R01",
                [
                    Samples.pid, "OBR|1||F1|a", "OBX|1|ST|x||1||||||F", "PID|2||4712^^^HOSP-MRN", "OBR|1||F2|a",
                    "OBX|1|ST|x||2||||||F",
                ]))
        #expect(
            try Samples.resource(conversion.draft("observation/2"))["subject"]?["reference"]?.string
                == "urn:mediconnect:draft:patient/2")
    }

    @Test("an observation of the specimen is none of the order, and is reported")
    func specimen() throws {
        let conversion = try convert([
            "OBX|1|NM|1-1^C^LN||5||||||F", "SPM|1", "OBX|1|NM|9-9^Volume^LN||7||||||F", "NTE|1||of the specimen",
        ])
        #expect(conversion.drafts(of: .observation).count == 1)
        #expect(conversion.report.lines.contains { $0.hasPrefix("OBX[2]: An observation before any order") })
        #expect(conversion.report.lines.contains("NTE-3: The field is not carried over."))
    }
}
