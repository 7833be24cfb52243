import Exchange
import FHIR

// $lastn: https://hl7.org/fhir/R4/observation-operation-lastn.html
extension FHIRService {
    func lastn(_ call: OperationCall) async throws -> Answer {
        let input = try call.input()
        let found = try await exchange.lastn(
            SearchQuery(input.criteria, base: call.request.base), max: input.integer("max") ?? 1,
            applied: input.all)
        return try await answer(call, SearchBundle(answer: found, base: call.request.base).json())
    }
}
