import Exchange
import FHIR
import HTTPTypes

// X-Provenance: https://hl7.org/fhir/R4/provenance.html#header
extension FHIRService {
    /// The Provenance that the client sends with what it writes, without targets; nil where it sends none.
    func provenance(_ request: FHIRRequest) throws -> JSONNode? {
        guard let text = request.call.headers[.provenance] else { return nil }
        let document: JSONDocument
        do {
            document = try JSONDocument.parse(Array(text.utf8))
        } catch {
            throw HTTPProblem.invalidHeader("X-Provenance", "is no JSON: \(error.message)")
        }
        guard document.root["resourceType"]?.equals("Provenance") == true else {
            throw HTTPProblem.invalidHeader("X-Provenance", "is no Provenance; send one as JSON in one line")
        }
        guard document.root["target"] == nil else {
            throw HTTPProblem.invalidHeader(
                "X-Provenance", "has a target; leave it out, because what is written becomes its target")
        }
        // It is judged as it will be.
        var whole = StoredResource(document, type: .provenance).content
        whole.removeLast()
        whole += Array(#","target":[{"reference":"Basic/1"}]}"#.utf8)
        do throws(Problem) {
            _ = try validation.check(try FHIRRequest.document(json: whole, limit: .max), as: .provenance)
        } catch {
            var problem = error
            for index in problem.issues.indices {
                problem.issues[index].diagnostics = "X-Provenance: " + problem.issues[index].diagnostics
            }
            throw problem
        }
        return document.root
    }
}

extension HTTPField.Name {
    fileprivate static let provenance = HTTPField.Name("X-Provenance")!
}
