import FHIR
import TestSupport
import Testing

@Suite("FHIR XML of any resource")
struct FHIRXMLPropertyTests {
    @Test("JSON → XML → JSON gives the same bytes", arguments: 0..<8)
    func roundTrip(lot: Int) throws {
        for seed in lot * 25..<lot * 25 + 25 {
            let json = RandomResource.make(seed: seed)
            let document = try JSONDocument.parse(json)
            for pretty in [false, true] {
                let xml = try FHIRXML.write(document.root, pretty: pretty)
                let back = try FHIRXML.json(from: xml)
                #expect(back == json, "seed \(seed): \(text(json)) came back as \(text(back))")
                if back != json { return }
            }
        }
    }

    @Test("the order of JSON's members does not matter to the XML", arguments: 0..<2)
    func anyOrder(lot: Int) throws {
        var random = SeededRandom(lot)
        for seed in lot * 20..<lot * 20 + 20 {
            let document = try JSONDocument.parse(RandomResource.make(seed: seed))
            var shuffled: [UInt8] = []
            shuffle(document.root, into: &shuffled, using: &random)
            let other = try JSONDocument.parse(shuffled)
            #expect(try FHIRXML.write(other.root) == FHIRXML.write(document.root), "seed \(seed)")
        }
    }

    private func shuffle(_ node: JSONNode, into output: inout [UInt8], using random: inout SeededRandom) {
        switch node.kind {
        case .object:
            output.append(UInt8(ascii: "{"))
            for (position, member) in Array(node.members).shuffled(using: &random).enumerated() {
                if position > 0 { output.append(UInt8(ascii: ",")) }
                JSONWriter.appendString(member.key.string, to: &output)
                output.append(UInt8(ascii: ":"))
                shuffle(member.value, into: &output, using: &random)
            }
            output.append(UInt8(ascii: "}"))
        case .array:
            output.append(UInt8(ascii: "["))
            for (position, element) in node.elements.enumerated() {
                if position > 0 { output.append(UInt8(ascii: ",")) }
                shuffle(element, into: &output, using: &random)
            }
            output.append(UInt8(ascii: "]"))
        default: output.append(contentsOf: JSONWriter.compact(node))
        }
    }
}
