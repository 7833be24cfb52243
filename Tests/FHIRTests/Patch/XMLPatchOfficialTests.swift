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
                var draft = target.elements.first { _ in true }.map(Self.draft) ?? XMLDraft()
                try XMLPatch(patch).apply(to: &draft, forgivesWhitespace: false)
                let expected = example.first("patched", in: nil)?.elements.first { _ in true }
                #expect(Self.canonical(draft) == expected.map { Self.canonical(Self.draft($0)) }, "\(name)")
            } catch {
                #expect(example.first("error", in: nil) != nil, "\(name): \(error.brief)")
            }
        }
    }

    private static func draft(_ element: XMLElement) -> XMLDraft {
        var draft = XMLDraft()
        let root = draft.copy(.element(element))
        draft.insert([root], into: XMLDraft.root, at: 0)
        return draft
    }

    /// Names with their namespaces, attributes by name, texts that are not blank, comments.
    private static func canonical(_ draft: XMLDraft, _ node: Int32 = XMLDraft.root) -> String {
        let inside = draft.children(of: node).map { canonical(draft, $0) }.joined()
        switch draft[node] {
        case .document: return inside
        case .text(let text): return text.allSatisfy(\.isWhitespace) ? "" : text
        case .comment(let text): return "<!--\(text)-->"
        case .element(let element):
            let attributes = element.attributes.map { "\($0.namespace ?? ""):\($0.name)=\($0.value)" }.sorted()
            let prefixes = element.declarations.map { "\($0.prefix)=\($0.namespace)" }.sorted()
            return "<\(element.namespace ?? ""):\(element.name) \(attributes) \(prefixes)>\(inside)</>"
        }
    }
}
