import Exchange
import FHIR
import Store

// transaction and batch: https://hl7.org/fhir/R4/http.html#transaction
extension FHIRService {
    func bundle(_ request: FHIRRequest) async throws -> Answer {
        let document = try request.document(configuration)
        let kind = document.root["type"]?.string
        guard kind == "transaction" || kind == "batch" || document.root["resourceType"]?.equals("Bundle") != true else {
            throw Problem(
                .invalid, .value,
                "A bundle of type \(kind ?? "(none)") cannot be carried out; send transaction or batch here, and other "
                    + "bundles to Bundle.", at: "Bundle.type")
        }
        var entries = BundleReader(base: request.base, isBatch: kind == "batch").entries(document.root)
        let findings = try EntryFindings(document, by: validation, isBatch: kind == "batch")
        findings.fail(in: &entries)
        let provenance = try self.provenance(request)
        guard provenance == nil || kind == "transaction" else {
            throw HTTPProblem.invalidHeader("X-Provenance", "is of no use with a batch; send a transaction")
        }
        let handling = BundleHandling(permission: permission, judge: judge, provenance: provenance) { read, place in
            await respond(to: read, at: place, of: request)
        }
        let outcomes =
            try await kind == "batch"
            ? exchange.batch(entries, origin: request.origin, handling)
            : exchange.transaction(entries, origin: request.origin, handling)
        await validation.noteWritten(entries.compactMap { try? $0.get().write?.type })
        let answer = ResponseBundle(
            type: kind == "batch" ? "batch-response" : "transaction-response", outcomes: outcomes,
            remarks: findings.remarks, base: request.base, preference: request.preference(otherwise: .minimal))
        return Answer(status: .ok, fhir: answer.json(), pretty: request.isPretty)
    }
}
