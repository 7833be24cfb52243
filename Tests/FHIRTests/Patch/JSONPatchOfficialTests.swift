import Testing

@testable import FHIR

@Suite("The official cases of JSON Patch")
struct JSONPatchOfficialTests {
    @Test("all 16 hold", .enabled(if: ReferenceArchive.jsonPatchCases.exists, "needs ../shared/data"))
    func all() throws {
        let cases = try JSONDocument.parse(try ReferenceArchive.jsonPatchCases.bytes).root
        #expect(cases.count == 16)
        for example in cases.elements {
            let name = example["comment"]?.string ?? ""
            let document = try JSONDocument.parse(JSONWriter.compact(try #require(example["doc"])))
            let patch = try JSONDocument.parse(JSONWriter.compact(try #require(example["patch"])))
            do throws(PatchError) {
                // The cases are no resources: nothing is protected, and what is empty stays.
                let result = try JSONPatch(patch).apply(to: document, protecting: false, pruned: false)
                guard let expected = example["expected"] else {
                    Testing.Issue.record("\(name): was applied, expected: \(example["error"]?.string ?? "")")
                    continue
                }
                let same = try? JSONDocument.semanticallyEqual(
                    .parse(result), .parse(JSONWriter.compact(expected)))
                #expect(same == true, "\(name): \(text(result))")
            } catch {
                #expect(example["error"] != nil, "\(name): \(error.brief)")
            }
        }
    }
}
