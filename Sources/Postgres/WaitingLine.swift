import Synchronization

/// Groups that wait for whichever of several connections comes free first, in the order of their coming. Each connection
/// has a few of its own beforehand, so that it never stands idle; with more of them, those behind a slow one, or one whose
/// process the operating system leaves without a core, would wait while the others have nothing to do.
final class WaitingLine: Sendable {
    /// Groups that one connection has at a time, the one that runs among them.
    let depth: Int
    private let limit: Int
    private let state = Mutex(State())

    private struct State {
        var jobs = Fifo<Job>()
        var isClosed = false
        /// Connections that there are now.
        var connected = 0
    }

    /// - Parameter limit: groups that may wait.
    init(depth: Int, limit: Int) {
        self.depth = depth
        self.limit = limit
    }

    var count: Int { state.withLock(\.jobs.count) }

    /// Takes a job, and gives the first that waits to the driver, if there is one that has room. One that comes free at the
    /// same time either sees the job or is seen here.
    func put(_ job: Job, free: () -> Driver?) {
        let refusal = state.withLock { state -> PostgresError? in
            if state.isClosed { return .closed }
            guard let driver = free() else {
                guard state.jobs.count < limit else { return .overloaded }
                state.jobs.append(job)
                return nil
            }
            state.jobs.append(job)
            if let first = state.jobs.popFirst() { driver.mailbox.post(first) }
            return nil
        }
        if let refusal { job.fail(refusal) }
    }

    /// The job, if it waits still; it waits no more.
    func remove(_ id: UInt64) -> Job? {
        state.withLock { $0.jobs.removeAll { $0.id == id } }.first
    }

    func take() -> Job? { state.withLock { $0.jobs.popFirst() } }

    /// A connection was made.
    func gained() { state.withLock { $0.connected += 1 } }

    /// A connection was lost.
    func lost() { state.withLock { $0.connected -= 1 } }

    /// Those that have waited too long, while there is no connection at all.
    func expired(at now: UInt64, after limit: UInt64) -> [Job] {
        state.withLock { state in
            state.connected > 0 ? [] : state.jobs.removeAll { now - min(now, $0.since) > limit }
        }
    }

    /// Takes nothing more; what waits is still done.
    func close() { state.withLock { $0.isClosed = true } }

    /// What nobody will do any more: it is closed, and the last connection has ended.
    func rest() -> [Job] {
        state.withLock { state in
            state.isClosed && state.connected == 0 ? state.jobs.removeAll { _ in true } : []
        }
    }
}
