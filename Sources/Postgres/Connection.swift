import Synchronization

/// A connection lent to one task (and its children) by a ``ConnectionPool``; useless after its lease.
///
/// Its statements run one group after another on a thread of their own. When the task is cancelled, the statement that
/// runs is cancelled on the server.
public final class Connection: Sendable {
    private struct Lease {
        var hasEnded = false
        /// Sent in front of the first group: a transaction costs no round trip to begin.
        var opening: Query?
        /// COMMIT was sent: what happens from here on cannot be run again.
        var commitSent = false
        var hasCommitted = false
        /// A statement failed in a way that running the transaction again may cure.
        var failedRetryably = false
        var wasLost = false
    }

    let driver: Driver
    private let lease = Mutex(Lease())

    init(_ driver: Driver) {
        self.driver = driver
    }

    /// The server's process of this connection, as in `pg_stat_activity`.
    public var processID: Int32 { driver.published.withLock(\.processID) }

    /// Such as 150020 for 15.20.
    public var serverVersion: Int32 { driver.published.withLock(\.serverVersion) }

    // MARK: Statements

    /// Runs the statements of a group with one flush and one sync and returns the answer of each. Outside a transaction
    /// the group is one.
    ///
    /// Throws the error of the first statement that failed; the others have no effect then.
    public func run(_ group: [Query]) async throws(PostgresError) -> [Rows] {
        guard !Task.isCancelled else { throw .cancelled }
        let opening = try begin()
        let queries = opening.map { [$0] + group } ?? group
        let rows = try await noting { () async throws(PostgresError) in
            try await driver.performCancellably { .group(queries, $0) }
        }
        return opening == nil ? rows : Array(rows.dropFirst())
    }

    /// A group of one.
    public func run(_ query: Query) async throws(PostgresError) -> Rows {
        try await run([query])[0]
    }

    /// A group of one.
    public func query(_ query: Query) async throws(PostgresError) -> Rows {
        try await run(query)
    }

    /// Runs the last statements of a transaction and its COMMIT in one round trip. Only inside
    /// ``ConnectionPool/withTransaction(isolation:readOnly:retries:_:)``, whose body returns after it.
    public func runAndCommit(_ group: [Query]) async throws(PostgresError) -> [Rows] {
        guard !Task.isCancelled else { throw .cancelled }
        let opening = try begin()
        let rows = try await commit((opening.map { [$0] } ?? []) + group)
        return opening == nil ? rows : Array(rows.dropFirst())
    }

    /// Runs a text of several statements in the simple protocol, as migrations need it; rows are dropped. Without BEGIN
    /// in the text, it is one transaction.
    public func execute(_ sql: String) async throws(PostgresError) {
        guard !Task.isCancelled else { throw .cancelled }
        try await sendOpening()
        try await noting { () async throws(PostgresError) in
            try await driver.performCancellably { .simple(sql, $0) }
        }
    }

    // MARK: Transactions, for the pool

    func willBegin(_ query: Query) {
        lease.withLock { lease in
            lease.opening = query
            lease.commitSent = false
            lease.hasCommitted = false
            lease.failedRetryably = false
        }
    }

    var hasBegun: Bool { lease.withLock { $0.opening == nil } }
    var hasCommitted: Bool { lease.withLock(\.hasCommitted) }

    /// Whether running the transaction again may help and can do no harm: it met a serialization failure or a deadlock,
    /// even if the body made another error of that, or its connection broke before COMMIT was sent.
    func mayRunAgain(after error: any Error) -> Bool {
        if (error as? PostgresError)?.isRetryable == true { return true }
        return lease.withLock { lease in
            (lease.failedRetryably && driver.isInFailedTransaction) || (lease.wasLost && !lease.commitSent)
        }
    }

    /// The statements and COMMIT, which a cancelled task no longer interrupts. The answers are those of the statements.
    func commit(_ group: [Query]) async throws(PostgresError) -> [Rows] {
        lease.withLock { $0.commitSent = true }
        var rows = try await noting { () async throws(PostgresError) in
            try await driver.perform { .group(group + [Self.commitQuery], $0) }
        }
        let tag = rows.removeLast().commandTag
        lease.withLock { $0.hasCommitted = true }
        guard tag == "COMMIT" else { throw .transactionAborted }
        return rows
    }

    func rollback() async throws(PostgresError) {
        _ = try await driver.perform { .group([Self.rollbackQuery], $0) }
    }

    private static let commitQuery = Query("commit")
    private static let rollbackQuery = Query("rollback")

    // MARK: Lease

    /// After it the handle is refused.
    func endLease() {
        lease.withLock { $0.hasEnded = true }
    }

    var isBroken: Bool { !driver.isConnected.load(ordering: .acquiring) }

    /// BEGIN, if it is still to be sent.
    private func begin() throws(PostgresError) -> Query? {
        let (hasEnded, opening) = lease.withLock { ($0.hasEnded, $0.opening.take()) }
        guard !hasEnded else { throw .closed }
        return opening
    }

    func sendOpening() async throws(PostgresError) {
        guard let opening = try begin() else { return }
        _ = try await noting { () async throws(PostgresError) in try await driver.perform { .group([opening], $0) } }
    }

    /// Remembers what an error means for the transaction, whatever the body makes of it.
    func noting<Value: Sendable>(
        _ work: () async throws(PostgresError) -> Value
    ) async throws(PostgresError) -> Value {
        do throws(PostgresError) {
            return try await work()
        } catch {
            lease.withLock { lease in
                if error.isRetryable { lease.failedRetryably = true }
                if error.isConnectionLoss { lease.wasLost = true }
            }
            throw error
        }
    }
}
