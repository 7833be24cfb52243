import Glibc
import Postgres
import Synchronization

/// The PostgreSQL that tests run against: one cluster for the whole test process, started when the first test asks
/// for it, gone with the process however that ends.
///
///     let database = try await TestCluster.shared.database()
///     … database.owner, database.application …
///
/// Flushing is off: tests that pull the plug start an `EmbeddedCluster` of their own. With
/// `MEDICONNECT_TEST_DATABASE_URL` in the environment the databases are made on that server instead; its role must be
/// allowed to make databases and roles.
public final class TestCluster: Sendable {
    public static let shared = TestCluster()

    /// Where to make databases, once somebody has asked.
    private let server = Mutex<Task<TestServer, any Error>?>(nil)
    private let count = Atomic<Int>(0)

    private init() {}

    /// A fresh, empty database with a name of its own, or a copy of `template`, to which nobody may be connected.
    public func database(copying template: TestDatabase? = nil) async throws -> TestDatabase {
        let server = try await self.server()
        let number = count.wrappingAdd(1, ordering: .relaxed).newValue
        let name = "test_\(getpid())_\(number)_\(UInt32.random(in: 0 ... .max))"
        let source = template?.name ?? "template0"
        try await offloaded { () throws(ClusterError) in
            _ = try ClusterAdministration(server.administrator).makeDatabase(name, copying: source)
        }
        return server.database(name)
    }

    private func server() async throws -> TestServer {
        let task = server.withLock { task in
            let started = task ?? Task { try await Self.start() }
            task = started
            return started
        }
        return try await task.value
    }

    private static func start() async throws -> TestServer {
        if let url = getenv("MEDICONNECT_TEST_DATABASE_URL") {
            let server = try TestServer(url: String(cString: url))
            try await offloaded { () throws(ClusterError) in
                try ClusterAdministration(server.administrator).makeRoles()
            }
            return server
        }
        TestDirectory.sweep()
        let directory = TestDirectory.unused()
        let cluster = try await EmbeddedCluster.start(
            ClusterConfiguration(
                dataDirectory: directory,
                settings: [
                    "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off",
                    "shared_buffers": "64MB", "max_connections": "200", "max_wal_size": "4GB",
                    "autovacuum_naptime": "1min", "log_min_duration_statement": "-1",
                ],
                isDisposable: true))
        TestDirectory.removeAtExit(directory, cluster)
        return TestServer(cluster)
    }
}

/// Runs what blocks on a thread of its own.
func offloaded<Value: Sendable>(
    _ body: @escaping @Sendable () throws(ClusterError) -> Value
) async throws(ClusterError) -> Value {
    try await ClusterThread.run("test-admin") {
        do throws(ClusterError) { return .success(try body()) } catch { return .failure(error) }
    }
}
