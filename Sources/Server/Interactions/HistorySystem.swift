import FHIR

// history-system: https://hl7.org/fhir/R4/http.html#history
extension FHIRService {
    func historySystem(_ request: FHIRRequest) async throws -> Answer {
        try await history(.system, request)
    }
}
