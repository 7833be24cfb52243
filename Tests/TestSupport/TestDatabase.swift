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
