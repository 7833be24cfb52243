import CLibPQ
import Synchronization

/// The Sendable side of a connection: what tasks hold while a thread of its own drives libpq.
///
/// Shared and leased connections are the same thing with another policy.
final class Driver: Sendable {
    enum Policy: Sendable {
        /// Many tasks' groups in flight at once; comes back by itself after a loss. Groups that found no connection
        /// for `patience` fail.
        case shared(patience: Duration)
        /// One group at a time; ends with its connection. `ended` is called once, on the thread.
        case leased(
            cancel: @Sendable (_ processID: Int32, _ delivered: @escaping @Sendable () -> Void) -> Void,
            ended: @Sendable () -> Void)
    }

    struct Limits: Sendable {
        /// Jobs that may wait or be in flight.
        var pending = 16_384
        /// Groups in flight, so that no end's buffers grow without bound.
        var inFlight = 256
        /// Bytes of values in flight.
        var bytesInFlight = 8 << 20
        /// Prepared statements kept per connection.
        var statements = 500
        /// Groups between two syncs of a shared connection; above 1 they only read.
        var groupsPerSync = 1
    }

    /// What the thread publishes.
    struct Published: Sendable {
        var processID: Int32 = 0
        var serverVersion: Int32 = 0
        var isConnected = false
        /// Why there is no connection.
        var lastError: PostgresError?
        /// How often a connection was made.
        var connects = 0
    }

    let mailbox: Mailbox
    /// What the connection shares with others, if it does.
    let line: WaitingLine?
    let published = Mutex(Published())
    /// Raw `PGTransactionStatusType` after the last answered job.
    let transactionStatus = Atomic<UInt32>(PQTRANS_UNKNOWN.rawValue)
    let isConnected = Atomic<Bool>(false)
    private let identifiers = Atomic<UInt64>(0)

    /// Starts the thread, which connects at once.
    ///
    /// - Parameter opened: called on the thread with the outcome of the first attempt.
    init(
        _ name: String, _ configuration: ConnectionConfiguration, _ policy: Policy, _ limits: Limits,
        line: WaitingLine? = nil,
        opened: @escaping @Sendable (Driver, PostgresError?) -> Void = { _, _ in }
    ) throws(PostgresError) {
        mailbox = try Mailbox(limit: limits.pending)
        self.line = line
        // The thread holds the driver until it ends, and it ends when its owner says so.
        try DriverThread.start(name) { [self] in
            DriverLoop(self, configuration, policy, limits, opened: opened).run()
        }
    }

    func shutDown() {
        mailbox.shutDown()
    }

    var isIdleOutsideTransaction: Bool {
        transactionStatus.load(ordering: .acquiring) == PQTRANS_IDLE.rawValue
    }

    var isInFailedTransaction: Bool {
        transactionStatus.load(ordering: .acquiring) == PQTRANS_INERROR.rawValue
    }

    // MARK: Jobs

    /// Hands a job over and waits for its answer.
    func perform<Value: Sendable>(
        _ work: (Reply<Value>) -> Job.Work
    ) async throws(PostgresError) -> Value {
        let outcome = await withUnsafeContinuation { (reply: Reply<Value>) in mailbox.post(job(work(reply))) }
        return try outcome.get()
    }

    func job(_ work: Job.Work) -> Job {
        Job(id: identifiers.add(1, ordering: .relaxed).newValue, work: work, since: Monotonic.now)
    }

    /// The same for a task that may be cancelled meanwhile: a job that waits is dropped, one that runs is cancelled on
    /// the server.
    func performCancellably<Value: Sendable>(
        _ work: (Reply<Value>) -> Job.Work
    ) async throws(PostgresError) -> Value {
        let id = identifiers.add(1, ordering: .relaxed).newValue
        let outcome = await withTaskCancellationHandler {
            await withUnsafeContinuation { (reply: Reply<Value>) in
                mailbox.post(Job(id: id, work: work(reply), since: Monotonic.now))
                // A cancellation before the post found no job to cancel.
                if Task.isCancelled { mailbox.post(.cancel(id)) }
            }
        } onCancel: {
            mailbox.post(.cancel(id))
        }
        // Also when it was the cancellation of the job before that hit this one.
        if case .failure(.server(let error)) = outcome, error.sqlState == .queryCancelled, Task.isCancelled {
            throw .cancelled
        }
        return try outcome.get()
    }
}
