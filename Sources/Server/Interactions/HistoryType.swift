import FHIR

// history-type: https://hl7.org/fhir/R4/http.html#history
extension FHIRService {
    func historyType(_ type: ResourceType, _ request: FHIRRequest) async throws -> Answer {
        try await history(.type(type), request)
    }
}
