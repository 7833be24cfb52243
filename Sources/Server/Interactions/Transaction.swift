import Exchange
import FHIR
import Store

// transaction and batch: https://hl7.org/fhir/R4/http.html#transaction
extension FHIRService {
    func bundle(_ request: FHIRRequest) async throws -> Answer {
        let document = try request.document(limit: configuration.maximumBody)
        let kind = document.root["type"]?.string
        var entries = BundleReader(base: request.base).entries(document.root)
        let faults = ShapeValidator.validate(document, as: .bundle).issues.filter(\.isError)
        if !faults.isEmpty {
            guard kind == "batch" else { throw Problem(.invalid, faults) }
            try MalformedEntries(faults, of: document.root).fail(in: &entries)
        }
        let outcomes: [EntryOutcome]
        switch kind {
        case "transaction":
            outcomes = try await exchange.transaction(entries, origin: request.origin, permission: permission)
        case "batch":
            outcomes = try await exchange.batch(entries, origin: request.origin, permission: permission)
        default:
            throw Problem(
                .invalid, .value,
                "A bundle of type \(kind ?? "(none)") cannot be carried out; send transaction or batch here, and other "
                    + "bundles to Bundle.", at: "Bundle.type")
        }
        let answer = ResponseBundle(
            type: kind == "batch" ? "batch-response" : "transaction-response", outcomes: outcomes,
            base: request.base, preference: request.preference(otherwise: .minimal))
        return Answer(status: .ok, fhir: answer.json(), pretty: request.isPretty)
    }
}
