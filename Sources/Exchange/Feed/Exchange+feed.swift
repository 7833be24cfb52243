import FHIR
import Store

extension Exchange {
    /// Applies a message that is in the log: its resources, the movements, the beds, and its outcome in the log, all in
    /// one transaction; durable when this returns. A message that was applied before changes nothing.
    ///
    /// - Parameter finish: the acknowledgement and the conversion report to be kept with the message.
    public func apply(
        _ message: FeedMessage, origin: Origin,
        finish: @escaping @Sendable (FeedOutcome) -> (acknowledgement: [UInt8], report: [UInt8])
    ) async throws(Problem) -> FeedOutcome {
        do {
            return try await store.feedTransaction { transaction in
                var application = FeedApplication(message, in: transaction, of: self)
                guard try await application.prepare() else { return application.outcome }
                var outcome = application.outcome
                outcome.warnings = message.warnings + outcome.warnings
                let change = application.change
                outcome.wrote = change.writes.map { write in
                    guard case .version(let version) = write.expectation else {
                        return "\(write.type)/\(write.id)" + (write.isFresh ? "/_history/1" : "")
                    }
                    return "\(write.type)/\(write.id)/_history/\(version + 1)"
                }
                let (acknowledgement, report) = finish(outcome)
                let result = MessageResult(
                    number: message.number, outcome: outcome.warnings.isEmpty ? .applied : .warned,
                    reason: outcome.warnings.isEmpty ? nil : outcome.warnings.joined(separator: "\n"),
                    wrote: outcome.wrote, report: report, acknowledgement: acknowledgement, patient: outcome.patient,
                    occurred: message.occurred)
                try await transaction.commit(change, result, origin: origin)
                return outcome
            }
        } catch let problem as Problem {
            throw problem
        } catch {
            throw Problem(error as? StoreError ?? .failed(String(describing: error)))
        }
    }
}
