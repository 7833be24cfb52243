/// How to reach a database under each of its roles, as libpq's `key=value` strings.
public struct ClusterConnectionStrings: Sendable, Equatable {
    /// The role that owns the database and runs migrations.
    public let owner: String

    /// The role that the server works under; it owns nothing.
    public let application: String

    /// PostgreSQL's superuser, in the database `postgres`.
    public let administrator: String

    private let directory: String
    private let port: String

    init(directory: String, port: String, database: String = ClusterRole.database) {
        func string(_ role: String, _ database: String) -> String {
            Self.conninfo([("host", directory), ("port", port), ("dbname", database), ("user", role)])
        }
        self.directory = directory
        self.port = port
        owner = string(ClusterRole.owner, database)
        application = string(ClusterRole.application, database)
        administrator = string(ClusterRole.administrator, "postgres")
    }

    /// The same roles in another database of the cluster.
    package func replacingDatabase(with name: String) -> ClusterConnectionStrings {
        ClusterConnectionStrings(directory: directory, port: port, database: name)
    }

    /// libpq §34.1.1.1: values in single quotes, with `\` before `'` and `\`.
    package static func conninfo(_ parameters: [(String, String)]) -> String {
        parameters.map { key, value in
            var quoted = ""
            for character in value {
                if character == "'" || character == "\\" { quoted.append("\\") }
                quoted.append(character)
            }
            return "\(key)='\(quoted)'"
        }.joined(separator: " ")
    }
}

/// The roles and the database of an embedded cluster.
package enum ClusterRole {
    package static let administrator = "postgres"
    package static let owner = "mediconnect_owner"
    package static let application = "mediconnect_app"
    package static let database = "mediconnect"
}
