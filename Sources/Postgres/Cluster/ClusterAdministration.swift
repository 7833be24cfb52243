import CLibPQ

/// A blocking connection of the superuser's, for setting up a cluster from a thread of its own.
package struct ClusterAdministration: ~Copyable {
    private let connection: OpaquePointer

    package init(_ connectionString: String) throws(ClusterError) {
        guard let connection = PQconnectdb(connectionString + " connect_timeout='10'") else {
            throw .setupFailed("out of memory")
        }
        guard PQstatus(connection) == CONNECTION_OK else {
            let reason = Self.failure(of: connection)
            PQfinish(connection)
            throw reason
        }
        // What it has to say ("already exists, skipping") is no news.
        PQsetNoticeProcessor(connection, { _, _ in }, nil)
        self.connection = connection
    }

    deinit { PQfinish(connection) }

    /// Runs statements and answers the first column of the last one's rows.
    @discardableResult
    package func run(_ sql: String) throws(ClusterError) -> [String] {
        guard let result = PQexec(connection, sql) else { throw Self.failure(of: connection) }
        defer { PQclear(result) }
        switch PQresultStatus(result) {
        case PGRES_COMMAND_OK: return []
        case PGRES_TUPLES_OK:
            return (0..<PQntuples(result)).map { String(cString: PQgetvalue(result, $0, 0)) }
        default: throw Self.failure(of: connection)
        }
    }

    /// Makes the two roles where they are missing.
    package func makeRoles() throws(ClusterError) {
        let roles = [ClusterRole.owner, ClusterRole.application]
        let present = try run("select rolname from pg_roles where rolname in ('\(roles.joined(separator: "', '"))')")
        for role in roles where !present.contains(role) {
            try run("create role \(role) login nosuperuser nocreatedb nocreaterole")
        }
    }

    /// Makes a database of the owner's, which the application may only connect to; false where there is one already.
    @discardableResult
    package func makeDatabase(_ name: String, copying template: String = "template0") throws(ClusterError) -> Bool {
        guard try run("select 1 from pg_database where datname = '\(name)'").isEmpty else { return false }
        try run("create database \(name) owner \(ClusterRole.owner) template \(template)")
        try run("revoke all on database \(name) from public")
        try run("grant connect, temporary on database \(name) to \(ClusterRole.application)")
        return true
    }

    private static func failure(of connection: OpaquePointer) -> ClusterError {
        let text = String(cString: PQerrorMessage(connection))
        let lines = text.split(separator: "\n").map(String.init)
        return .judged(.setupFailed(lines.joined(separator: " ")), lines: lines, path: "the cluster")
    }

    /// Whether a server answers there and lets in.
    static func isAnswering(_ connectionString: String) -> Bool {
        PQping(connectionString + " connect_timeout='2'") == PQPING_OK
    }
}
