import FHIR
import HL7v2
import Testing
import Translation

@Suite("Maps")
struct MapTests {
    @Test("the standard maps can be read, and every table that they name is there")
    func standard() throws {
        let maps = try MapSet.parse(StandardMaps.text)
        #expect(maps == .standard)
        #expect(maps.lineCount > 60)
        #expect(maps.tables["HL70001"]?.entries["A"]?.code == "other")
    }

    @Test(
        "what cannot be read is refused with its line",
        arguments: [
            ("\nPID-8 Patient.gendre", 2, "no element 'gendre'"), ("PID-0 Patient.gender", 1, "is no field"),
            ("pid-8 Patient.gender", 1, "is no field"), ("PID-8 Patent.gender", 1, "no resource 'Patent'"),
            ("PID-8 Patient", 1, "Name an element"), ("PID-8", 1, "element must follow"),
            ("# ok\n\nPID-8 Patient.gender table NONE", 3, "no table NONE"),
            ("PID-8 Patient.gender sideways", 1, "means nothing"), ("PID-8 Patient.contact", 1, "is a Patient.contact"),
            ("PD1-4 Patient.generalPractitioner", 1, "actor Practitioner"), ("M = male", 1, "outside of a table"),
            ("table A\nB C = \"open", 2, "not closed"), ("off PID-8", 1, "no line for PID-8"),
            ("PID-15 Patient.communication.language with preferred=maybe", 1, "is no boolean"),
            ("PID-5 Patient.name merge", 1, "Only identifiers"),
        ])
    func errors(text: String, line: Int, part: String) {
        do throws(MapError) {
            _ = try MapSet.parse(text)
            Issue.record("\(text) was read")
        } catch {
            #expect(error.line == line)
            #expect(error.message.contains(part), "\(error)")
        }
    }

    @Test("an integrator's file adds, replaces and switches off")
    func overlay() throws {
        let maps = try MapSet.parse(
            """
            # our hospital
            table HL70001
            D = other "Diverse"
            M =
            table authorities
            HOSP-MRN = https://other.example/mrn
            table coding-systems
            "Win Path" = https://lab.example/winpath
            off PID-11
            """, over: .standard)
        let line = "PID|1||4711^^^OURS||A^B||19800101|D|||1 A St^^X"
        let settings = SenderSettings(authorities: ["OURS": "urn:ours"])
        let conversion = try Samples.convert(
            Samples.message("ADT^A31", [line]), settings: settings, maps: maps)
        let patient = try Samples.resource(conversion.draft("patient"))
        #expect(patient["gender"]?.string == "other")
        #expect(patient["address"] == nil)
        #expect(conversion.report.unmappedFields.map(\.place.description) == ["PID-11"])
        #expect(maps.tables["HL70001"]?.entries["M"] == nil)
        #expect(MapSet.standard.tables["HL70001"]?.entries["M"]?.code == "male")
    }

    @Test("lines may end as they do on Windows")
    func lineEnds() throws {
        let lines = ["table HL70001", "D = other", "off PID-11"]
        let unix = try MapSet.parse(lines.joined(separator: "\n"), over: .standard)
        #expect(try MapSet.parse(lines.joined(separator: "\r\n") + "\r\n", over: .standard) == unix)
        #expect(unix.tables["HL70001"]?.entries["D"]?.code == "other")
    }

    @Test("a line with the same field and element takes the place of the standard one")
    func replacement() throws {
        let maps = try MapSet.parse("table MINE\nX = male\nPID-8 Patient.gender table MINE", over: .standard)
        #expect(maps.lineCount == MapSet.standard.lineCount)
        let conversion = try Samples.convert(
            Samples.message("ADT^A31", ["PID|1||4711^^^HOSP-MRN|||||X"]), maps: maps)
        #expect(try Samples.resource(conversion.draft("patient"))["gender"]?.string == "male")
    }

    @Test("what no map reads and what no table has is in the report")
    func report() throws {
        let conversion = try Samples.convert(
            Samples.message(
                "ADT^A08",
                [
                    "EVN|A08|20260301|99", "PID|1||4711^^^HOSP-MRN^MR|||||Q||W^White", "PD1|||", "ZZ1|a||b^^",
                    "PV1|1|I|||||||||||||||||V1^^^HOSP-VISIT", "AL1|1||^^", "AL1|2||X",
                ]))
        #expect(
            conversion.report.unmappedFields.map(\.place.description) == [
                "EVN-3", "PID-10", "ZZ1-1", "ZZ1-3", "AL1-1", "AL1[2]-1", "AL1[2]-3",
            ])
        #expect(conversion.report.unmappedCodes.map { "\($0.place) \($0.code) \($0.table)" } == ["PID-8 Q HL70001"])
    }
}
