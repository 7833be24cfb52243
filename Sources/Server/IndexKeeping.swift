import Logging
import ServiceLifecycle
import Store

/// Has what was written lately entered into the index of terms, so that searches need not look through what waits.
struct IndexKeeping: Service {
    /// Where much is written the list is emptied more often than that by itself.
    private static let interval = Duration.seconds(1)

    let store: Store
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await store.settleTerms()
                } catch {
                    // Searches are slower until the next time, nothing else.
                    logger.debug("the index of terms was not settled", metadata: ["reason": "\(error)"])
                }
                try? await Task.sleep(for: Self.interval)
            }
        }
    }
}
