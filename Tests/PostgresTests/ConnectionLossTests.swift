import Postgres
import TestSupport
import Testing

@Suite("connections that break")
struct ConnectionLossTests {
    /// Ends every other session of the database.
    private static let endOthers = Query(
        "select count(pg_terminate_backend(pid)) from pg_stat_activity "
            + "where datname = current_database() and pid <> pg_backend_pid()")

    @Test("a shared connection comes back, and a group that certainly left no trace is run again")
    func sharedRecovery() async throws {
        let database = try await TestCluster.shared.database()
        let (shared, other) = (try database.shared(), try database.shared())
        #expect(try await shared.number("select 1::int8") == 1)
        #expect(try await other.run(Self.endOthers)[0].int8(0) == 1)
        #expect(try await shared.number("select 2::int8") == 2)
        #expect(shared.statistics.connects == 2)
    }

    @Test("a group that runs when its session is ended runs again, once")
    func sharedInFlight() async throws {
        let database = try await TestCluster.shared.database()
        let (shared, other) = (try database.shared(), try database.shared())
        _ = try await shared.run(Query("create table t (a int4)"))
        try await other.block()
        async let slow = shared.run([Query("insert into t values (1)"), blocked])
        async let behind = shared.run(Query("insert into t values (2)"))
        #expect(try await eventually { try await other.blockedCount() == 1 })
        _ = try await other.run(Self.endOthers)
        try await other.unblock()
        _ = try await (slow, behind)
        #expect(try await other.number("select count(*) from t") == 2)
    }

    @Test("acknowledged groups stay and none is applied twice while sessions are ended again and again")
    func storm() async throws {
        let database = try await TestCluster.shared.database()
        let (shared, other) = (try database.shared(3), try database.shared())
        _ = try await other.run(Query("create table t (a int4, n int4 default 1)"))
        let insert = Statement("insert into t values ($1)", [.int4])
        let storm = Task {
            while !Task.isCancelled {
                _ = try? await other.run(Self.endOthers)
                try await Task.sleep(for: .milliseconds(20))
            }
        }
        let (acknowledged, refused) = await withTaskGroup(of: (Int32, PostgresError?).self) { tasks in
            for number in 0..<2000 {
                tasks.addTask {
                    try? await Task.sleep(for: .microseconds(200 * number))
                    let error = await failure { try await shared.run(insert(.int4(Int32(number)))) }
                    return (Int32(number), error)
                }
            }
            var acknowledged: Set<Int32> = []
            var refused: Set<Int32> = []
            for await (number, error) in tasks {
                guard let error else {
                    acknowledged.insert(number)
                    continue
                }
                #expect(error.isConnectionLoss)
                if !error.maybeApplied { refused.insert(number) }
            }
            return (acknowledged, refused)
        }
        storm.cancel()
        _ = await storm.result
        let rows = try await other.run(Query("select a, count(*) from t group by a"))
        let stored = try Dictionary(uniqueKeysWithValues: rows.map { (try $0.int4(0), try $0.int8(1)) })
        #expect(stored.values.allSatisfy { $0 == 1 })
        #expect(acknowledged.allSatisfy { stored[$0] == 1 })
        #expect(refused.allSatisfy { stored[$0] == nil })
        #expect(shared.statistics.connects > 3)
    }

    @Test("without a server a group fails after its patience, with the reason")
    func noServer() async throws {
        let shared = try SharedConnections(
            configuration: ConnectionConfiguration("host=/nonexistent dbname=none"),
            limits: .init(patience: .milliseconds(200)))
        let error = await failure { try await shared.run(Query("select 1")) }
        guard case .connection(let message) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(message.contains("/nonexistent"))
        #expect(error?.isConnectionLoss == true && error?.maybeApplied == false)
    }

    @Test("a server that accepts and says nothing is given up in time")
    func silentServer() async throws {
        let listener = try SilentServer()
        var configuration = ConnectionConfiguration("host=127.0.0.1 port=\(listener.port) dbname=none user=none")
        configuration.connectTimeout = .milliseconds(200)
        let shared = try SharedConnections(configuration: configuration, limits: .init(patience: .milliseconds(300)))
        let begin = ContinuousClock.now
        #expect(await failure { try await shared.run(Query("select 1")) }?.isConnectionLoss == true)
        #expect(ContinuousClock.now - begin < .seconds(30))
    }

    @Test("an idle connection that the server ended is replaced before anyone gets it")
    func idleLease() async throws {
        let database = try await TestCluster.shared.database()
        let (pool, other) = (try database.pool(2), try database.shared())
        let first = try await pool.withConnection { $0.processID }
        _ = try await other.run(Self.endOthers)
        #expect(await eventually { pool.statistics.open == 0 })
        let second = try await pool.withConnection { connection in
            try await connection.expect("select 1::int8", 1)
            return connection.processID
        }
        #expect(first != second)
        await pool.close()
    }

    @Test("a lease whose session is ended fails, and the pool goes on")
    func lease() async throws {
        let database = try await TestCluster.shared.database()
        let pool = try database.pool(1)
        let error = await failure {
            try await pool.withConnection { connection in
                _ = try await connection.run(Query("select pg_terminate_backend(pg_backend_pid())"))
            }
        }
        #expect(error?.isConnectionLoss == true)
        #expect(try await pool.withConnection { try await $0.number("select 3::int8") } == 3)
        await pool.close()
    }

    @Test("a transaction whose session is ended before its commit runs again")
    func transaction() async throws {
        let database = try await TestCluster.shared.database()
        let (pool, other) = (try database.pool(2), try database.shared())
        _ = try await other.run(Query("create table t (a int4)"))
        let attempts = Counter()
        try await pool.withTransaction { connection in
            _ = try await connection.run(Query("insert into t values (1)"))
            if attempts.increment() == 1 { _ = try await other.run(Self.endOthers) }
            _ = try await connection.run(Query("insert into t values (2)"))
        }
        #expect(attempts.value == 2)
        #expect(try await other.number("select count(*) from t") == 2)
        await pool.close()
    }
}
