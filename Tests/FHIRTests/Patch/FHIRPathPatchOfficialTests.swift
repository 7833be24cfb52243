import Testing
import XML

@testable import FHIR

@Suite("The official cases of FHIRPath Patch")
struct FHIRPathPatchOfficialTests {
    @Test("all 33 hold", .enabled(if: ReferenceArchive.fhirPathPatchCases.exists, "needs ../shared/data"))
    func all() throws {
        let cases = Array(
            try XMLDocument.parse(try ReferenceArchive.fhirPathPatchCases.bytes).root.elements("case", in: nil))
        #expect(cases.count == 33)
        for example in cases {
            let name = example.attribute("name") ?? ""
            let input = try JSONDocument.parse(FHIRXML.json(from: try resource("input", of: example)))
            let diff = try resource("diff", of: example)
            do throws(PatchError) {
                let result = try Patch.parse(diff, as: .fhirPathXML).document(from: input)
                guard example.first("output", in: nil) != nil else {
                    Testing.Issue.record("\(name): was applied, an error was expected")
                    continue
                }
                let written = try? XMLDocument.parse(FHIRXML.write(result.root))
                let expected = try? XMLDocument.parse(resource("output", of: example))
                #expect(
                    written.map { XMLDraft($0).canonical() } == expected.map { XMLDraft($0).canonical() }, "\(name)")
            } catch {
                #expect(example.first("error", in: nil) != nil, "\(name): \(error.brief)")
            }
        }
    }

    /// The resource in an element of a case, as a document of its own.
    private func resource(_ name: String, of example: XMLElement) throws -> [UInt8] {
        let holder = try #require(example.first(name, in: nil))
        var writer = XMLWriter()
        writer.append(try #require(holder.elements.first { _ in true }))
        return try writer.finish()
    }
}
