import Exchange
import FHIR

// delete: https://hl7.org/fhir/R4/http.html#delete
extension FHIRService {
    func delete(_ type: ResourceType, _ id: String, _ request: FHIRRequest) async throws -> Answer {
        let outcome = try await write(
            WriteRequest(.delete(id: id, ifMatch: try request.ifMatch()), type: type, resource: nil), request)
        return answer(outcome, [], request)
    }
}
