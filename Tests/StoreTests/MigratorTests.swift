import Postgres
import TestSupport
import Testing

@testable import Store

@Suite("Bringing a database to the schema")
struct MigratorTests {
    private func migrator(_ database: TestDatabase) -> Migrator {
        Migrator(owner: ConnectionConfiguration(database.owner))
    }

    @Test("an empty database gets every migration once, a second run finds nothing to do")
    func twice() async throws {
        let database = try await TestCluster.shared.database()
        let first = try await migrator(database).migrate()
        #expect(first.applied == Migration.all.map(\.name))
        let second = try await migrator(database).migrate()
        #expect(second.applied.isEmpty)
        #expect(second.version == first.version)
    }

    @Test("several servers that start at once migrate one after another, and each migration is applied once")
    func simultaneous() async throws {
        let database = try await TestCluster.shared.database()
        let migrator = migrator(database)
        let applied = try await withThrowingTaskGroup(of: [String].self) { group in
            for _ in 0..<8 { group.addTask { try await migrator.migrate().applied } }
            return try await group.reduce(into: [String]()) { $0 += $1 }
        }
        // Which server applied which, and in what order they say so, is chance.
        #expect(applied.sorted() == Migration.all.map(\.name).sorted())
        let rows = try await database.sql("select count(*) from migration")
        #expect(try rows.first?.int8(0) == Int64(Migration.all.count))
    }

    @Test("a migration that was edited after it was applied is refused by its name")
    func edited() async throws {
        let database = try await TestCluster.shared.database()
        _ = try await migrator(database).migrate()
        _ = try await database.sql("update migration set checksum = 'edited' where number = 1")
        let error = await #expect(throws: MigrationError.self) { _ = try await migrator(database).migrate() }
        guard case .edited(number: 1, name: "record") = error else {
            Testing.Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("a database of a newer server is refused, and stays as it is")
    func newer() async throws {
        let database = try await TestCluster.shared.database()
        _ = try await migrator(database).migrate()
        _ = try await database.sql("insert into migration (number, name, checksum) values (999, 'future', 'x')")
        let error = await #expect(throws: MigrationError.self) { _ = try await migrator(database).migrate() }
        guard case .newerDatabase(number: 999, known: _) = error else {
            Testing.Issue.record("\(String(describing: error))")
            return
        }
        #expect(error?.description.contains("999") == true)
    }

    @Test("versions of before the migration get their types and when they ended, and history stays append-only")
    func histories() async throws {
        let database = try await TestCluster.shared.database()
        let pool = try ConnectionPool(configuration: ConnectionConfiguration(database.owner), maximum: 1)
        try await pool.withConnection { connection in
            for migration in Migration.all where migration.number < Migration.history.number {
                try await connection.execute(migration.sql)
            }
            try await connection.execute(
                """
                insert into resource_type (code, name) values (7, 'Patient'), (8, 'Basic');
                insert into resource (key, type, id, version, method, updated, txn, content) values
                    (1, 7, 'a', 3, 1, '2026-01-03Z', '30', '{}'), (2, 8, 'b', 2, 2, '2026-02-02Z', '20', null),
                    (3, 7, 'c', 1, 1, '2026-03-01Z', '10', '{}');
                insert into history (key, version, method, updated, txn, seq, content) values
                    (1, 1, 1, '2026-01-01Z', '10', 1, '{}'), (1, 2, 1, '2026-01-02Z', '20', 2, '{}'),
                    (2, 1, 1, '2026-02-01Z', '10', 3, '{}');
                """)
            try await connection.execute(Migration.history.sql)
            let rows = try await connection.query(
                Query(
                    "select key, version, type, to_char(ended at time zone 'UTC', 'YYYY-MM-DD'), ended_txn from history "
                        + "order by key, version"))
            let found = try rows.map {
                "\(try $0.int8(0)) \(try $0.int4(1)) \(try $0.int2(2)) \(try $0.text(3)) \(try $0.xid8(4))"
            }
            #expect(found == ["1 1 7 2026-01-02 20", "1 2 7 2026-01-03 30", "2 1 8 2026-02-02 20"])
            await #expect(throws: PostgresError.self) {
                _ = try await connection.query(Query("update history set type = 1"))
            }
        }
        await pool.close()
    }

    @Test("checksums tell texts apart that differ in one character")
    func checksums() {
        let one = Migration(number: 1, name: "a", sql: "select 1")
        let other = Migration(number: 1, name: "a", sql: "select 2")
        #expect(one.checksum != other.checksum)
        #expect(one.checksum == Migration(number: 2, name: "b", sql: "select 1").checksum)
    }
}
