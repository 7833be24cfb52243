import Synchronization

/// Connections that are lent to one task at a time: for transactions that look before they decide, searches of unknown
/// cost, COPY, and whatever should end with its task.
///
/// Tasks wait in the order of their coming, for a bounded time. Connections are opened when they are wanted and closed
/// when they were idle for long; one that broke, or that cannot be brought back to where it began, is replaced.
/// Session state beyond a transaction (`SET` without `LOCAL`, temporary tables, session advisory locks) stays on a
/// connection: use the forms that end with a transaction.
///
/// ```swift
/// let bed = try await pool.withTransaction { connection in
///     let free = try await connection.run(lockBed(.int8(bed)))
///     …
/// }
/// ```
public final class ConnectionPool: Sendable {
    public struct Limits: Sendable {
        /// Tasks that may wait; more fail as ``PostgresError/overloaded``.
        public var waiting: Int
        /// A connection idle for longer is tried with a round trip before it is lent.
        public var checkAfter: Duration
        /// A connection idle for longer is closed.
        public var closeAfter: Duration
        /// That many stay open however long they are idle.
        public var minimum: Int
        /// Prepared statements kept on each connection.
        public var preparedStatements: Int

        public init(
            waiting: Int = 10_000, checkAfter: Duration = .seconds(10), closeAfter: Duration = .seconds(120),
            minimum: Int = 1, preparedStatements: Int = 500
        ) {
            self.waiting = waiting
            self.checkAfter = checkAfter
            self.closeAfter = closeAfter
            self.minimum = minimum
            self.preparedStatements = preparedStatements
        }
    }

    public struct Statistics: Sendable {
        public var maximum: Int
        /// Connections that stand, lent ones included.
        public var open: Int
        public var idle: Int
        public var opening: Int
        /// Tasks that wait for one.
        public var waiting: Int
        /// Leases given, and waits that ended without one, since the start.
        public var leases: Int
        public var timeouts: Int
        /// Why the last attempt to open a connection failed, if it did.
        public var lastError: PostgresError?
    }

    /// A connection that is lent, and whether it must be tried first.
    struct Lease {
        let connection: PoolStateMachine.ConnectionID
        let driver: Driver
        let check: Bool
    }

    typealias Outcome = Result<Lease, PostgresError>

    struct Waiter {
        let continuation: UnsafeContinuation<Outcome, Never>
        /// When it began to wait, nanoseconds of the monotonic clock.
        let since: UInt64
    }

    struct State {
        var machine: PoolStateMachine
        var drivers: [PoolStateMachine.ConnectionID: Driver] = [:]
        var waiters: [PoolStateMachine.WaiterID: Waiter] = [:]
        /// Tasks that wait for the last connection to come back after `close`.
        var closers: [UnsafeContinuation<Void, Never>] = []
        var nextWaiter = 0
        var leases = 0
        var timeouts = 0
        var lastError: PostgresError?
        /// Somebody looks after connections that are idle for long.
        var isAgeing = false
        /// Somebody looks after tasks that wait for long.
        var isWatching = false

        mutating func lease(_ connection: PoolStateMachine.ConnectionID, check: Bool) -> Outcome {
            guard let driver = drivers[connection] else { return .failure(.closed) }
            leases += 1
            return .success(Lease(connection: connection, driver: driver, check: check))
        }
    }

    let configuration: ConnectionConfiguration
    let maximum: Int
    let waitTimeout: Duration
    let limits: Limits
    let name: String
    let canceller: Canceller
    let state: Mutex<State>

    /// Opens nothing yet. Throws when the connection string cannot be read.
    ///
    /// - Parameters:
    ///   - maximum: connections at most.
    ///   - waitTimeout: how long a task waits for one.
    ///   - name: of the threads, at most 11 bytes.
    public init(
        configuration: ConnectionConfiguration, maximum: Int, waitTimeout: Duration = .seconds(10),
        name: String = "pool", limits: Limits = Limits()
    ) throws(PostgresError) {
        precondition(maximum > 0, "a pool needs a connection")
        try configuration.validate()
        self.configuration = configuration
        self.maximum = maximum
        self.waitTimeout = waitTimeout
        self.limits = limits
        self.name = name
        canceller = Canceller(configuration)
        state = Mutex(
            State(
                machine: PoolStateMachine(
                    .init(
                        maximum: maximum, maximumWaiting: limits.waiting, checkAfter: limits.checkAfter.nanoseconds,
                        closeAfter: limits.closeAfter.nanoseconds, minimum: limits.minimum))))
    }

    deinit {
        state.withLock { state in
            for driver in state.drivers.values { driver.shutDown() }
        }
    }

    /// Lends a connection for the body's time. A transaction that the body leaves open is rolled back.
    ///
    /// Throws what the body throws, ``PostgresError/timeout`` when none came free in time,
    /// ``PostgresError/connection(message:)`` when none could be opened, ``PostgresError/overloaded`` when too many
    /// wait already, ``PostgresError/closed`` after ``close()``.
    public nonisolated(nonsending) func withConnection<Value>(
        _ body: nonisolated(nonsending) (Connection) async throws -> Value
    ) async throws -> Value {
        let lease = try await lend()
        let connection = Connection(lease.driver)
        do {
            let value = try await body(connection)
            await giveBack(lease, connection)
            return value
        } catch {
            await giveBack(lease, connection)
            throw error
        }
    }

    public var statistics: Statistics {
        state.withLock { state in
            Statistics(
                maximum: maximum, open: state.machine.openCount, idle: state.machine.idleCount,
                opening: state.machine.openingCount, waiting: state.machine.waitingCount, leases: state.leases,
                timeouts: state.timeouts, lastError: state.lastError)
        }
    }

    /// Lends nothing more and waits until everything lent has come back and is closed.
    public func close() async {
        let actions = state.withLock { $0.machine.close() }
        perform(actions)
        await withUnsafeContinuation { (closer: UnsafeContinuation<Void, Never>) in
            state.withLock { $0.closers.append(closer) }
            perform(.none)
        }
        canceller.close()
    }
}
