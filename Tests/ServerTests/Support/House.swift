import Glibc
import Logging
import Postgres
import ServiceLifecycle
import TestSupport

@testable import Server

/// A server that runs inside the test process, on a port and a database of its own.
struct House: Sendable {
    let client: Client
    let database: TestDatabase
    private let group: ServiceGroup
    private let run: Task<Void, any Error>

    /// The one that most tests share; it lives as long as the process.
    static var shared: House {
        get async throws { try await sharedTask.value }
    }

    private static let sharedTask = Task { try await open() }

    /// Another one, which takes references to what is not there: for tests whose matter is something else.
    static var lenient: House {
        get async throws { try await lenientTask.value }
    }

    private static let lenientTask = Task { try await open { $0.references.enforced = [] } }

    /// A client of the shared server.
    static var client: Client {
        get async throws { try await shared.client }
    }

    /// Runs `body` with a server of its own, which ends with it.
    static func with<Value>(
        database: TestDatabase? = nil, _ adjust: (inout ServerConfiguration) -> Void = { _ in },
        _ body: (House) async throws -> Value
    ) async throws -> Value {
        let house = try await open(database: database, adjust)
        do {
            let value = try await body(house)
            await house.close()
            return value
        } catch {
            await house.close()
            throw error
        }
    }

    private static func open(
        database: TestDatabase? = nil, _ adjust: (inout ServerConfiguration) -> Void = { _ in }
    ) async throws -> House {
        let place: TestDatabase
        if let database { place = database } else { place = try await TestCluster.shared.database() }
        var configuration = ServerConfiguration()
        configuration.port = 0
        configuration.databaseURL = place.application
        configuration.migrateURL = place.owner
        adjust(&configuration)
        var logger = Logger(label: "test") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .error
        let server = RunningServer(configuration: configuration, logger: logger, clock: now)
        let (ports, signal) = AsyncThrowingStream<Int, any Error>.makeStream()
        // A group around the server's own stops it as SIGTERM does.
        let group = ServiceGroup(services: [Resident(server: server, ports: signal)], logger: logger)
        let run = Task { try await group.run() }
        for try await port in ports {
            return House(client: Client(root: "http://127.0.0.1:\(port)"), database: place, group: group, run: run)
        }
        throw HouseError.endedAtOnce
    }

    private struct Resident: Service {
        let server: RunningServer
        let ports: AsyncThrowingStream<Int, any Error>.Continuation

        func run() async throws {
            do {
                try await server.run { ports.yield($0.port) }
                ports.finish()
            } catch {
                ports.finish(throwing: error)
                throw error
            }
        }
    }

    /// Ends the server in good order and waits until it has ended.
    private func close() async {
        await group.triggerGracefulShutdown()
        _ = await run.result
    }

    enum HouseError: Error { case endedAtOnce }
}

/// Microseconds since 1970 UTC.
@Sendable func now() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
}

extension House {
    /// Runs SQL as the owner of the tables.
    func sql(_ text: String) async throws -> Rows { try await database.sql(text) }

    /// Runs SQL as the role that the server works under.
    func sqlAsServer(_ text: String) async throws -> Rows { try await database.sql(text, as: database.application) }

    /// What an operator does with the record of this server.
    func maintenance() async throws -> Maintenance {
        var configuration = ServerConfiguration()
        configuration.databaseURL = database.application
        configuration.migrateURL = database.owner
        var logger = Logger(label: "test") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .error
        return Maintenance(configuration: configuration, logger: logger, clock: now, say: { _ in })
    }
}
