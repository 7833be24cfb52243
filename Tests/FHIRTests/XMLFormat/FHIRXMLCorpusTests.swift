import FHIR
import Foundation
import Testing
import XML

@Suite("FHIR XML of real resources")
struct FHIRXMLCorpusTests {
    @Test(
        "every official example becomes the other form of itself",
        .enabled(if: XMLCorpus.specification.archive.exists))
    func officialPairs() throws {
        let pairs = try XMLCorpus.specification.pairs()
        #expect(pairs.count == 601)
        var differently = (label: 0, narrative: 0)
        for pair in pairs {
            let json = try JSONDocument.parse(pair.json)
            let written = CanonicalForm(try XMLDocument.parse(try FHIRXML.write(json.root)).root)
            let official = CanonicalForm(try XMLDocument.parse(pair.xml).root)
            #expect(written == official, "\(pair.name): \(firstDifference(written, official))")

            let read = try JSONDocument.parse(try FHIRXML.json(from: pair.xml))
            let (readForm, jsonForm) = (CanonicalForm(read.root), CanonicalForm(json.root))
            #expect(readForm == jsonForm, "\(pair.name): \(firstDifference(readForm, jsonForm))")

            if written.labels != official.labels { differently.label += 1 }
            if readForm == jsonForm, narratives(read.root) != narratives(json.root) { differently.narrative += 1 }
        }
        // The artefacts of the specification's build, of which nothing else is let through: the label HTEST in
        // meta.security (XML) or meta.tag (JSON), and white space in generated narratives.
        #expect(differently.label == 400)
        #expect(differently.narrative == 202)
    }

    @Test("every official example survives JSON → XML → JSON", .enabled(if: XMLCorpus.specification.archive.exists))
    func officialRoundTrip() throws {
        for pair in try XMLCorpus.specification.pairs() { try roundTrip(pair) }
    }

    @Test("every generated instance survives both ways", .enabled(if: XMLCorpus.generated.archive.exists))
    func generated() throws {
        let pairs = try XMLCorpus.generated.pairs()
        #expect(pairs.count == 554)
        for pair in pairs {
            try roundTrip(pair)
            let json = try JSONDocument.parse(pair.json)
            let read = try JSONDocument.parse(try FHIRXML.json(from: pair.xml))
            #expect(CanonicalForm(json.root) == CanonicalForm(read.root), "\(pair.name)")
        }
    }

    /// Both layouts; the narratives byte for byte.
    private func roundTrip(_ pair: XMLCorpus.Pair) throws {
        let json = try JSONDocument.parse(pair.json)
        for pretty in [false, true] {
            let xml = try FHIRXML.write(json.root, pretty: pretty)
            let back = try JSONDocument.parse(try FHIRXML.json(from: xml))
            #expect(CanonicalForm(json.root) == CanonicalForm(back.root), "\(pair.name)")
            #expect(narratives(json.root) == narratives(back.root), "\(pair.name)")
            #expect(try FHIRXML.write(back.root, pretty: pretty) == xml, "\(pair.name)")
        }
    }

    @Test(
        "libxml2's schema validator finds the written XML of all examples valid by R4's schemas",
        .enabled(if: XMLCorpus.specification.archive.exists && Self.schemas.exists && Self.hasXMLLint))
    func schema() throws {
        // Codes that the schemas do not list; what makes these instances wrong is not their form.
        let wrongCodes: Set = [
            "ActivityDefinition-1", "ActivityDefinition-6", "EventDefinition-1", "EventDefinition-2", "Measure-1",
            "MedicationStatement-1", "Questionnaire-8", "RequestGroup-2", "RequestGroup-3", "RequestGroup-4",
        ]
        try XMLCorpus.unpacked(Self.schemas) { folder in
            let written = folder.appending(path: "written")
            try FileManager.default.createDirectory(at: written, withIntermediateDirectories: true)
            var names: [String] = []
            for pair in try XMLCorpus.specification.pairs() + XMLCorpus.generated.pairs() {
                let base = String(pair.name.split(separator: "/").last?.dropLast(5) ?? "")
                if pair.name.contains("complete-mock"), wrongCodes.contains(base) { continue }
                let name = "\(names.count)-\(base).xml"
                let xml = try FHIRXML.write(try JSONDocument.parse(pair.json).root, pretty: names.count % 2 == 0)
                try Data(xml).write(to: written.appending(path: name))
                names.append("written/\(name)")
            }
            #expect(names.count == 601 + 554 - wrongCodes.count)
            let (status, errors) = try XMLCorpus.run(
                ["xmllint", "--noout", "--huge", "--schema", "xsd/fhir-single.xsd"] + names, directory: folder)
            let complaints = errors.split(separator: "\n").filter { !$0.hasSuffix(" validates") }
            #expect(status == 0, "\(complaints.prefix(5))")
        }
    }

    static let schemas = ReferenceArchive("definitions/xsd.tar.gz")
    static let hasXMLLint = (try? XMLCorpus.run(["xmllint", "--version"]).status) == 0

    private func narratives(_ node: JSONNode) -> [String] {
        switch node.kind {
        case .object: node.members.flatMap { $0.key.equals("div") ? [$0.value.string ?? ""] : narratives($0.value) }
        case .array: node.elements.flatMap { narratives($0) }
        default: []
        }
    }

    private func firstDifference(_ one: CanonicalForm, _ other: CanonicalForm) -> String {
        let pair = zip(one.lines, other.lines).first { $0 != $1 }
        return pair.map { "\($0) | \($1)" } ?? "\(one.lines.count) and \(other.lines.count) lines"
    }
}
