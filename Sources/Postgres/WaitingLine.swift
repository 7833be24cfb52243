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
    }

    /// - Parameter limit: groups that may wait.
    init(depth: Int, limit: Int) {
        self.depth = depth
        self.limit = limit
    }

    var count: Int { state.withLock(\.jobs.count) }

    /// Takes a job, or gives the first of all to a driver that has room. One that comes free at the same time either sees
    /// the job or is seen here.
    func put(_ job: Job, free: () -> Driver?) {
        let (driver, first, refusal) = state.withLock { state -> (Driver?, Job?, PostgresError?) in
            if state.isClosed { return (nil, nil, .closed) }
            guard state.jobs.count < limit else { return (nil, nil, .overloaded) }
            state.jobs.append(job)
            guard let driver = free() else { return (nil, nil, nil) }
            return (driver, state.jobs.popFirst(), nil)
        }
        if let refusal { return job.fail(refusal) }
        if let first { driver?.mailbox.post(first) }
    }

    func take() -> Job? { state.withLock { $0.jobs.popFirst() } }

    /// Those that have waited too long.
    func expired(at now: UInt64, after limit: UInt64) -> [Job] {
        state.withLock { $0.jobs.removeAll { now - min(now, $0.since) > limit } }
    }

    /// Takes nothing more; what waits is still done.
    func close() { state.withLock { $0.isClosed = true } }

    /// What nobody will do any more, once it is closed.
    func rest() -> [Job] {
        state.withLock { state in state.isClosed ? state.jobs.removeAll { _ in true } : [] }
    }
}
