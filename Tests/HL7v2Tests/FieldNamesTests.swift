import Foundation
import Testing

@testable import HL7v2

/// HL7's own maps, where they lie beside the checkout.
private let mappings = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared/data/v2-to-fhir/mappings")

@Suite("Names of fields and components")
struct FieldNamesTests {
    private let names = FieldNames.standard

    @Test("fields, components and subcomponents are called what version 2.5.1 calls them")
    func examples() {
        #expect(names.fields(of: "PID")[4] == .init(datatype: "XPN", name: "Patient Name"))
        #expect(names.fields(of: "MSH")[9].name == "Message Control ID")
        #expect(names.fields(of: "PV1")[18] == .init(datatype: "CX", name: "Visit Number"))
        #expect(names.fields(of: "OBX")[4].name == "Observation Value")
        #expect(names.components(of: "CX")[3] == .init(datatype: "HD", name: "Assigning Authority"))
        #expect(names.components(of: "HD").map(\.name) == ["Namespace ID", "Universal ID", "Universal ID Type"])
        #expect(
            names.name(of: Place(segment: "PID", field: 3, component: 4, subcomponent: 2))
                == "Patient Identifier List, Assigning Authority, Universal ID")
        #expect(names.name(of: Place(segment: "PID", field: 99)) == nil)
    }

    @Test(
        "each segment has all its fields",
        arguments: [
            ("MSH", 21), ("SFT", 6), ("MSA", 6), ("ERR", 12), ("NTE", 4), ("EVN", 7), ("PID", 39), ("PD1", 21),
            ("NK1", 39), ("PV1", 52), ("PV2", 49), ("ROL", 12), ("MRG", 7), ("NPU", 2), ("AL1", 6), ("DG1", 21),
            ("PR1", 20), ("GT1", 57), ("IN1", 53), ("IN2", 72), ("ACC", 11), ("UB1", 23), ("UB2", 17), ("ORC", 31),
            ("OBR", 50), ("OBX", 25), ("SPM", 29), ("TQ1", 14), ("RGS", 3), ("AIS", 12), ("AIG", 14), ("AIL", 12),
            ("AIP", 12), ("SCH", 27), ("RF1", 11), ("PRD", 9), ("TXA", 23), ("QPD", 3), ("RCP", 7), ("DSC", 2),
            ("FT1", 31), ("RXA", 26), ("RXO", 28), ("RXE", 44),
        ])
    func counts(_ segment: String, _ count: Int) {
        #expect(names.fields(of: segment).count == count)
    }

    @Test("every datatype that is named is a simple one or has components")
    func datatypes() {
        let simple: Set = ["DT", "DTM", "FT", "GTS", "ID", "IS", "NM", "SI", "ST", "TM", "TX", "varies"]
        for type in names.everyDatatype where !simple.contains(type) {
            #expect(names.components(of: type).count > 1, "\(type)")
        }
        for type in simple { #expect(names.components(of: type).isEmpty, "\(type)") }
    }

    @Test("what a Z-segment or an unknown one holds has no names")
    func unknown() throws {
        #expect(names.fields(of: "ZPD").isEmpty)
        let message = try Message.parse(Array("MSH|^~\\&|A|B|||1||ADT^A01|1|P|2.5\rZPD|a^b\r".utf8))
        #expect(message.first("ZPD")?[1].definition == nil)
    }

    @Test("OBX-5 has the datatype that OBX-2 names")
    func observationValue() throws {
        let message = try Message.parse(
            Array("MSH|^~\\&|A|B|||1||ORU^R01|1|P|2.5\rOBX|1|CWE|1||a^b\rOBX|2||1||a\r".utf8))
        #expect(message.segments[1][5].definition == .init(datatype: "CWE", name: "Observation Value"))
        #expect(message.segments[2][5].definition == .init(datatype: "varies", name: "Observation Value"))
    }

    /// The maps follow later versions, in which some fields were renamed; those are counted, and all else is the same.
    @Test(
        "the names agree with those that HL7's maps to FHIR give",
        .enabled(if: FileManager.default.fileExists(atPath: mappings.path)))
    func maps() throws {
        var compared = 0
        var differing: Set<String> = []
        for folder in ["segments", "datatypes"] {
            let files = try FileManager.default.contentsOfDirectory(
                at: mappings.appending(path: folder), includingPropertiesForKeys: nil)
            for file in files where file.pathExtension == "csv" {
                for line in try String(contentsOf: file, encoding: .utf8).split(whereSeparator: \.isNewline) {
                    guard
                        let match = line.wholeMatch(of: /\d+,([A-Z][A-Z0-9]{1,2})[-.](\d+),(?:"([^"]*)"|([^,"]*)),.*/),
                        let number = Int(match.2)
                    else { continue }
                    let owner = String(match.1)
                    let elements = folder == "segments" ? names.fields(of: owner) : names.components(of: owner)
                    guard let known = FieldNames.element(number, of: elements) else { continue }
                    let theirs = match.3 ?? match.4 ?? ""
                    compared += 1
                    if Self.plain(known.name) != Self.plain(String(theirs)) {
                        differing.insert("\(owner)-\(number): \(known.name) / \(theirs)")
                    }
                }
            }
        }
        print("field names: \(compared) compared, \(differing.count) different since 2.5.1")
        for line in differing.sorted() { print("  \(line)") }
        #expect(compared > 2500)
        #expect(differing.count <= 26)
    }

    private static func plain(_ name: String) -> String {
        name.lowercased().filter { $0.isLetter || $0.isNumber }
    }
}
