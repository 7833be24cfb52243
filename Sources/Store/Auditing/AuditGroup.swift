import Postgres
import Synchronization

/// Commits the audit entries of reads and searches in groups: while one group is on its way to the disk the next
/// gathers, so that many readers share one commit and a lonely one waits for nobody.
final class AuditGroup: Sendable {
    /// Entries that may wait in memory before readers are refused.
    private static let limit = 100_000
    /// How long a deferred group gathers.
    private static let deferral: Duration = .milliseconds(50)
    /// How often a deferred group is tried, and how often at the server's end.
    private static let attempts = (running: 100, closing: 5)

    private let connection: SharedConnections
    private let policy: StoreConfiguration.ReadAudit
    private let state = Mutex(State())

    private struct State {
        var entries: [AuditEntry] = []
        var waiters: [CheckedContinuation<StoreError?, Never>] = []
        var isFlushing = false
        var isClosing = false
        var idle: [CheckedContinuation<Void, Never>] = []
        /// Entries of deferred groups that were given up.
        var lost = 0
    }

    init(connection: SharedConnections, policy: StoreConfiguration.ReadAudit) {
        self.connection = connection
        self.policy = policy
    }

    /// Takes an entry; returns when it is durable (`grouped`) or noted (`deferred`).
    func append(_ entry: AuditEntry) async throws(StoreError) {
        let failure: StoreError?
        switch policy {
        case .grouped:
            failure = await withCheckedContinuation { continuation in
                start(
                    state.withLock { state in
                        state.entries.append(entry)
                        state.waiters.append(continuation)
                        return Self.claim(&state)
                    })
            }
        case .deferred:
            let (full, claimed) = state.withLock { state in
                if state.entries.count >= Self.limit { return (true, false) }
                state.entries.append(entry)
                return (false, Self.claim(&state))
            }
            start(claimed)
            failure = full ? .unavailable("\(Self.limit) audit entries wait to be written") : nil
        }
        if let failure { throw failure }
    }

    /// Writes what waits, then closes the connection.
    ///
    /// - Returns: how many entries could not be written.
    func close() async -> Int {
        await withCheckedContinuation { continuation in
            let isIdle = state.withLock { state in
                state.isClosing = true
                if !state.isFlushing && state.entries.isEmpty { return true }
                state.idle.append(continuation)
                return false
            }
            if isIdle { continuation.resume() }
        }
        connection.close()
        return state.withLock(\.lost)
    }

    private static func claim(_ state: inout State) -> Bool {
        if state.isFlushing { return false }
        state.isFlushing = true
        return true
    }

    private func start(_ claimed: Bool) {
        if claimed { Task { await flush() } }
    }

    private func flush() async {
        var attempts = 0
        while true {
            if policy == .deferred { try? await Task.sleep(for: Self.deferral) }
            let (entries, waiters, idle) = state.withLock { state in
                let taken = (state.entries, state.waiters, state.entries.isEmpty ? state.idle : [])
                state.entries = []
                state.waiters = []
                if taken.0.isEmpty {
                    state.isFlushing = false
                    state.idle = []
                }
                return taken
            }
            if entries.isEmpty {
                for waiter in idle { waiter.resume() }
                return
            }
            var failure: StoreError?
            do {
                _ = try await connection.run([AuditEntry.query(entries)])
                attempts = 0
            } catch {
                failure = StoreError(error)
            }
            if failure != nil, policy == .deferred, mayTryAgain(after: attempts) {
                attempts += 1
                state.withLock { $0.entries.insert(contentsOf: entries, at: 0) }
                try? await Task.sleep(for: .milliseconds(100 * min(attempts, 20)))
                continue
            }
            if failure != nil, policy == .deferred { state.withLock { $0.lost += entries.count } }
            for waiter in waiters { waiter.resume(returning: failure) }
        }
    }

    private func mayTryAgain(after attempts: Int) -> Bool {
        attempts < (state.withLock { $0.isClosing } ? Self.attempts.closing : Self.attempts.running)
    }
}
