import Synchronization

/// Stops statements of a pool's connections, by `pg_cancel_backend` from a connection of its own that is made when it is
/// first needed.
///
/// Not by libpq's `PQcancel`: in libpq 15 it blocks its thread on the network and sends the key in clear text even where
/// the connection itself uses TLS. A role may always cancel its own sessions, and once the answer is here the signal
/// stands: a statement that is sent after it is not hit.
final class Canceller: Sendable {
    private let configuration: ConnectionConfiguration
    private let connections = Mutex<SharedConnections?>(nil)

    init(_ configuration: ConnectionConfiguration) {
        self.configuration = configuration
    }

    /// Calls `delivered` when the server has signalled the process, or could not be reached.
    func cancel(_ processID: Int32, _ delivered: @escaping @Sendable () -> Void) {
        Task {
            defer { delivered() }
            let connections = try self.connections.withLock { connections throws(PostgresError) in
                if let connections { return connections }
                let made = try SharedConnections(configuration: configuration, count: 1, name: "cancel")
                connections = made
                return made
            }
            _ = try await connections.run(Self.statement(.int4(processID)))
        }
    }

    func close() {
        connections.withLock { $0.take() }?.close()
    }

    private static let statement = Statement("select pg_cancel_backend($1)", [.int4])
}
