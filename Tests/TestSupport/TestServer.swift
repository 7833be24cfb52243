import CLibPQ
import Postgres

/// A PostgreSQL on which test databases are made: the embedded cluster, or one from the environment.
struct TestServer: Sendable {
    let administrator: String
    private let strings: @Sendable (_ database: String) -> (owner: String, application: String)

    func database(_ name: String) -> TestDatabase {
        let (owner, application) = strings(name)
        return TestDatabase(name: name, owner: owner, application: application, administrator: administrator)
    }

    init(_ cluster: EmbeddedCluster) {
        let own = cluster.connectionStrings
        administrator = own.administrator
        strings = { name in
            let there = own.replacingDatabase(with: name)
            return (there.owner, there.application)
        }
    }

    /// A server that we know one superuser of: the two roles are put on with `SET ROLE`'s setting.
    init(url: String) throws {
        var parameters: [(String, String)] = []
        guard let options = PQconninfoParse(url, nil) else { throw ClusterError.setupFailed("not a database URL") }
        defer { PQconninfoFree(options) }
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val { parameters.append((String(cString: keyword), String(cString: value))) }
            option += 1
        }
        let given = parameters.filter { $0.0 != "dbname" && $0.0 != "options" }
        administrator = ClusterConnectionStrings.conninfo(parameters)
        strings = { name in
            func string(_ role: String) -> String {
                ClusterConnectionStrings.conninfo(given + [("dbname", name), ("options", "-c role=\(role)")])
            }
            return (string(ClusterRole.owner), string(ClusterRole.application))
        }
    }
}
