import CPostgresSupport
import Synchronization

/// What tasks hand to a connection's thread, and how they wake it.
///
/// The thread says when it is about to sleep; only then does a sender pay for a system call.
final class Mailbox: Sendable {
    enum Control: Sendable {
        case cancel(UInt64)
        case cancelDelivered
        /// Break the connection: the server does not answer.
        case giveUp
    }

    private struct State {
        var jobs: [Job] = []
        var controls: [Control] = []
        var isAsleep = false
        /// Set once: why nothing is taken any more.
        var closed: PostgresError?
        /// The owner wants the thread to end after what it has taken.
        var shutsDown = false
    }

    struct Mail {
        var jobs: [Job]
        var controls: [Control]
        var shutsDown: Bool
    }

    let wake: Int32
    private let state = Mutex(State())
    /// Jobs handed over and not answered.
    private let load = Atomic<Int>(0)
    private let limit: Int

    init(limit: Int) throws(PostgresError) {
        wake = postgres_support_wake_create()
        self.limit = limit
        if wake < 0 { throw .connection(message: "no descriptor for a connection's thread (errno \(-wake))") }
    }

    deinit {
        if wake >= 0 { postgres_support_close(wake) }
    }

    var pending: Int { load.load(ordering: .relaxed) }

    /// Answers the job at once when it cannot be taken.
    func post(_ job: Job) {
        var wakes = false
        let refusal: PostgresError? = state.withLock { state in
            if let closed = state.closed { return closed }
            if state.shutsDown { return .closed }
            if load.load(ordering: .relaxed) >= limit { return .overloaded }
            load.add(1, ordering: .relaxed)
            state.jobs.append(job)
            wakes = state.isAsleep
            state.isAsleep = false
            return nil
        }
        if let refusal { job.fail(refusal) }
        if wakes { postgres_support_wake_signal(wake) }
    }

    func post(_ control: Control) {
        state.withLock { state in
            state.controls.append(control)
            state.isAsleep = false
        }
        postgres_support_wake_signal(wake)
    }

    func shutDown() {
        state.withLock { state in
            state.shutsDown = true
            state.isAsleep = false
        }
        postgres_support_wake_signal(wake)
    }

    // MARK: For the thread

    func take() -> Mail {
        state.withLock { state in
            defer {
                state.jobs.removeAll(keepingCapacity: state.jobs.capacity <= 1024)
                state.controls = []
                state.isAsleep = false
            }
            return Mail(jobs: state.jobs, controls: state.controls, shutsDown: state.shutsDown)
        }
    }

    /// False when mail has come meanwhile; otherwise the next sender wakes the thread.
    func fallAsleep() -> Bool {
        state.withLock { state in
            guard state.jobs.isEmpty, state.controls.isEmpty else { return false }
            state.isAsleep = true
            return true
        }
    }

    /// The thread has taken a job from elsewhere.
    func adopted() {
        load.add(1, ordering: .relaxed)
    }

    /// That many jobs were answered.
    func answered(_ count: Int) {
        load.subtract(count, ordering: .relaxed)
    }

    /// Takes nothing more, and returns what nobody will do any more.
    func close(_ reason: PostgresError) -> [Job] {
        state.withLock { state in
            state.closed = reason
            defer { state.jobs = [] }
            return state.jobs
        }
    }
}
