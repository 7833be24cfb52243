import TestSupport
import Testing

@testable import FHIR

/// Makes patch documents that are nearly right: by bytes from good ones, and from pieces that fit together badly.
struct PatchMutator {
    var random: SeededRandom
    let format: Patch.Format

    static let pointers = [
        "", "/", "/name", "/name/0", "/name/1/given/0", "/name/-", "/name/0/given/-", "/birthDate", "/_birthDate/id",
        "/id", "/meta", "/meta/versionId", "/meta/tag/0", "/resourceType", "/extension/0/valueDecimal", "/nope/x",
        "/name/99999999999999999999", "/name/00", "/active/x", "/deceasedBoolean", "/~0~1", "/é",
    ]
    static let values = [
        "null", "true", "1.50", "\"x\"", "[]", "{}", "[1,[2,{\"a\":null}]]", "{\"given\":[\"A\"]}", "\"p1\"",
        "{\"resourceType\":\"Patient\",\"id\":\"p1\"}",
    ]
    static let selectors = [
        "f:Patient", "f:Patient/f:id", "f:Patient/f:id/@value", "f:Patient/f:name[1]", "f:Patient/f:name[f:given]",
        "//f:given[@value='Jim']", "//f:given[last()]/@value", "f:Patient/f:name/f:given", "/", "..", "//@*",
        "//text()",
        "f:Patient/f:birthDate[@value>'1']", "f:Patient/*[position()=2 or not(*)]", "x:y", "f:Patient[",
        "//*[//*[//*]]",
    ]
    static let contents = [
        "", "x", "<given value=\"x\"/>", "<name><given value=\"y\"/></name>", "<!-- c -->", "<a xmlns=\"\"/>",
        "<name/>",
        "<active value=\"true\"/>", "<id value=\"p2\"/>", "<div xmlns=\"http://www.w3.org/1999/xhtml\">z</div>",
    ]
    static let paths = [
        "Patient", "Patient.name", "Patient.name[0]", "Patient.name[1].given[0]", "Patient.birthDate", "Patient.id",
        "Patient.birthDate.extension", "Patient.meta", "Patient.meta.tag", "Patient.name.given", "Patient.nope",
        "Patient.extension.value", "Patient.name.where(use='x')", "Patient.descendants()", "Patient.name.given.first()",
        "Patient.name[", "1 + 1", "Patient.name.repeat(given)", "Patient.deceased",
    ]
    static let parts = [
        "\"valueString\":\"x\"", "\"valueInteger\":1", "\"valueInteger\":0", "\"valueBoolean\":true",
        "\"valueHumanName\":{\"text\":\"x\"}", "\"part\":[{\"name\":\"given\",\"valueString\":\"x\"}]", "\"part\":[]",
        "\"resource\":{\"resourceType\":\"Basic\"}", "\"_valueString\":{\"id\":\"x\"}", "\"valueDecimal\":1.50",
        "\"x\":1",
        "\"valueString\":\"name\"", "\"valueString\":\"birthDate\"", "\"valueString\":\"given\"",
    ]

    mutating func next() -> [UInt8] {
        var bytes = Array(composed().utf8)
        if random.chance(40) {
            for _ in 0..<Int.random(in: 1..<4, using: &random) { mutate(&bytes) }
        }
        return bytes
    }

    private mutating func composed() -> String {
        let count = Int.random(in: 1..<(format == .json ? 6 : 3), using: &random)
        switch format {
        case .json: return "[" + (0..<count).map { _ in operation() }.joined(separator: ",") + "]"
        case .xml:
            return #"<diff xmlns="http://hl7.org/fhir">"# + (0..<count).map { _ in element() }.joined() + "</diff>"
        case .fhirPathXML:
            let json = #"{"resourceType":"Parameters","parameter":["# + parameter() + "]}"
            let xml = try? FHIRXML.write(JSONDocument.parse(Array(json.utf8)).root)
            return xml.map { text($0) } ?? json
        case .fhirPathJSON:
            return #"{"resourceType":"Parameters","parameter":["#
                + (0..<count).map { _ in parameter() }
                .joined(separator: ",") + "]}"
        }
    }

    private mutating func operation() -> String {
        let name = random.pick(["add", "remove", "replace", "move", "copy", "test", "copy", "move"])
        var text = "{\"op\":\"\(name)\",\"path\":\"\(random.pick(Self.pointers))\""
        if random.chance(80) { text += ",\"value\":\(random.pick(Self.values))" }
        if random.chance(80) { text += ",\"from\":\"\(random.pick(Self.pointers))\"" }
        return text + "}"
    }

    static let elements = [
        "<add sel=\"f:Patient/f:name[1]\"><given value=\"x\"/></add>",
        "<remove sel=\"f:Patient/f:name[2]\" ws=\"both\"/>",
        "<replace sel=\"f:Patient/f:birthDate/@value\">1980</replace>", "<remove sel=\"f:Patient/f:birthDate/@id\"/>",
        "<add sel=\"f:Patient/f:name[1]\" type=\"@id\">a</add>",
        "<add sel=\"f:Patient/f:active\" pos=\"after\"><!-- --></add>",
        "<replace sel=\"f:Patient/f:active\"><active value=\"false\"/></replace>",
    ]

    private mutating func element() -> String {
        if random.chance(40) { return random.pick(Self.elements) }
        let name = random.pick(["add", "replace", "remove", "add"])
        let selector = random.pick(Self.selectors).replacing("<", with: "&lt;")
        var text = "<\(name) sel=\"\(selector)\""
        if random.chance(30) { text += " pos=\"\(random.pick(["prepend", "before", "after", "x"]))\"" }
        if random.chance(20) { text += " type=\"\(random.pick(["@id", "@value", "@x:y", "namespace::x", "y"]))\"" }
        if random.chance(20) { text += " ws=\"\(random.pick(["before", "after", "both"]))\"" }
        return text + ">\(random.pick(Self.contents))</\(name)>"
    }

    private mutating func parameter() -> String {
        let type = random.pick(["add", "insert", "delete", "replace", "move"])
        var parts = [
            "{\"name\":\"type\",\"valueCode\":\"\(type)\"}",
            "{\"name\":\"path\",\"valueString\":\"\(random.pick(Self.paths))\"}",
        ]
        for name in ["name", "value", "index", "source", "destination"] where random.chance(70) {
            let part = name == "name" ? random.pick(Array(Self.parts.suffix(3))) : random.pick(Self.parts)
            parts.append("{\"name\":\"\(name)\",\(part)}")
        }
        return "{\"name\":\"operation\",\"part\":[\(parts.joined(separator: ","))]}"
    }

    private mutating func mutate(_ bytes: inout [UInt8]) {
        guard !bytes.isEmpty else { return bytes.append(UInt8.random(in: 0...255, using: &random)) }
        let place = Int.random(in: 0..<bytes.count, using: &random)
        let end = min(bytes.count, place + Int.random(in: 1..<20, using: &random))
        switch Int.random(in: 0..<5, using: &random) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes.removeSubrange(place..<end)
        case 2: bytes.insert(contentsOf: bytes[place..<end], at: Int.random(in: 0..<bytes.count, using: &random))
        case 3: bytes.insert(random.pick(Array("\"{}[]<>/&'@:,0-.".utf8)), at: place)
        default: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        }
    }
}

@Suite("Any patch at all")
struct PatchFuzzTests {
    /// How many patches of each format.
    static let runs = FuzzRuns.count(2_000)

    @Test(
        "gives a resource that can be read, with its id and version, or says why not", arguments: Patch.Format.allCases)
    func fuzz(_ format: Patch.Format) throws {
        let document = try JSONDocument.of(patient)
        let limits = PatchLimits(maximumOperations: 100, maximumResultBytes: 1 << 20, maximumSteps: 100_000)
        var mutator = PatchMutator(random: SeededRandom(state: 5_789), format: format)
        var applied = 0
        for _ in 0..<Self.runs {
            let bytes = mutator.next()
            do throws(PatchError) {
                let result = try Patch.parse(bytes, as: format, limits: limits).document(from: document).root
                applied += 1
                #expect(result["resourceType"]?.string == "Patient" && result["id"]?.string == "p1", "\(text(bytes))")
                #expect(result["meta"]?["versionId"]?.string == "3", "\(text(bytes))")
                #expect(result["meta"]?["lastUpdated"]?.string == "2020-01-01T00:00:00Z", "\(text(bytes))")
            } catch {
                #expect(!error.issue.diagnostics.isEmpty && error.issue.diagnostics.utf8.count < 2_000)
                #expect(error.issue.isError)
            }
        }
        // The generator must not only make what is refused at the first glance.
        #expect(applied > Self.runs / 50, "\(applied) of \(Self.runs) were applied")
    }
}
