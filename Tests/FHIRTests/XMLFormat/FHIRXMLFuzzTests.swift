import FHIR
import TestSupport
import Testing
import XML

/// Changes to FHIR XML and narratives that a careless or hostile sender could make. The same on every run.
struct XMLMutator {
    var random: SeededRandom

    private static let pieces = [
        "<", ">", "/>", "</", "<!--", "-->", "<![CDATA[", "]]>", "<?", "?>", "&", ";", "&amp;", "&#0;", "&#x41;",
        "&nbsp;",
        "\"", "'", "=", " ", "\n", "\r\n", "xmlns=\"\"", " xmlns=\"http://www.w3.org/1999/xhtml\"", "<div>", "</div>",
        "<contained>", "<extension url=\"u\">", " value=\"1\"", " id=\"a\"", "<!DOCTYPE a>", ":", "x:", "\u{FEFF}",
        "\u{0}",
        "é", "😀", "<script>", " onclick=\"a\"", " style=\"url(\"", " href=\"javascript:\"",
    ].map { Array($0.utf8) }

    mutating func changed(_ original: [UInt8]) -> [UInt8] {
        var bytes = original
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let place = Int.random(in: 0...bytes.count, using: &random)
            let length = min(Int.random(in: 1...24, using: &random), bytes.count - place)
            switch Int.random(in: 0..<7, using: &random) {
            case 0: bytes.insert(contentsOf: random.pick(Self.pieces), at: place)
            case 1: bytes.removeSubrange(place..<place + length)
            case 2: bytes.insert(contentsOf: bytes[place..<place + length], at: place)
            case 3 where place < bytes.count: bytes[place] = UInt8.random(in: 0...255, using: &random)
            case 4:
                let other = Int.random(in: 0...bytes.count - length, using: &random)
                bytes.replaceSubrange(place..<place + length, with: bytes[other..<other + length])
            case 5: bytes = Array(bytes[..<place])
            default: bytes.insert(contentsOf: bytes[..<min(place, 60)], at: place)
            }
        }
        return bytes
    }
}

@Suite("FHIR XML and narratives of any bytes at all")
struct FHIRXMLFuzzTests {
    @Test("XML that was changed is refused with a place or read as JSON that parses", arguments: 0..<4)
    func xml(lot: Int) throws {
        var mutator = XMLMutator(random: SeededRandom(lot + 1))
        for seed in 0..<max(1, FuzzRuns.count(400) / 40) {
            let document = try JSONDocument.parse(RandomResource.make(seed: lot * 1_000 + seed))
            let original = try FHIRXML.write(document.root, pretty: seed % 2 == 0)
            for _ in 0..<10 { try exercise(mutator.changed(original)) }
        }
    }

    private func exercise(_ bytes: [UInt8]) throws {
        let json: [UInt8]
        do throws(FHIRXMLError) {
            json = try FHIRXML.json(from: bytes)
        } catch {
            #expect(!error.faults.isEmpty && error.faults.count <= FHIRXMLError.limit)
            #expect(error.faults.allSatisfy { $0.position != nil && !$0.message.isEmpty })
            return
        }
        guard let document = try? JSONDocument.parse(json) else {
            Testing.Issue.record("JSON that does not parse: \(text(json)) of \(text(bytes))")
            return
        }
        // Where it can be written again, it says the same.
        guard let written = try? FHIRXML.write(document.root) else { return }
        #expect(try FHIRXML.json(from: written) == json, "\(text(bytes))")
    }

    @Test("a narrative that was changed is judged, and one without faults is read by the XML reader", arguments: 0..<4)
    func narrative(lot: Int) {
        let originals = [
            "<div xmlns=\"http://www.w3.org/1999/xhtml\"><p class='a'>a &lt; b<br/>é</p><!-- c --><a href=\"#d\">e</a></div>",
            "<div xmlns=\"http://www.w3.org/1999/xhtml\">\n<table style=\"color: red\"><tr><td>1</td></tr></table></div>",
        ].map { Array($0.utf8) }
        var mutator = XMLMutator(random: SeededRandom(lot + 100))
        for round in 0..<FuzzRuns.count(2_000) / 4 {
            // The check is given valid UTF-8, as the JSON parser lets nothing else through.
            let div = Array(text(mutator.changed(originals[round % 2])).utf8)
            let faults = div.withUnsafeBufferPointer { Narrative.faults(in: $0) }
            let tree = try? XMLDocument.parse(div)
            if faults.isEmpty { #expect(tree?.root.name == "div", "\(text(div))") }
            if tree == nil { #expect(!faults.isEmpty, "\(text(div))") }
        }
    }
}
