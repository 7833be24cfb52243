import Exchange
import FHIR
import Store

// history-instance: https://hl7.org/fhir/R4/http.html#history
extension FHIRService {
    func historyInstance(_ type: ResourceType, _ id: String, _ request: FHIRRequest) async throws -> Answer {
        try await history(.instance(type, id: id), request)
    }

    /// The bundle of any history.
    func history(_ scope: HistoryScope, _ request: FHIRRequest) async throws -> Answer {
        let view = try request.view(of: scope.type, counts: true)
        let answer = try await exchange.history(scope, request.query, origin: request.origin)
        let bundle = HistoryBundle(answer: answer, base: request.base, view: view)
        return Answer(status: .ok, fhir: bundle.json(), pretty: request.isPretty)
    }
}
