import Exchange
import FHIR

// update: https://hl7.org/fhir/R4/http.html#update, conditional update: https://hl7.org/fhir/R4/http.html#cond-update,
// update as create: https://hl7.org/fhir/R4/http.html#upsert
extension FHIRService {
    func update(_ type: ResourceType, _ target: WriteTarget, _ request: FHIRRequest) async throws -> Answer {
        let expected = try request.ifMatch()
        let none = request.call.headers[.ifNoneMatch]
        guard none == nil || none == "*" else {
            throw HTTPProblem.invalidHeader("If-None-Match", "of an update can only be *")
        }
        let raw = type == .binary && !ContentType(request.call.headers[.contentType]).isBinaryAsFHIR
        let document = try resource(type, request)
        let findings = try validation.check(document, as: type)
        let given = document.root["id"]?.string
        if case .id(let id) = target, !raw, given != id {
            throw Problem(
                .invalid, .value,
                given.map { "The resource's id is \($0), the url's is \(id); they must be the same." }
                    ?? "The resource has no id; an update needs the url's: \(id).", at: "\(type).id")
        }
        let outcome = try await write(
            WriteRequest(
                .update(target, ifMatch: expected, ifNoneMatch: none != nil), type: type, resource: document.root),
            request)
        return answer(outcome, findings, request)
    }
}

extension FHIRRequest {
    /// The version that If-Match names (R4 §3.1.0.5.1).
    func ifMatch() throws(HTTPProblem) -> Int32? {
        guard let tag = call.headers[.ifMatch] else { return nil }
        guard let version = EntityTag.version(tag.trimmingSpaces()) else {
            throw .invalidHeader("If-Match", "is \(tag), which is no version; write W/\"3\"")
        }
        return version
    }
}
