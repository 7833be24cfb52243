import Exchange
import FHIR
import NIOHTTP1
import Store

// Prefer: respond-async (RFC 7240 §4.1; https://hl7.org/fhir/R4/async.html)
extension FHIRService {
    /// Takes a reading interaction on whose answer is fetched later, as a batch-response at its Content-Location.
    func deferred(_ route: FHIRRoute, _ request: FHIRRequest) async throws -> Answer {
        var request = request
        if case .search(_, isForm: true) = route { request = try request.with(form: configuration.maximumBody) }
        // The format is that of the answer at the job's address, by whoever asks there.
        let parameters = request.query.parameters.filter { !["_format", "_pretty"].contains($0.name) }
        let preference = (request.call.headers[.prefer] ?? "").split(separator: ",")
            .map { String($0).trimmingSpaces() }.filter { $0.lowercased() != "respond-async" }.joined(separator: ", ")
        let deferred = DeferredRequest(
            path: String(request.call.path.dropFirst(BaseURL.path.count + 1)), query: SearchQuery.encoded(parameters),
            base: request.base, requestID: request.call.requestID,
            remoteAddress: request.call.remoteAddress, preference: preference.isEmpty ? nil : preference)
        let id = try await jobs.add(.interaction, moment: clock(), request: deferred.json)
        return Self.accepted(id, request)
    }

    /// Answers a request that was taken on; like all, it is noted by whoever carries it out.
    func answer(to request: DeferredRequest) async throws -> Answer {
        let answer = await respond(to: request.call, path: "/" + request.path, base: request.base)
        // It was promised, and waits until the database is back.
        if answer.status == .serviceUnavailable {
            throw Problem(.unavailable, .transient, "The database is away.")
        }
        return answer
    }

    /// The same service on other connections.
    func working(with exchange: Exchange) -> FHIRService {
        FHIRService(
            exchange: exchange, configuration: configuration, validation: validation, base: base, metrics: metrics,
            logger: logger, jobs: jobs, clock: clock)
    }
}
