import Exchange
import FHIR

// delete: https://hl7.org/fhir/R4/http.html#delete, conditional delete: https://hl7.org/fhir/R4/http.html#3.1.0.7.1
extension FHIRService {
    func delete(_ type: ResourceType, _ target: WriteTarget, _ request: FHIRRequest) async throws -> Answer {
        let outcome = try await write(
            WriteRequest(.delete(target, ifMatch: try request.ifMatch()), type: type, resource: nil), request)
        guard case .criteria = target, case .multiple = exchange.limits.conditionalDelete, outcome.count > 0 else {
            return answer(outcome, [], request)
        }
        // Who may have deleted more than one is told how many they were.
        let told = Issue(
            .informational, "\(outcome.count) \(type) \(outcome.count == 1 ? "was" : "were") deleted.",
            severity: .information)
        return Answer(status: .ok, fhir: OperationOutcome([told] + outcome.remarks).json(), pretty: request.isPretty)
    }
}

extension FHIRRequest {
    /// The criteria of a conditional update, patch or delete: what stands behind the type.
    var criteria: WriteTarget { .criteria(call.query) }
}
