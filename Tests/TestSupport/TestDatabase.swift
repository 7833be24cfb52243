import Postgres

/// A database of one test's own.
public struct TestDatabase: Sendable {
    public let name: String

    /// The connection string of the role that owns the database, for migrations.
    public let owner: String

    /// The connection string of the role that owns nothing, as the server works.
    public let application: String

    /// The connection string of a superuser, in the database `postgres`.
    public let administrator: String

    /// Removes the database and whoever is still connected. Not needed at a test's end: the cluster goes as a whole.
    public func drop() async throws {
        try await offloaded { [name, administrator] () throws(ClusterError) in
            _ = try ClusterAdministration(administrator).run("drop database if exists \(name) with (force)")
        }
    }
}

extension TestDatabase {
    /// The record of a server that runs as a process with a PostgreSQL of its own in this data directory.
    public init(ofServerIn dataDirectory: String) {
        func string(_ user: String, _ database: String = "mediconnect") -> String {
            "host=\(dataDirectory)/run port=5432 dbname=\(database) user=\(user)"
        }
        self.init(
            name: "mediconnect", owner: string("mediconnect_owner"), application: string("mediconnect_app"),
            administrator: string("postgres", "postgres"))
    }

    /// Runs SQL on a connection of its own, as the owner of the tables unless told otherwise.
    public func sql(_ text: String, as role: String? = nil) async throws -> Rows {
        let pool = try ConnectionPool(configuration: ConnectionConfiguration(role ?? owner), maximum: 1)
        do {
            let rows = try await pool.withConnection { try await $0.query(Query(Statement(text))) }
            await pool.close()
            return rows
        } catch {
            await pool.close()
            throw error
        }
    }
}
