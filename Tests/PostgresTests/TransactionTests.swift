import Postgres
import TestSupport
import Testing

@Suite("transactions")
struct TransactionTests {
    private struct Refusal: Error {}

    private func poolWithTable() async throws -> ConnectionPool {
        let pool = try await TestCluster.shared.database().pool(4)
        try await pool.withConnection { try await $0.execute("create table t (a int4 primary key, n int4 default 0)") }
        return pool
    }

    private func count(_ pool: ConnectionPool) async throws -> Int64 {
        try await pool.withConnection { try await $0.number("select count(*) from t") }
    }

    @Test("what the body did is committed, and undone when it throws")
    func commitAndRollback() async throws {
        let pool = try await poolWithTable()
        let value = try await pool.withTransaction { connection in
            _ = try await connection.run(Query("insert into t values (1)"))
            return try await connection.number("select count(*) from t")
        }
        #expect(value == 1)
        await #expect(throws: Refusal.self) {
            try await pool.withTransaction { connection in
                _ = try await connection.run(Query("insert into t values (2)"))
                throw Refusal()
            }
        }
        #expect(try await count(pool) == 1)
        await pool.close()
    }

    @Test("a body that asks nothing costs nothing")
    func empty() async throws {
        let pool = try await poolWithTable()
        #expect(try await pool.withTransaction { _ in 5 } == 5)
        await pool.close()
    }

    @Test("the last statements and the commit travel together")
    func runAndCommit() async throws {
        let pool = try await poolWithTable()
        try await pool.withTransaction { connection in
            let rows = try await connection.runAndCommit([Query("insert into t values (1)"), Query("select 9")])
            #expect(rows.count == 2)
            #expect(try rows[1][0].int4(0) == 9)
        }
        let error = await failure {
            try await pool.withTransaction { connection in
                _ = try await connection.run(Query("insert into t values (2)"))
                _ = try await connection.runAndCommit([Query("insert into t values (1)")])
            }
        }
        #expect(error?.isUniqueViolation("t_pkey") == true)
        #expect(try await count(pool) == 1)
        await pool.close()
    }

    @Test("a statement's error that the body swallows does not become a silent rollback")
    func swallowed() async throws {
        let pool = try await poolWithTable()
        let error = await failure {
            try await pool.withTransaction { connection in
                _ = try await connection.run(Query("insert into t values (1)"))
                _ = try? await connection.run(Query("select 1/0"))
            }
        }
        guard case .transactionAborted = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(try await count(pool) == 0)
        await pool.close()
    }

    @Test("serialization failures are run again until all got through, even if the body renames the error")
    func serialization() async throws {
        let pool = try await poolWithTable()
        try await pool.withConnection { try await $0.execute("insert into t values (1, 0)") }
        let attempts = Counter()
        let reads = Counter()
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for _ in 0..<8 {
                tasks.addTask {
                    try await pool.withTransaction(isolation: .serializable, retries: 100) { connection in
                        attempts.increment()
                        do {
                            let number = try await connection.number("select n::int8 from t where a = 1")
                            // Two have read before either writes: one of them must fail.
                            reads.increment()
                            _ = await eventually { reads.value >= 2 }
                            _ = try await connection.run(Query("update t set n = \(number + 1) where a = 1"))
                        } catch {
                            throw Refusal()
                        }
                    }
                }
            }
            try await tasks.waitForAll()
        }
        #expect(try await pool.withConnection { try await $0.number("select n::int8 from t") } == 8)
        #expect(attempts.value > 8)
        await pool.close()
    }

    @Test("of two transactions in deadlock both succeed in the end")
    func deadlock() async throws {
        let pool = try await poolWithTable()
        try await pool.withConnection { try await $0.execute("insert into t values (1), (2)") }
        let attempts = Counter()
        let update = Statement("update t set n = n + 1 where a = $1", [.int4])
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for order in [[1, 2], [2, 1]] as [[Int32]] {
                tasks.addTask {
                    try await pool.withTransaction { connection in
                        attempts.increment()
                        _ = try await connection.run(update(.int4(order[0])))
                        // Both hold their first row before either asks for the second.
                        _ = await eventually { attempts.value >= 2 }
                        try await Task.sleep(for: .milliseconds(50))
                        _ = try await connection.run(update(.int4(order[1])))
                    }
                }
            }
            try await tasks.waitForAll()
        }
        #expect(attempts.value > 2)
        #expect(try await pool.withConnection { try await $0.number("select sum(n) from t") } == 4)
        await pool.close()
    }

    @Test("retries end, with the server's error")
    func retriesEnd() async throws {
        let pool = try await poolWithTable()
        let attempts = Counter()
        let error = await failure {
            try await pool.withTransaction(retries: 2) { connection in
                attempts.increment()
                _ = try await connection.run(
                    Query("do $$ begin raise exception 'again' using errcode = '40001'; end $$"))
            }
        }
        #expect(error?.isRetryable == true)
        #expect(attempts.value == 3)
        await pool.close()
    }

    @Test("a read-only transaction refuses writes, a repeatable one sees one state")
    func isolation() async throws {
        let pool = try await poolWithTable()
        let error = await failure {
            try await pool.withTransaction(readOnly: true) { connection in
                _ = try await connection.run(Query("insert into t values (1)"))
            }
        }
        #expect(error?.sqlState == .readOnlySQLTransaction)
        try await pool.withTransaction(isolation: .repeatableRead, readOnly: true) { connection in
            try await connection.expect("select count(*) from t", 0)
            try await pool.withConnection { try await $0.execute("insert into t values (1)") }
            try await connection.expect("select count(*) from t", 0)
        }
        #expect(try await count(pool) == 1)
        await pool.close()
    }

    @Test("what was decided in a cancelled task is not committed")
    func cancelledBody() async throws {
        let pool = try await poolWithTable()
        let task = Task {
            await failure {
                try await pool.withTransaction { connection in
                    _ = try await connection.run(Query("insert into t values (1)"))
                    while !Task.isCancelled { await Task.yield() }
                }
            }
        }
        try await Task.sleep(for: .milliseconds(100))
        task.cancel()
        guard case .cancelled = await task.value else {
            Issue.record("committed")
            return
        }
        #expect(try await count(pool) == 0)
        await pool.close()
    }
}
