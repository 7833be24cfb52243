import Exchange
import FHIR

// patch and conditional patch: https://hl7.org/fhir/R4/http.html#patch
extension FHIRService {
    func patch(_ type: ResourceType, _ target: WriteTarget, _ request: FHIRRequest) async throws -> Answer {
        let patch = try request.patch(configuration)
        let outcome = try await write(
            WriteRequest(.patch(target, patch, ifMatch: try request.ifMatch()), type: type, resource: nil), request)
        return answer(outcome, [], request)
    }
}

extension FHIRRequest {
    /// The body as a patch: JSON Patch, XML Patch, or FHIRPath Patch as Parameters, by its content type.
    fileprivate func patch(_ configuration: ServerConfiguration) throws -> Patch {
        let type = ContentType(call.headers[.contentType])
        let format: Patch.Format
        switch type.essence {
        case "application/json-patch+json": format = .json
        case "application/xml-patch+xml": format = .xml
        default:
            guard type.isFHIR else {
                throw HTTPProblem.unsupportedPatch(type.text.isEmpty ? "(none)" : type.text)
            }
            let parameters = try document(configuration)
            do throws(PatchError) {
                return try Patch(parameters: parameters.root)
            } catch {
                throw Problem(.invalid, [error.issue])
            }
        }
        try type.requireUTF8()
        let bytes = try body(limit: configuration.maximumBody)
        do throws(PatchError) {
            return try Patch.parse(bytes, as: format)
        } catch {
            throw Problem(.invalid, [error.issue])
        }
    }
}
