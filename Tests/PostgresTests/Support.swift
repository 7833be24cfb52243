import Postgres
import Synchronization
import TestSupport
import Testing

extension TestDatabase {
    func configuration(_ settings: [String: String] = [:]) -> ConnectionConfiguration {
        ConnectionConfiguration(owner, applicationName: "postgres-tests", settings: settings)
    }

    func shared(_ count: Int = 1, patience: Duration = .seconds(60)) throws -> SharedConnections {
        try SharedConnections(configuration: configuration(), count: count, limits: .init(patience: patience))
    }

    func pool(_ maximum: Int = 4, waitTimeout: Duration = .seconds(60)) throws -> ConnectionPool {
        try ConnectionPool(configuration: configuration(), maximum: maximum, waitTimeout: waitTimeout)
    }
}

extension SharedConnections {
    /// Makes every ``blocked`` statement in the database wait until ``unblock()``. Both on one connection.
    func block() async throws {
        _ = try await run(Query("select pg_advisory_lock(1)"))
    }

    func unblock() async throws {
        _ = try await run(Query("select pg_advisory_unlock(1)"))
    }

    /// How many statements wait in ``blocked``.
    func blockedCount() async throws -> Int64 {
        try await number(
            "select count(*) from pg_locks where locktype = 'advisory' and not granted "
                + "and database = (select oid from pg_database where datname = current_database())")
    }

    /// A statement without parameters whose answer has one cell.
    func number(_ sql: String) async throws -> Int64 {
        try await run(Query(sql))[0].int8(0)
    }
}

extension Connection {
    func number(_ sql: String) async throws -> Int64 {
        try await run(Query(sql))[0].int8(0)
    }

    /// Records an issue unless the statement answers with the number.
    func expect(
        _ sql: String, _ expected: Int64, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let number = try await number(sql)
        #expect(number == expected, sourceLocation: sourceLocation)
    }
}

/// A statement that ends when nobody blocks it.
let blocked = Query("select pg_advisory_xact_lock_shared(1)")

/// The error that the work throws, if it throws one of ours.
func failure<Value>(_ work: () async throws -> Value) async -> PostgresError? {
    do {
        _ = try await work()
        return nil
    } catch {
        return error as? PostgresError
    }
}

/// Waits until the condition holds, at most a minute; whether it does.
func eventually(_ condition: () async throws -> Bool) async rethrows -> Bool {
    for _ in 0..<6000 {
        if try await condition() { return true }
        try? await Task.sleep(for: .milliseconds(10))
    }
    return false
}

/// A count that many tasks share.
final class Counter: Sendable {
    private let count = Mutex(0)

    var value: Int { count.withLock { $0 } }

    @discardableResult
    func increment() -> Int {
        count.withLock { count in
            count += 1
            return count
        }
    }
}
