import Postgres
import TestSupport
import Testing

@Suite("prepared statements")
struct PreparedStatementTests {
    private let preparedCount = Query(Statement("select count(*) from pg_prepared_statements", reuse: .once))

    @Test("a statement is prepared once, whatever copy of its text asks for it")
    func once() async throws {
        let shared = try await TestCluster.shared.database().shared()
        for number in 0..<20 {
            let statement = Statement("select $1::int4", [.int4])
            #expect(try await shared.run(statement(.int4(Int32(number))))[0].int4(0) == Int32(number))
        }
        #expect(try await shared.run(preparedCount)[0].int8(0) == 1)
    }

    @Test("a statement that could not be prepared is prepared when it can be")
    func recovery() async throws {
        let shared = try await TestCluster.shared.database().shared()
        let select = Statement("select a from later")
        #expect(await failure { try await shared.run(Query(select)) }?.sqlState == .undefinedTable)
        _ = try await shared.run(Query("create table later (a int4)"))
        #expect(try await shared.run(Query(select)).isEmpty)
    }

    @Test("a statement whose preparation was skipped with its group is prepared by the next")
    func skipped() async throws {
        let shared = try await TestCluster.shared.database().shared()
        let fine = Statement("select 42")
        #expect(await failure { try await shared.run([Query("select 1/0"), Query(fine)]) } != nil)
        #expect(try await shared.run(Query(fine))[0].int4(0) == 42)
    }

    @Test("many groups that want a statement while its preparation fails each get their own answer")
    func crowd() async throws {
        let shared = try await TestCluster.shared.database().shared()
        let fine = Statement("select 43")
        let broken = Statement("select * from nowhere")
        await withTaskGroup(of: Void.self) { tasks in
            for number in 0..<200 {
                tasks.addTask {
                    switch number % 3 {
                    case 0:
                        let error = await failure { try await shared.run([Query(broken), Query(fine)]) }
                        #expect(error?.sqlState == .undefinedTable)
                    case 1:
                        let error = await failure { try await shared.run([Query("select 1/0"), Query(fine)]) }
                        #expect(error?.sqlState == .divisionByZero)
                    default:
                        let error = await failure {
                            let row = try await shared.run(Query(fine))[0]
                            #expect(try row.int4(0) == 43)
                        }
                        #expect(error == nil)
                    }
                }
            }
        }
    }

    @Test("statements may use what an earlier one of their group makes")
    func order() async throws {
        let shared = try await TestCluster.shared.database().shared()
        let rows = try await shared.run([
            Query("create table made (a int4)"), Query("insert into made values (5)"), Query("select a from made"),
        ])
        #expect(try rows[2][0].int4(0) == 5)
    }

    @Test("a table that changes under its statements does not break them")
    func changedTable() async throws {
        let database = try await TestCluster.shared.database()
        let shared = try database.shared()
        let pool = try database.pool(1)
        _ = try await shared.run([Query("create table t (a int4)"), Query("insert into t values (1)")])
        let all = Query("select * from t")
        #expect(try await shared.run(all).columns == ["a"])
        #expect(try await pool.withConnection { try await $0.run(all).columns } == ["a"])
        _ = try await shared.run(Query("alter table t add b text"))
        #expect(try await shared.run(all).columns == ["a", "b"])
        #expect(try await pool.withConnection { try await $0.run(all).columns } == ["a", "b"])
        await pool.close()
    }

    @Test("a deallocated statement is prepared again")
    func deallocated() async throws {
        let shared = try await TestCluster.shared.database().shared()
        let select = Query("select 7")
        _ = try await shared.run(select)
        _ = try await shared.run(Query(Statement("deallocate all", reuse: .once)))
        #expect(try await shared.run(select)[0].int4(0) == 7)
    }

    @Test("a connection keeps no more prepared statements than it may")
    func bounded() async throws {
        let database = try await TestCluster.shared.database()
        let shared = try SharedConnections(
            configuration: database.configuration(), limits: .init(preparedStatements: 8))
        for number in 0..<50 {
            #expect(try await shared.run(Query("select \(number)"))[0].int4(0) == Int32(number))
        }
        #expect(try await shared.run(preparedCount)[0].int8(0) <= 9)

        let pool = try ConnectionPool(
            configuration: database.configuration(), maximum: 1, limits: .init(preparedStatements: 8))
        try await pool.withTransaction { connection in
            for number in 0..<50 { _ = try await connection.run(Query("select \(number)")) }
        }
        let kept = try await pool.withConnection { connection in
            _ = try await connection.run(Query(Statement("select 1", reuse: .once)))
            return try await connection.run(preparedCount)[0].int8(0)
        }
        #expect(kept <= 9)
        await pool.close()
    }

    @Test("a statement for one use leaves nothing behind")
    func oneUse() async throws {
        let shared = try await TestCluster.shared.database().shared()
        let statement = Statement("select $1::text || 'b'", [.text], reuse: .once)
        #expect(try await shared.run(statement(.text("a")))[0].text(0) == "ab")
        #expect(try await shared.run(preparedCount)[0].int8(0) == 0)
    }
}
