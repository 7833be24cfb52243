import FHIR
import Foundation
import Testing

@testable import mediconnect

@Suite("Commands on files of FHIR content")
struct ContentCommandTests {
    private static let patient =
        #"{"resourceType":"Patient","active":true,"name":[{"family":"Å","given":["Eva","Ada"]}],"birthDate":"1970-03-30"}"#
    private static let profile = """
        {"resourceType":"StructureDefinition","url":"http://example.org/fhir/StructureDefinition/sexed","name":"Sexed",
        "status":"active","kind":"resource","abstract":false,"type":"Patient",
        "baseDefinition":"http://hl7.org/fhir/StructureDefinition/Patient","derivation":"constraint",
        "differential":{"element":[{"id":"Patient","path":"Patient"},
        {"id":"Patient.gender","path":"Patient.gender","min":1}]}}
        """

    private func command<Command>(_ arguments: String...) throws -> Command {
        try #require(try MediConnect.parseAsRoot(arguments) as? Command)
    }

    /// Everything that validate says of these paths.
    private func report(_ arguments: [String]) throws -> (text: String, figures: ValidationReport.Figures) {
        let command = try #require(
            try MediConnect.parseAsRoot(["validate", "--quiet"] + arguments) as? ValidateCommand)
        var text = ""
        let figures = try command.report { text += $0 }
        return (text, figures)
    }

    @Test("convert goes to XML and back, and what comes back is what was")
    func convert() throws {
        let toXML: ConvertCommand = try command("convert", "x", "--to", "xml", "--compact")
        let toJSON: ConvertCommand = try command("convert", "x", "--to", "json", "--compact")
        let xml = try toXML.convert(Self.patient.bytes)
        #expect(String(decoding: xml, as: UTF8.self).contains(#"<given value="Ada"/>"#))
        #expect(try toJSON.convert(xml) == Self.patient.bytes)
        #expect(throws: CommandFailure.self) { try toXML.convert(#"{"resourceType":"Patient","nmae":[]}"#.bytes) }
        #expect(throws: CommandFailure.self) { try toJSON.convert("<Patient".bytes) }
        #expect(throws: CommandFailure.self) { try toJSON.convert([]) }
    }

    @Test("fhirpath prints each item with type, place and value, and says what is wrong with an expression")
    func fhirpath() throws {
        let folder = try ScratchFolder()
        let json = try folder.write("p.json", Self.patient.bytes)
        let names: FHIRPathCommand = try command("fhirpath", "Patient.name.given", json)
        let lines = try names.lines()
        #expect(lines.count == 2)
        #expect(lines.last?.contains("Patient.name[0].given[1]") == true, "\(lines)")
        #expect(lines.last?.contains("\"Ada\"") == true, "\(lines)")
        let sum: FHIRPathCommand = try command("fhirpath", "1 + 1", json)
        #expect(try sum.lines().first?.hasSuffix("2") == true)
        let wrong: FHIRPathCommand = try command("fhirpath", "Patient.nmae", json)
        #expect(throws: CommandFailure.self) { try wrong.lines() }
        let endless: FHIRPathCommand = try command(
            "fhirpath", "--steps", "1000", "1.repeat($this + 1)", json)
        #expect(throws: CommandFailure.self) { try endless.lines() }
    }

    @Test("validate reads JSON, XML, NDJSON and archives, names file, line and place, and counts")
    func validate() throws {
        let folder = try ScratchFolder()
        try folder.write("good.json", Self.patient.bytes)
        try folder.write("bad.json", #"{"resourceType":"Patient","gender":"x"}"#.bytes)
        try folder.write(
            "bad.xml", #"<Patient xmlns="http://hl7.org/fhir"><birthDate value="1970-02-30"/></Patient>"#.bytes)
        try folder.write("lines.ndjson", "\(Self.patient)\n\n{\"resourceType\":\"Basic\"}\n".bytes)
        try folder.write("none.json", "{".bytes)
        try folder.write(
            "all.tar.gz", Packing.gzip(Packing.tar([("in/a.json", #"{"resourceType":"Patient","active":1}"#.bytes)])))
        try folder.write("picture.png", [0x89])
        let (text, figures) = try report([folder.path])
        #expect(figures.resources == 7)
        #expect(figures.invalid == 5)
        for word in [
            "bad.json (Patient): 1 error", "Patient.gender", "bad.xml", "Patient.birthDate", "lines.ndjson:3",
            "Basic.code", "all.tar.gz/in/a.json", "Patient.active", "none.json", "7 resources: 2 valid, 5 not",
        ] {
            #expect(text.contains(word), "\(word) is missing in\n\(text)")
        }
        #expect(!text.contains("good.json"))
    }

    @Test("the project's own profiles can be used: a bed is one, a ward is none")
    func ownProfiles() throws {
        let profiles = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Profiles").path
        #expect(ProfileSet(files: ProfileFiles([profiles]).files).problems.isEmpty)
        let folder = try ScratchFolder()
        let bed = """
            {"resourceType":"Location","meta":{"profile":["urn:mediconnect:fhir:StructureDefinition:bed"]},
            "identifier":[{"value":"1"}],"status":"active","mode":"instance","partOf":{"reference":"Location/w"},
            "operationalStatus":{"system":"http://terminology.hl7.org/CodeSystem/v2-0116","code":"U"},
            "physicalType":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/location-physical-type",
            "code":"bd"}]}}
            """
        let good = try folder.write("bed.json", bed.bytes)
        #expect(try report([good, "--package", profiles]).figures.invalid == 0)
        let ward = try folder.write("ward.json", bed.replacing(#""bd""#, with: #""wa""#).bytes)
        let (text, figures) = try report([ward, "--package", profiles])
        #expect(figures.invalid == 1)
        #expect(text.contains("Location.physicalType"), "\(text)")
    }

    @Test("validate judges by packages and by the profiles that it is given, in JSON too")
    func profiles() throws {
        let folder = try ScratchFolder()
        let patient = try folder.write("patient.json", Self.patient.bytes)
        let package = try folder.write(
            "package.tgz",
            Packing.gzip(
                Packing.tar([
                    ("package/package.json", "{}".bytes), ("package/sexed.json", Self.profile.bytes),
                    ("package/example/broken.json", "{".bytes),
                ])))
        let url = "http://example.org/fhir/StructureDefinition/sexed"
        #expect(try report([patient]).figures.invalid == 0)
        let (text, figures) = try report([
            patient, "--package", package, "--profile", url, "--output", "json",
        ])
        #expect(figures.invalid == 1)
        let json = try JSONDocument.parse(text.bytes).root
        let result = try #require(json.elements("results").first)
        #expect(result["valid"]?.bool == false)
        #expect(result["outcome"]?.elements("issue").first?["expression"]?.elements.first?.string == "Patient.gender")
        #expect(json["summary"]?["invalid"]?.numberText == "1")
        #expect(throws: CommandFailure.self) {
            try report([patient, "--package", folder.path + "/none.tgz"])
        }
    }
}
