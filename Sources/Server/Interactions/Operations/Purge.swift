import Exchange
import FHIR

// $purge: an operation of this server, Documentation/operating.md
extension FHIRService {
    /// Erases a resource with all its versions; afterwards the id was never used.
    func purge(_ call: OperationCall) async throws -> Answer {
        let input = try call.input()
        guard let type = call.type, let id = call.id else {
            throw Problem(.notFound, .notSupported, "$purge is for an instance.")
        }
        if let refusal = permission(.delete, type) { throw refusal }
        var request = PurgeRequest(type, id)
        request.compartment = input.flag("compartment") ?? false
        request.messages = input.flag("messages") ?? false
        let outcome = try await exchange.purge(
            request, permits: { permission(.delete, $0) == nil }, asked: call.query, origin: call.request.origin
        ) { Deflate.unpack($0, bytes: $1) }
        await validation.noteWritten(outcome.types)
        let result = outcome.result
        var issues = [
            Issue(
                .informational,
                "\(result.resources) resources were erased with \(result.versions) versions"
                    + (request.messages ? ", and the contents of \(result.messages) messages." : "."),
                severity: .information)
        ]
        if outcome.removedJobs + outcome.restartedJobs > 0 {
            issues.append(
                Issue(
                    .informational,
                    "\(outcome.removedJobs) results of exports and other jobs held some of it and were removed; "
                        + "\(outcome.restartedJobs) jobs at work were begun again.", severity: .information))
        }
        issues += outcome.shared.map {
            Issue(
                .informational, "\($0) was left: it belongs to other patients, too.", at: $0, severity: .warning)
        }
        if result.resources == 0 {
            issues = [
                Issue(.conflict, "\(type)/\(id) was written again meanwhile and is there; nothing was erased.")
            ]
        }
        return Answer(
            status: result.resources == 0 ? .conflict : .ok, fhir: OperationOutcome(issues).json(),
            pretty: call.request.isPretty)
    }
}
