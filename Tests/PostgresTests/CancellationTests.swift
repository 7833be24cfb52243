import Postgres
import TestSupport
import Testing

@Suite("cancellation")
struct CancellationTests {
    @Test("a cancelled task stops its statement on the server, and the connection stays good")
    func running() async throws {
        let database = try await TestCluster.shared.database()
        let (pool, other) = (try database.pool(1), try database.shared())
        let begin = ContinuousClock.now
        let task = Task {
            await failure { try await pool.withConnection { try await $0.run(Query("select pg_sleep(60)")) } }
        }
        let sleeping =
            "select count(*) from pg_stat_activity where wait_event = 'PgSleep'"
            + " and datname = current_database()"
        #expect(try await eventually { try await other.number(sleeping) == 1 })
        task.cancel()
        guard case .cancelled = await task.value else {
            Issue.record("not cancelled")
            return
        }
        #expect(try await other.number(sleeping) == 0)
        #expect(ContinuousClock.now - begin < .seconds(50))
        #expect(try await pool.withConnection { try await $0.number("select 1::int8") } == 1)
        #expect(pool.statistics.open == 1)
        await pool.close()
    }

    @Test("the same for a text of several statements")
    func simple() async throws {
        let pool = try await TestCluster.shared.database().pool(1)
        let task = Task {
            await failure { try await pool.withConnection { try await $0.execute("select 1; select pg_sleep(60)") } }
        }
        try await Task.sleep(for: .milliseconds(200))
        task.cancel()
        guard case .cancelled = await task.value else {
            Issue.record("not cancelled")
            return
        }
        #expect(try await pool.withConnection { try await $0.number("select 1::int8") } == 1)
        await pool.close()
    }

    @Test("a group that waits behind another is dropped without a word to the server")
    func waiting() async throws {
        let database = try await TestCluster.shared.database()
        let (pool, other) = (try database.pool(1), try database.shared())
        try await other.block()
        try await pool.withConnection { connection in
            try await connection.execute("create table t (a int4)")
            let slow = Task { try await connection.run(blocked) }
            let isBlocked = try await eventually { try await other.blockedCount() == 1 }
            #expect(isBlocked)
            let queued = Task { await failure { try await connection.run(Query("insert into t values (1)")) } }
            try await Task.sleep(for: .milliseconds(50))
            queued.cancel()
            guard case .cancelled = await queued.value else {
                Issue.record("not cancelled")
                return
            }
            try await other.unblock()
            _ = try await slow.value
            try await connection.expect("select count(*) from t", 0)
        }
        await pool.close()
    }

    @Test("cancellations at any moment never hit another lease's statement")
    func storm() async throws {
        let pool = try await TestCluster.shared.database().pool(2)
        await withTaskGroup(of: Void.self) { tasks in
            for number in 0..<300 {
                tasks.addTask {
                    let task = Task {
                        await failure {
                            try await pool.withConnection { try await $0.run(Query("select pg_sleep(0.003)")) }
                        }
                    }
                    if number % 2 == 0 {
                        try? await Task.sleep(for: .microseconds(Int.random(in: 0...8000)))
                        task.cancel()
                    }
                    switch await task.value {
                    case nil: break
                    case .cancelled: #expect(number % 2 == 0)
                    case .some(let error): Issue.record("\(error)")
                    }
                }
            }
        }
        #expect(try await pool.withConnection { try await $0.number("select 1::int8") } == 1)
        await pool.close()
    }

    @Test("a statement that runs out of its time is the server's error, not a cancellation")
    func timeout() async throws {
        let database = try await TestCluster.shared.database()
        let pool = try ConnectionPool(
            configuration: database.configuration(["statement_timeout": "50"]), maximum: 1)
        let error = await failure { try await pool.withConnection { try await $0.run(Query("select pg_sleep(5)")) } }
        #expect(error?.sqlState == .queryCancelled)
        await pool.close()
    }

    @Test("a task that is cancelled already asks nothing")
    func before() async throws {
        let pool = try await TestCluster.shared.database().pool(1)
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return await failure { try await pool.withConnection { try await $0.run(Query("select 1")) } }
        }
        task.cancel()
        guard case .cancelled = await task.value else {
            Issue.record("not cancelled")
            return
        }
        #expect(pool.statistics.leases == 0)
        await pool.close()
    }
}
