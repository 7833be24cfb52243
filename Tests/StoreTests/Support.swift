import FHIR
import Glibc
import Postgres
import TestSupport
import Testing

@testable import Store

/// A migrated record of a test's own.
struct Record: Sendable {
    let store: Store
    let database: TestDatabase

    /// - Parameter settings: of the server's connections.
    static func with<Value>(
        settings: [String: String] = [:], _ body: (Record) async throws -> Value
    ) async throws -> Value {
        let database = try await TestCluster.shared.database()
        let role = try await Migrator.role(of: ConnectionConfiguration(database.application))
        _ = try await Migrator(owner: ConnectionConfiguration(database.owner)).migrate(application: role)
        // Few connections: many records are open at once, all on one test cluster.
        var configuration = StoreConfiguration(
            application: ConnectionConfiguration(database.application, settings: settings), clock: now)
        configuration.writeConnections = 3
        configuration.leasedConnections = 4
        let store = try await Store.open(configuration)
        do {
            let value = try await body(Record(store: store, database: database))
            await store.close()
            return value
        } catch {
            await store.close()
            throw error
        }
    }

    static let origin = Origin(principal: "test", channel: .system)

    /// Writes one resource under the id in it, and answers the version.
    @discardableResult
    func put(_ json: String) async throws -> WriteResult {
        try await store.write([try Self.draft(json)], origin: Self.origin)[0]
    }

    static func draft(_ json: String) throws -> WriteDraft {
        let root = try JSONDocument.parse(Array(json.utf8)).root
        let type = try #require(root["resourceType"]?.string.flatMap { ResourceType($0) })
        return WriteDraft(
            type: type, id: try #require(root["id"]?.string), method: .update,
            content: StoredResource(root, type: type).content, interaction: .update)
    }

    func sql(_ text: String) async throws -> Rows { try await database.sql(text) }
}

/// Microseconds since 1970 UTC.
@Sendable func now() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
}
