import Foundation
import XML

@testable import FHIR

extension ReferenceArchive {
    static let jsonPatchCases = ReferenceArchive("patch/json-patch-tests.json")
    static let xmlPatchCases = ReferenceArchive("patch/xml-patch-tests.xml")
    static let fhirPathPatchCases = ReferenceArchive("patch/fhir-patch-tests.xml")

    var bytes: [UInt8] { get throws { [UInt8](try Data(contentsOf: url)) } }
}

/// What a JSON Patch makes of a resource, or what it says against it, as `fault code expression: diagnostics`.
func patched(_ resource: String, _ patch: String, limits: PatchLimits = .default) -> String {
    patched(resource, [UInt8](patch.utf8), as: .json, limits: limits)
}

func patched(_ resource: String, _ patch: [UInt8], as format: Patch.Format, limits: PatchLimits = .default) -> String {
    do {
        let document = try JSONDocument.of(resource)
        return text(try Patch.parse(patch, as: format, limits: limits).apply(to: document))
    } catch let error as PatchError {
        return error.brief
    } catch {
        return "unexpected \(error)"
    }
}

extension PatchError {
    var brief: String {
        "\(fault) \(issue.code.rawValue) \(issue.expression ?? "-"): \(issue.diagnostics)"
    }
}

/// The refusal of a patch; nil if it was applied.
func refusal(_ resource: String, _ patch: String, limits: PatchLimits = .default) throws -> PatchError? {
    let document = try JSONDocument.of(resource)
    do throws(PatchError) {
        _ = try Patch.parse([UInt8](patch.utf8), as: .json, limits: limits).apply(to: document)
        return nil
    } catch {
        return error
    }
}

/// A patient with what patches usually meet: decimals in an extension, companions, a contained resource.
let patient = #"""
    {"resourceType":"Patient","id":"p1","meta":{"versionId":"3","lastUpdated":"2020-01-01T00:00:00Z","tag":[{"code":"a"}]},"extension":[{"url":"http://example.org/weight","valueDecimal":1.50}],"active":true,"name":[{"family":"Chalmers","given":["Peter","James"]},{"given":["Jim"]}],"birthDate":"1974-12-25","_birthDate":{"id":"b"},"deceasedBoolean":false}
    """#

extension XMLDraft {
    init(_ element: XMLElement) {
        self.init()
        let root = copy(.element(element))
        insert([root], into: XMLDraft.root, at: 0)
    }

    /// Names with their namespaces, attributes by name, texts that are not blank, comments.
    func canonical(_ node: Int32 = XMLDraft.root) -> String {
        let inside = children(of: node).map { canonical($0) }.joined()
        switch self[node] {
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
