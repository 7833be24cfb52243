import Exchange
import Synchronization

/// Whether the client of a connection is still there. What takes long is done in its presence: it ends when the client
/// has gone.
final class ClientPresence: Sendable {
    private struct State {
        var hasGone = false
        /// Ends what is being done.
        var end: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    /// The client has closed its connection, or the connection has broken.
    func leave() {
        let end = state.withLock { state in
            state.hasGone = true
            return state.end.take()
        }
        end?()
    }

    /// Does what takes long, away from the event loop; cancelled when the client goes. A connection's requests are served
    /// one at a time, so that one piece of work is all that there can be.
    func during<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) async throws -> Value {
        let task = Task { try await work() }
        let hasGone = state.withLock { state in
            if !state.hasGone { state.end = { task.cancel() } }
            return state.hasGone
        }
        if hasGone { task.cancel() }
        defer { state.withLock { $0.end = nil } }
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }
}
