extension ConnectionPool {
    /// Runs the body in a transaction: BEGIN travels with its first statement, COMMIT after its return, ROLLBACK when
    /// it throws or its task is cancelled. COMMIT itself is never cancelled.
    ///
    /// After a serialization failure or a deadlock (40001, 40P01), and when the connection broke before COMMIT was
    /// sent, the body runs again, up to `retries` times with growing pauses: it must have no effects outside the
    /// database.
    ///
    /// Throws what the body throws; ``PostgresError/transactionAborted`` when it swallowed the error of a statement;
    /// ``PostgresError/connectionLost(message:maybeApplied:)`` when the connection broke under COMMIT.
    public nonisolated(nonsending) func withTransaction<Value>(
        isolation: IsolationLevel = .readCommitted, readOnly: Bool = false, retries: Int = 3,
        _ body: nonisolated(nonsending) (Connection) async throws -> Value
    ) async throws -> Value {
        let begin = isolation.begin(readOnly: readOnly)
        var attempt = 0
        while true {
            let lease = try await lend()
            let connection = Connection(lease.driver)
            connection.willBegin(begin)
            let failure: any Error
            let mayRunAgain: Bool
            do {
                let value = try await body(connection)
                if connection.hasBegun, !connection.hasCommitted {
                    if Task.isCancelled { throw PostgresError.cancelled }
                    _ = try await connection.commit([])
                }
                await giveBack(lease, connection)
                return value
            } catch {
                failure = error
                mayRunAgain = connection.mayRunAgain(after: error)
            }
            await giveBack(lease, connection)
            attempt += 1
            guard mayRunAgain, attempt <= retries, !Task.isCancelled else { throw failure }
            do {
                try await Task.sleep(
                    nanoseconds: Backoff.delay(attempt: attempt, first: 4_000_000, most: 500_000_000))
            } catch {
                throw failure
            }
        }
    }
}
