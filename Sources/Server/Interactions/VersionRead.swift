import FHIR

// vread: https://hl7.org/fhir/R4/http.html#vread
extension FHIRService {
    func vread(
        _ type: ResourceType, _ id: String, _ version: String, _ request: FHIRRequest
    ) async throws -> Answer {
        try answer(try await exchange.vread(type, id, version: version, origin: request.origin), request)
    }
}
