import Synchronization

/// Connections that many tasks use at once, for short groups of statements that need nothing decided in between.
///
/// Each is driven by a thread of its own in libpq's pipeline mode: groups of many tasks follow each other on the wire
/// without waiting for answers. A group is one implicit transaction: all of its statements take effect or none.
///
/// Everything behind a slow statement waits for it, and what was sent cannot be cancelled; where groups wait for whichever
/// connection comes free (``Limits/groupsAtOnce``), one that runs is cancelled with its task. Searches of unknown cost,
/// transactions that look before they decide, COPY and `SET` belong to ``ConnectionPool``.
///
/// ```swift
/// let reads = try SharedConnections(configuration: configuration, count: 1)
/// let rows = try await reads.run([content(.text(id))])[0]
/// ```
public final class SharedConnections: Sendable {
    public struct Limits: Sendable {
        /// Groups that may wait or be in flight on one connection; more fail as ``PostgresError/overloaded``.
        public var pending: Int
        /// How long a group waits for a connection while there is none.
        public var patience: Duration
        /// Prepared statements kept on each connection.
        public var preparedStatements: Int
        /// How many groups that follow each other at once may share a sync, and with it an implicit transaction: less
        /// work for both ends. Above 1 only for groups that do nothing but read: an error ends the transaction of all,
        /// and the groups behind it are sent again.
        public var groupsPerSync: Int
        /// How many groups a connection has at a time, while others wait for whichever comes free first; nil: all go to a
        /// connection at once. For groups that last longer than the way to the server and back.
        public var groupsAtOnce: Int?

        public init(
            pending: Int = 16_384, patience: Duration = .seconds(5), preparedStatements: Int = 500,
            groupsPerSync: Int = 1, groupsAtOnce: Int? = nil
        ) {
            self.pending = pending
            self.patience = patience
            self.preparedStatements = preparedStatements
            self.groupsPerSync = groupsPerSync
            self.groupsAtOnce = groupsAtOnce
        }
    }

    public struct Statistics: Sendable {
        public var connections: Int
        public var connected: Int
        /// Groups that wait or are in flight.
        public var pending: Int
        /// Connections made so far, reconnections included.
        public var connects: Int
        /// Why a connection is missing, if one is.
        public var lastError: PostgresError?
    }

    private let drivers: [Driver]
    private let line: WaitingLine?
    private let canceller: Canceller?
    private let turn = Atomic<Int>(0)

    /// Starts connecting; groups may be run at once. Throws when the connection string cannot be read or the system
    /// has no thread left.
    public init(
        configuration: ConnectionConfiguration, count: Int = 1, name: String = "postgres", limits: Limits = Limits()
    ) throws(PostgresError) {
        try configuration.validate()
        precondition(count > 0, "a shared way needs a connection")
        var driverLimits = Driver.Limits()
        driverLimits.pending = limits.pending
        driverLimits.statements = limits.preparedStatements
        driverLimits.groupsPerSync = limits.groupsPerSync
        var drivers: [Driver] = []
        let line = limits.groupsAtOnce.map { WaitingLine(depth: $0, limit: limits.pending) }
        let canceller = line.map { _ in Canceller(configuration) }
        var policy = Driver.Policy.shared(patience: limits.patience)
        if let canceller {
            policy = .shared(patience: limits.patience) { canceller.cancel($0, $1) }
        }
        do throws(PostgresError) {
            for number in 1...count {
                drivers.append(
                    try Driver("\(name)-\(number)", configuration, policy, driverLimits, line: line))
            }
        } catch {
            for driver in drivers { driver.shutDown() }
            throw error
        }
        self.drivers = drivers
        self.line = line
        self.canceller = canceller
    }

    deinit {
        close()
    }

    /// Runs the statements of a group in one implicit transaction and returns the answer of each.
    ///
    /// Throws the error of the first statement that failed, or of the commit; nothing of the group remains then. After
    /// ``PostgresError/connectionLost(message:maybeApplied:)`` it says itself whether that is certain. Groups that
    /// certainly left no trace are sent again on the next connection without the caller's knowing.
    ///
    /// A group must not leave a transaction open: that costs the connection.
    public func run(_ group: [Query]) async throws(PostgresError) -> [Rows] {
        guard let line else { return try await driver.perform { .group(group, $0) } }
        guard !Task.isCancelled else { throw .cancelled }
        // All jobs of a line have their numbers from one driver.
        let id = drivers[0].nextJob()
        let outcome = await withTaskCancellationHandler {
            await withUnsafeContinuation { (reply: Reply<[Rows]>) in
                line.put(Job(id: id, work: .group(group, reply), since: Monotonic.now)) {
                    let driver = self.driver
                    return driver.burden < line.depth ? driver : nil
                }
                // A cancellation before that found no job to cancel.
                if Task.isCancelled { cancel(id, in: line) }
            }
        } onCancel: {
            cancel(id, in: line)
        }
        return try Driver.cancelled(outcome).get()
    }

    private func cancel(_ id: UInt64, in line: WaitingLine) {
        if let job = line.remove(id) { return job.fail(.cancelled) }
        for driver in drivers { driver.mailbox.post(.cancel(id)) }
    }

    /// A group of one.
    public func run(_ query: Query) async throws(PostgresError) -> Rows {
        try await run([query])[0]
    }

    /// Takes no more groups; those that were handed over are still run. Does not wait for them.
    public func close() {
        line?.close()
        canceller?.close()
        for driver in drivers { driver.shutDown() }
    }

    public var statistics: Statistics {
        var statistics = Statistics(
            connections: drivers.count, connected: 0, pending: line?.count ?? 0, connects: 0, lastError: nil)
        for driver in drivers {
            statistics.pending += driver.mailbox.pending
            driver.published.withLock { published in
                statistics.connected += published.isConnected ? 1 : 0
                statistics.connects += published.connects
                statistics.lastError = published.lastError ?? statistics.lastError
            }
        }
        return statistics
    }

    /// The one with the fewest groups on it, a connected one before others; in turn among equals.
    private var driver: Driver {
        guard drivers.count > 1 else { return drivers[0] }
        let start = turn.add(1, ordering: .relaxed).oldValue
        var best = drivers[Int(UInt(bitPattern: start) % UInt(drivers.count))]
        var least = best.burden
        for offset in 1..<drivers.count {
            let candidate = drivers[Int((UInt(bitPattern: start) &+ UInt(offset)) % UInt(drivers.count))]
            let burden = candidate.burden
            if burden < least { (best, least) = (candidate, burden) }
        }
        return best
    }
}

extension Driver {
    fileprivate var burden: Int {
        mailbox.pending + (isConnected.load(ordering: .relaxed) ? 0 : 1 << 30)
    }
}
