import Postgres
import TestSupport
import Testing

@Suite("leased connections")
struct PoolTests {
    @Test("a connection is used again, and no more are opened than are wanted")
    func reuse() async throws {
        let pool = try await TestCluster.shared.database().pool()
        var processes: Set<Int32> = []
        for _ in 0..<10 { processes.insert(try await pool.withConnection { $0.processID }) }
        #expect(processes.count == 1)
        #expect(pool.statistics.open == 1 && pool.statistics.idle == 1 && pool.statistics.leases == 10)
        await pool.close()
        #expect(pool.statistics.open == 0)
    }

    @Test("a hundred tasks share four connections")
    func crowd() async throws {
        let pool = try await TestCluster.shared.database().pool(4, waitTimeout: .seconds(60))
        let processes = try await withThrowingTaskGroup(of: Int32.self) { tasks in
            for number in 0..<100 {
                tasks.addTask {
                    try await pool.withConnection { connection in
                        try await connection.expect("select \(number)::int8", Int64(number))
                        return connection.processID
                    }
                }
            }
            return try await tasks.reduce(into: Set<Int32>()) { $0.insert($1) }
        }
        #expect((1...4).contains(processes.count))
        #expect(pool.statistics.open <= 4 && pool.statistics.waiting == 0)
        await pool.close()
    }

    @Test("waiting for a connection ends after its time")
    func boundedWait() async throws {
        let pool = try await TestCluster.shared.database().pool(1, waitTimeout: .milliseconds(100))
        // On a busy machine, opening may take longer.
        #expect(await eventually { await failure { try await pool.withConnection { _ in } } == nil })
        let before = pool.statistics.timeouts
        try await pool.withConnection { _ in
            let error = await failure { try await pool.withConnection { _ in } }
            guard case .timeout = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
        #expect(pool.statistics.timeouts == before + 1)
        try await pool.withConnection { _ in }
        await pool.close()
    }

    @Test("a cancelled task stops waiting at once")
    func cancelledWait() async throws {
        let pool = try await TestCluster.shared.database().pool(1)
        try await pool.withConnection { _ in
            let task = Task { await failure { try await pool.withConnection { _ in } } }
            #expect(await eventually { pool.statistics.waiting == 1 })
            task.cancel()
            guard case .cancelled = await task.value else {
                Issue.record("not cancelled")
                return
            }
            #expect(pool.statistics.waiting == 0)
        }
        await pool.close()
    }

    @Test("without a server the wait ends with the reason")
    func noServer() async throws {
        let pool = try ConnectionPool(
            configuration: ConnectionConfiguration("host=/nonexistent dbname=none"), maximum: 2,
            waitTimeout: .milliseconds(200))
        guard case .connection(let message) = await failure({ try await pool.withConnection { _ in } }) else {
            Issue.record("no reason")
            return
        }
        #expect(message.contains("/nonexistent"))
        await pool.close()
    }

    @Test("an open transaction is rolled back when its lease ends")
    func leftTransaction() async throws {
        let database = try await TestCluster.shared.database()
        let pool = try database.pool(1)
        try await pool.withConnection { connection in
            try await connection.execute("create table t (a int4)")
            _ = try await connection.run([Query("begin"), Query("insert into t values (1)")])
        }
        try await pool.withConnection { connection in
            try await connection.expect("select count(*) from t", 0)
            _ = await failure { try await connection.run([Query("begin"), Query("select 1/0")]) }
        }
        #expect(try await pool.withConnection { try await $0.number("select count(*) from t") } == 0)
        #expect(pool.statistics.open == 1)
        await pool.close()
    }

    @Test("a connection is of no use after its lease")
    func afterLease() async throws {
        let pool = try await TestCluster.shared.database().pool(1)
        let escaped = try await pool.withConnection { $0 }
        guard case .closed = await failure({ try await escaped.run(Query("select 1")) }) else {
            Issue.record("still usable")
            return
        }
        await pool.close()
    }

    @Test("idle connections are closed in time, but for the least number")
    func ageing() async throws {
        let database = try await TestCluster.shared.database()
        let pool = try ConnectionPool(
            configuration: database.configuration(), maximum: 4,
            limits: .init(closeAfter: .milliseconds(100), minimum: 1))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for _ in 0..<4 {
                tasks.addTask {
                    try await pool.withConnection { _ in #expect(await eventually { pool.statistics.open == 4 }) }
                }
            }
            try await tasks.waitForAll()
        }
        #expect(await eventually { pool.statistics.open == 1 })
        await pool.close()
    }

    @Test("a connection idle for long is tried before it is lent")
    func check() async throws {
        let database = try await TestCluster.shared.database()
        let pool = try ConnectionPool(
            configuration: database.configuration(), maximum: 1, limits: .init(checkAfter: .zero))
        for _ in 0..<3 { try await pool.withConnection { _ in } }
        let last = try await pool.withConnection { connection in
            try await connection.run(
                Query("select count(*) from pg_prepared_statements where statement = 'select 1'"))[0].int8(0)
        }
        #expect(last == 1)
        await pool.close()
    }

    @Test("close waits for what is lent and refuses the rest")
    func close() async throws {
        let database = try await TestCluster.shared.database()
        let (pool, other) = (try database.pool(1), try database.shared())
        try await other.block()
        let lent = Task { try await pool.withConnection { try await $0.run(blocked).count } }
        #expect(try await eventually { try await other.blockedCount() == 1 })
        let waiting = Task { await failure { try await pool.withConnection { _ in } } }
        #expect(await eventually { pool.statistics.waiting == 1 })
        let closing = Task { await pool.close() }
        for error in [await waiting.value, await failure { try await pool.withConnection { _ in } }] {
            guard case .closed = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
        }
        #expect(pool.statistics.open == 1)
        try await other.unblock()
        #expect(try await lent.value == 1)
        await closing.value
        #expect(pool.statistics.open == 0)
    }

    @Test("a text of several statements is one transaction")
    func execute() async throws {
        let pool = try await TestCluster.shared.database().pool(1)
        try await pool.withConnection { connection in
            let error = await failure {
                try await connection.execute("create table t (a int4); select a, 1/0 from t; select 1/0")
            }
            #expect(error?.sqlState == .divisionByZero)
            try await connection.execute("create table t (a int4); insert into t values (1); select * from t")
            try await connection.expect("select count(*) from t", 1)
            #expect(await failure { try await connection.execute("copy t from stdin") } != nil)
            try await connection.execute("copy t to stdout")
            try await connection.expect("select count(*) from t", 1)
        }
        await pool.close()
    }
}
