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

    @Test("checksums tell texts apart that differ in one character")
    func checksums() {
        let one = Migration(number: 1, name: "a", sql: "select 1")
        let other = Migration(number: 1, name: "a", sql: "select 2")
        #expect(one.checksum != other.checksum)
        #expect(one.checksum == Migration(number: 2, name: "b", sql: "select 1").checksum)
    }
}
