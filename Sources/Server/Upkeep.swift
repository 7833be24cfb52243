import Logging
import ServiceLifecycle
import Store

/// What is done to the record again and again while the server runs. Where it fails once, nothing is lost: the next time
/// does it.
struct Upkeep: Service {
    let interval: Duration
    /// What was not done, for the log.
    let complaint: Logger.Message
    let logger: Logger
    let work: @Sendable () async throws -> Void

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await work()
                } catch {
                    logger.debug(complaint, metadata: ["reason": "\(error)"])
                }
                try? await Task.sleep(for: interval)
            }
        }
    }

    /// Removes the lists of searches whose links have run out: until then they only take room.
    static func ofPages(_ store: Store, _ logger: Logger) -> Upkeep {
        Upkeep(interval: .seconds(300), complaint: "expired lists of searches were not removed", logger: logger) {
            try await store.removeExpiredPages()
        }
    }

    /// Has what was written lately entered into the index of terms, so that searches need not look through what waits.
    /// Where much is written the list is emptied more often than that by itself.
    static func ofTerms(_ store: Store, _ logger: Logger) -> Upkeep {
        Upkeep(interval: .seconds(1), complaint: "the index of terms was not settled", logger: logger) {
            try await store.settleTerms()
        }
    }
}
