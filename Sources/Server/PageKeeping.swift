import Logging
import ServiceLifecycle
import Store

/// Removes the lists of searches whose links have run out, every few minutes.
struct PageKeeping: Service {
    private static let interval = Duration.seconds(300)

    let store: Store
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await store.removeExpiredPages()
                } catch {
                    // They only take room until the next time.
                    logger.debug("expired lists of searches were not removed", metadata: ["reason": "\(error)"])
                }
                try? await Task.sleep(for: Self.interval)
            }
        }
    }
}
