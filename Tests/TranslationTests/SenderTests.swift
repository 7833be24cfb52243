import HL7v2
import Testing
import Translation

@Suite("Sender settings")
struct SenderTests {
    @Test("the pattern that says most about a sender counts")
    func patterns() throws {
        let settings = ["*|*", "SIM*|*", "SIMHOSP|*", "SIMHOSP|SFAC", "OTHER|SFAC"].compactMap { text in
            SenderPattern(text).map { SenderSettings(pattern: $0) }
        }
        func found(_ application: String, _ facility: String) throws -> String? {
            let header = try #require(Header(Array("MSH|^~\\&|\(application)|\(facility)".utf8)))
            return settings.settings(for: header)?.pattern.description
        }
        #expect(try found("SIMHOSP", "SFAC") == "SIMHOSP|SFAC")
        #expect(try found("SIMHOSP", "X") == "SIMHOSP|*")
        #expect(try found("SIMLAB", "SFAC") == "SIM*|*")
        #expect(try found("A", "B") == "*|*")
        #expect(SenderPattern("no bar") == nil)
    }

    @Test("any repetition of PID-3 finds the patient, in whatever order")
    func anyRepetition() throws {
        let first = try Samples.convert(
            Samples.message("ADT^A31", ["PID|1||1^^^X~4711^^^HOSP-MRN"]))
        let second = try Samples.convert(
            Samples.message("ADT^A31", ["PID|1||4711^^^HOSP-MRN~1^^^X"]))
        #expect(first.draft("patient")?.identity == second.draft("patient")?.identity)
    }

    @Test("an authority that nobody configured gets a system of its own, the same wherever it is read")
    func unknownAuthority() throws {
        let conversion = try Samples.convert(
            Samples.message("ADT^A01", ["PID|1||1^^^NEW ONE^MR", "PV1|1|I|||||||||||||||||V1"]),
            settings: SenderSettings())
        let patient = try #require(conversion.draft("patient"))
        #expect(
            patient.identity
                == .identifiers([.init(system: "urn:mediconnect:hl7v2:authority:HOSP:NEW%20ONE", value: "1")]))
        let resource = try Samples.resource(patient)
        #expect(
            resource.elements("identifier").first?["system"]?.string == patient.identity.identifiers.first?.system)
        let encounter = try #require(conversion.draft("encounter"))
        #expect(
            try Samples.resource(encounter).elements("identifier").first?["system"]?.string
                == encounter.identity.identifiers.first?.system)
        #expect(conversion.report.assumptions.contains { $0.sentence.contains("NEW ONE") })
    }
}
