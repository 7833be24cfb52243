import CLibPQ
import Synchronization

/// The Sendable side of a connection: what tasks hold while a thread of its own drives libpq.
///
/// Shared and leased connections are the same thing with another policy.
final class Driver: Sendable {
    enum Policy: Sendable {
        /// Many tasks' groups in flight at once; comes back by itself after a loss. Groups that found no connection
        /// for `patience` fail. Without `cancel` what was sent runs to its end.
        case shared(patience: Duration, cancel: Cancel? = nil)
        /// One group at a time; ends with its connection. `ended` is called once, on the thread.
        case leased(
            cancel: Cancel,
            ended: @Sendable () -> Void)

        /// Stops the statement that a server process runs; `delivered` is called when the signal stands.
        typealias Cancel = @Sendable (_ processID: Int32, _ delivered: @escaping @Sendable () -> Void) -> Void

        var cancel: Cancel? {
            switch self {
            case .shared(_, let cancel): cancel
            case .leased(let cancel, _): cancel
            }
        }
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
        let id = nextJob()
        let outcome = await withUnsafeContinuation { (reply: Reply<Value>) in
            mailbox.post(Job(id: id, work: work(reply), since: Monotonic.now))
        }
        return try outcome.get()
    }

    /// A number that no job of this driver had before.
    func nextJob() -> UInt64 { identifiers.add(1, ordering: .relaxed).newValue }

    /// The same for a task that may be cancelled meanwhile: a job that waits is dropped, one that runs is cancelled on
    /// the server.
    func performCancellably<Value: Sendable>(
        _ work: (Reply<Value>) -> Job.Work
    ) async throws(PostgresError) -> Value {
        let id = nextJob()
        let outcome = await withTaskCancellationHandler {
            await withUnsafeContinuation { (reply: Reply<Value>) in
                mailbox.post(Job(id: id, work: work(reply), since: Monotonic.now))
                // A cancellation before the post found no job to cancel.
                if Task.isCancelled { mailbox.post(.cancel(id)) }
            }
        } onCancel: {
            mailbox.post(.cancel(id))
        }
        return try Self.cancelled(outcome).get()
    }

    /// What a task that was cancelled is told; also when it was the cancellation of the job before that hit this one.
    static func cancelled<Value>(_ outcome: Result<Value, PostgresError>) -> Result<Value, PostgresError> {
        if case .failure(.server(let error)) = outcome, error.sqlState == .queryCancelled, Task.isCancelled {
            return .failure(.cancelled)
        }
        return outcome
    }
}
