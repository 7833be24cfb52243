import Postgres
import TestSupport
import Testing

@Suite("groups on shared connections")
struct GroupTests {
    @Test("an error carries its SQLSTATE, constraint, table and statement")
    func serverError() async throws {
        let shared = try await TestCluster.shared.database().shared()
        _ = try await shared.run(Query("create table bed (id int4 constraint bed_key primary key, ward text not null)"))
        let insert = Statement("insert into bed values ($1, $2)", [.int4, .text])
        _ = try await shared.run(insert(.int4(1), .text("A")))

        let twice = try #require(await failure { try await shared.run(insert(.int4(1), .text("B"))) })
        #expect(twice.sqlState == .uniqueViolation)
        #expect(twice.isUniqueViolation("bed_key") && twice.isUniqueViolation() && !twice.isUniqueViolation("other"))
        #expect(twice.violatedConstraint == "bed_key")
        #expect(twice.serverError?.table == "bed")
        #expect(twice.serverError?.statement == insert.sql)
        #expect(!twice.isRetryable && !twice.isConnectionLoss && !twice.maybeApplied)

        let missing = try #require(await failure { try await shared.run(insert(.int4(2), .null)) })
        #expect(missing.sqlState == .notNullViolation)
        #expect(missing.serverError?.column == "ward")

        let syntax = try #require(await failure { try await shared.run(Query("selec 1")) })
        #expect(syntax.sqlState == .syntaxError)
        #expect(syntax.serverError?.position == 1)
    }

    @Test("a group takes effect as a whole or not at all")
    func atomicity() async throws {
        let shared = try await TestCluster.shared.database().shared()
        _ = try await shared.run(Query("create table t (a int4 primary key)"))
        let insert = Statement("insert into t values ($1)", [.int4])
        #expect(await failure { try await shared.run([insert(.int4(1)), insert(.int4(2)), insert(.int4(1))]) } != nil)
        #expect(try await shared.number("select count(*) from t") == 0)
        _ = try await shared.run([insert(.int4(1)), insert(.int4(2))])
        #expect(try await shared.number("select count(*) from t") == 2)
    }

    @Test("a constraint that fails at commit fails the group")
    func deferredConstraint() async throws {
        let shared = try await TestCluster.shared.database().shared()
        _ = try await shared.run(
            Query("create table t (a int4 constraint late unique deferrable initially deferred)"))
        let insert = Statement("insert into t values ($1)", [.int4])
        async let before = shared.run(insert(.int4(7)))
        let error = await failure { try await shared.run([insert(.int4(1)), insert(.int4(1))]) }
        async let after = shared.run(insert(.int4(8)))
        #expect(error?.isUniqueViolation("late") == true)
        _ = try await (before, after)
        #expect(try await shared.number("select count(*) from t") == 2)
    }

    @Test("of 1,000 groups at once every third fails, and only those")
    func neighbours() async throws {
        let shared = try await TestCluster.shared.database().shared(2)
        _ = try await shared.run(Query("create table t (a int4 primary key)"))
        let insert = Statement("insert into t values ($1)", [.int4])
        let divide = Statement("select 1 / $1", [.int4])
        let failures = await withTaskGroup(of: Bool.self) { tasks in
            for number in 1...1000 {
                tasks.addTask {
                    let group = [insert(.int4(Int32(number))), divide(.int4(number % 3 == 0 ? 0 : 1))]
                    let error = await failure { try await shared.run(group) }
                    #expect(error?.sqlState == (number % 3 == 0 ? .divisionByZero : nil))
                    return error != nil
                }
            }
            return await tasks.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(failures == 333)
        #expect(try await shared.number("select count(*) from t where a % 3 = 0") == 0)
        #expect(try await shared.number("select count(*) from t") == 667)
        #expect(shared.statistics.pending == 0)
    }

    @Test("answers find their askers, large ones too")
    func answers() async throws {
        let shared = try await TestCluster.shared.database().shared()
        let statement = Statement("select $1, repeat('x', $2)", [.int4, .int4])
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for number in 0..<1000 {
                tasks.addTask {
                    let length = number % 50 == 0 ? 200_000 : number
                    let row = try await shared.run(statement(.int4(Int32(number)), .int4(Int32(length))))[0]
                    #expect(try row.int4(0) == Int32(number))
                    #expect(try row.text(1).utf8.count == length)
                }
            }
            try await tasks.waitForAll()
        }
    }

    @Test("values of megabytes in both directions do not stop the traffic")
    func largeValues() async throws {
        let shared = try await TestCluster.shared.database().shared()
        let echo = Statement("select $1", [.bytea])
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for number in 0..<40 {
                tasks.addTask {
                    let bytes = [UInt8](repeating: UInt8(number), count: 2 << 20)
                    let row = try await shared.run(echo(.bytes(bytes)))[0]
                    #expect(try row.bytes(0) == bytes)
                }
            }
            try await tasks.waitForAll()
        }
    }

    @Test("groups that share a sync are each answered, whatever fails among them")
    func sharedSync() async throws {
        let database = try await TestCluster.shared.database()
        let shared = try SharedConnections(configuration: database.configuration(), limits: .init(groupsPerSync: 64))
        let other = try database.shared()
        // All wait behind one statement, so that the rest leave together.
        try await other.block()
        async let first = shared.run(blocked)
        #expect(try await eventually { try await other.blockedCount() == 1 })
        let outcomes = try await withThrowingTaskGroup(of: (Int, Int64?).self) { tasks in
            for number in 0..<300 {
                tasks.addTask {
                    let divide = Statement("select 100 / $1, $2", [.int8, .int8])
                    do {
                        let divisor = Int64(number % 7 == 3 ? 0 : 1)
                        let rows = try await shared.run([
                            Query(divide, [.int8(1), .int8(Int64(number))]),
                            Query(divide, [.int8(divisor), .int8(Int64(number))]),
                        ])
                        return (number, try rows[1][0].int8(1))
                    } catch PostgresError.server(let error) where error.sqlState == .divisionByZero {
                        return (number, nil)
                    }
                }
            }
            try await Task.sleep(for: .milliseconds(50))
            try await other.unblock()
            return try await tasks.reduce(into: [Int: Int64]()) { $0[$1.0] = $1.1 }
        }
        _ = try await first
        for number in 0..<300 { #expect(outcomes[number] == (number % 7 == 3 ? nil : Int64(number))) }
        #expect(shared.statistics.connects == 1)
    }

    @Test("a group that leaves a transaction open fails, and nothing of it stays")
    func openTransaction() async throws {
        let shared = try await TestCluster.shared.database().shared()
        _ = try await shared.run(Query("create table t (a int4)"))
        let error = await failure { try await shared.run([Query("begin"), Query("insert into t values (1)")]) }
        guard case .protocolViolation = error else {
            Issue.record("accepted: \(String(describing: error))")
            return
        }
        _ = try await shared.run([Query("begin"), Query("insert into t values (2)"), Query("commit")])
        #expect(try await shared.number("select sum(a) from t") == 2)
    }

    @Test("COPY in a group fails and costs only the connection")
    func copy() async throws {
        let shared = try await TestCluster.shared.database().shared()
        _ = try await shared.run(Query("create table t (a int4)"))
        #expect(await failure { try await shared.run(Query("copy t from stdin")) } != nil)
        #expect(await failure { try await shared.run(Query("copy t to stdout")) } != nil)
        #expect(try await shared.number("select count(*) from t") == 0)
    }

    @Test("more groups than may wait are refused at once")
    func overload() async throws {
        let database = try await TestCluster.shared.database()
        let shared = try SharedConnections(configuration: database.configuration(), limits: .init(pending: 10))
        let other = try database.shared()
        try await other.block()
        let refused = Counter()
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for _ in 0..<50 {
                tasks.addTask {
                    guard case .overloaded = await failure({ try await shared.run(blocked) }) else { return }
                    if refused.increment() == 40 { try await other.unblock() }
                }
            }
            try await tasks.waitForAll()
        }
        #expect(refused.value == 40)
        #expect(try await shared.number("select 1::int8") == 1)
    }

    @Test("after close nothing is taken, and what was taken is answered")
    func close() async throws {
        let database = try await TestCluster.shared.database()
        let (shared, other) = (try database.shared(), try database.shared())
        try await other.block()
        async let slow = shared.run(blocked)
        #expect(try await eventually { try await other.blockedCount() == 1 })
        shared.close()
        guard case .closed = await failure({ try await shared.run(Query("select 1")) }) else {
            Issue.record("accepted")
            return
        }
        try await other.unblock()
        #expect(try await slow.count == 1)
    }

    @Test("settings and the application's name arrive, odd characters included")
    func settings() async throws {
        let database = try await TestCluster.shared.database()
        let shared = try SharedConnections(
            configuration: database.configuration(["my.words": #"a \ "b' c"#, "statement_timeout": "1234"]))
        let rows = try await shared.run(
            Query(
                "select current_setting('my.words'), current_setting('statement_timeout'), "
                    + "current_setting('application_name')"))
        #expect(try rows[0].text(0) == #"a \ "b' c"#)
        #expect(try rows[0].text(1) == "1234ms")
        #expect(try rows[0].text(2) == "postgres-tests")
    }

    @Test("notices reach the handler")
    func notices() async throws {
        let counter = Counter()
        var configuration = try await TestCluster.shared.database().configuration()
        configuration.onNotice = { notice in
            if notice.message == "psst", notice.severity == "NOTICE" { counter.increment() }
        }
        let shared = try SharedConnections(configuration: configuration)
        _ = try await shared.run(Query("do $$ begin raise notice 'psst'; end $$"))
        #expect(counter.value == 1)
    }

    @Test("a connection string that cannot be read is refused at once")
    func connectionString() {
        #expect(throws: PostgresError.self) {
            try SharedConnections(configuration: ConnectionConfiguration("postgresql://["))
        }
    }
}
