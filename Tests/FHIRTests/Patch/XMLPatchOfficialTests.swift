import Testing
import XML

@testable import FHIR

@Suite("The official cases of XML Patch")
struct XMLPatchOfficialTests {
    @Test("all 29 hold", .enabled(if: ReferenceArchive.xmlPatchCases.exists, "needs ../shared/data"))
    func all() throws {
        let root = try XMLDocument.parse(try ReferenceArchive.xmlPatchCases.bytes, comments: true).root
        let cases = Array(root.elements("case", in: nil))
        #expect(cases.count == 29)
        for example in cases {
            let name = example.attribute("name") ?? ""
            let target = try #require(example.first("target", in: nil))
            let patch = try #require(example.first("patch", in: "http://hl7.org/fhir"))
            do throws(PatchError) {
                var draft = target.elements.first { _ in true }.map { XMLDraft($0) } ?? XMLDraft()
                try XMLPatch(patch).apply(to: &draft, forgivesWhitespace: false)
                let expected = example.first("patched", in: nil)?.elements.first { _ in true }
                #expect(draft.canonical() == expected.map { XMLDraft($0).canonical() }, "\(name)")
            } catch {
                #expect(example.first("error", in: nil) != nil, "\(name): \(error.brief)")
            }
        }
    }
}
