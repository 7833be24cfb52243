import Glibc

/// A PostgreSQL cluster of the server's own: made where there is none, started or taken over, watched, started again
/// when it dies, and gone when the server is gone, however that ends.
///
///     let cluster = try await EmbeddedCluster.start(ClusterConfiguration(dataDirectory: "/var/lib/mediconnect"))
///     … cluster.connectionStrings.application …
///     await cluster.stop()
///
/// PostgreSQL dies with the process: Linux sends it SIGINT (a fast shutdown, which leaves a checkpoint and nothing to
/// recover) when the thread that started it ends, be it by `kill -9`. A second server on the same data directory is
/// refused with `ClusterError.inUse`.
///
/// Not for several servers on one PostgreSQL: those are given an external one.
public final class EmbeddedCluster: Sendable {
    /// How to reach the database; the same for as long as the cluster lives, across its restarts.
    public let connectionStrings: ClusterConnectionStrings

    private let handle: ClusterHandle

    private init(connectionStrings: ClusterConnectionStrings, handle: ClusterHandle) {
        self.connectionStrings = connectionStrings
        self.handle = handle
    }

    /// Brings the cluster up and returns when it accepts connections and has its roles and its database.
    /// A cancelled task stops it again.
    public static func start(_ configuration: ClusterConfiguration) async throws(ClusterError) -> EmbeddedCluster {
        let handle = try ClusterHandle()
        let result = await withTaskCancellationHandler {
            await handle.awaitStart {
                do throws(ClusterError) {
                    try ClusterThread.start("cluster") { ClusterKeeper.run(configuration, handle) }
                } catch {
                    handle.ended(error)
                }
            }
        } onCancel: {
            handle.order(.fast)
        }
        return EmbeddedCluster(connectionStrings: try result.get(), handle: handle)
    }

    /// Where the cluster stands now.
    public var state: ClusterState { handle.state }

    /// Stops the cluster: a fast shutdown, after `stopTimeout` an immediate one. Returns when no process is left;
    /// again and again, if so called.
    public func stop() async {
        await stop(.fast)
    }

    package func stop(_ mode: StopMode) async {
        handle.order(mode)
        _ = await handle.awaitEnd()
    }

    /// Waits until the cluster has ended for good: nil after `stop()`, an error when its restart was given up.
    public func ended() async -> ClusterError? {
        await handle.awaitEnd()
    }

    /// For the end of a process, where nobody can wait otherwise: stops at once and blocks until it is done.
    package func stopBlocking() {
        handle.order(.immediate)
        for _ in 0..<5_000 where !handle.hasEnded { usleep(2_000) }
    }
}
