import Foundation
import Glibc
import Synchronization
import TestSupport
import Testing

extension SystemTests {
    /// Nothing that was acknowledged is lost and nothing is applied twice, whatever is killed, and whenever.
    /// `MEDICONNECT_KILL_ROUNDS` says how often each is killed.
    @Suite("Killed at random moments")
    struct KillTests {
        static let rounds =
            ProcessInfo.processInfo.environment["MEDICONNECT_KILL_ROUNDS"].flatMap { Int($0) } ?? 2

        @Test("a killed server takes its PostgreSQL along, starts again, and has lost and doubled nothing")
        func server() async throws {
            let directory = TestDirectory.unused()
            var server = try await ServerProcess.start(in: directory)
            let port = server.port
            try await underLoad(server.client) { _ in
                for round in 0..<Self.rounds {
                    try await Self.moment()
                    _ = Glibc.kill(server.pid, SIGKILL)
                    #expect(await server.ended() == -SIGKILL)
                    // Every other time the next one starts while the last one's PostgreSQL is on its way out.
                    if round.isMultiple(of: 2) { #expect(await server.isDeserted(within: .seconds(10))) }
                    server = try await ServerProcess.start(in: directory, port: port)
                }
            } check: { ledger in
                try await ledger.compare(with: server.client)
            }
            try await Self.checkAtRest(server)
        }

        @Test(
            "when PostgreSQL is killed the server says so meanwhile, goes on by itself, and has lost and doubled nothing"
        )
        func postmaster() async throws {
            try await kill { $0.postmaster }
        }

        @Test("when one of PostgreSQL's backends is killed the server goes on, and has lost and doubled nothing")
        func backend() async throws {
            try await kill { $0.backends.randomElement() }
        }

        private func kill(_ victim: @escaping @Sendable (ServerProcess) -> pid_t?) async throws {
            let server = try await ServerProcess.start(in: TestDirectory.unused())
            try await underLoad(server.client) { ledger in
                for _ in 0..<Self.rounds {
                    try await Self.kill(victim, of: server)
                }
            } check: { ledger in
                #expect(await ledger.unavailable > 0, "nobody was told that the database was away")
                try await ledger.compare(with: server.client)
            }
            #expect(server.status == nil)
            try await Self.checkAtRest(server)
        }

        /// Runs `body` while several clients write, then waits until all they have sent is answered.
        private func underLoad(
            _ client: RecordClient, _ body: (Ledger) async throws -> Void,
            check: (Ledger) async throws -> Void
        ) async throws {
            let ledger = Ledger()
            let over = Flag()
            let writers = (0..<8).map { number in
                Task { try await Writer(number: number, client: client, ledger: ledger, isOver: { over.isUp }).run() }
            }
            let result: Result<Void, any Error>
            do {
                try await body(ledger)
                result = .success(())
            } catch {
                result = .failure(error)
            }
            over.raise()
            if case .failure = result { writers.forEach { $0.cancel() } }
            for writer in writers {
                if case .failure(let error) = await writer.result, case .success = result { throw error }
            }
            try result.get()
            try await check(ledger)
        }

        /// It stops when told, and its derived rows are what the record says.
        static func checkAtRest(_ server: ServerProcess) async throws {
            server.terminate()
            #expect(await server.ended() == 0, "\(server.output)")
            #expect(await server.isDeserted(within: .seconds(5)))
            let check = try await ServerProcess.run(["rebuild", "--check", "--data-dir", server.dataDirectory])
            #expect(check.status == 0, "\(check.output)")
        }

        /// Kills a process of a server at a random moment, and waits until the server answers again.
        static func kill(_ victim: (ServerProcess) -> pid_t?, of server: ServerProcess) async throws {
            try await moment()
            let pid = try #require(await found { victim(server) })
            #expect(Glibc.kill(pid, SIGKILL) == 0)
            #expect(await waited(.seconds(10)) { Glibc.kill(pid, 0) != 0 })
            #expect(
                await waited(.seconds(30)) { (try? await server.client.get("Patient/nobody").status) == 404 },
                "the server does not come back: \(server.output)")
        }

        static func moment() async throws {
            try await Task.sleep(for: .milliseconds(.random(in: 100...1800)))
        }

        private static func found(_ victim: () -> pid_t?) async -> pid_t? {
            var pid: pid_t?
            await waited(.seconds(30)) {
                pid = victim().flatMap { Glibc.kill($0, 0) == 0 ? $0 : nil }
                return pid != nil
            }
            return pid
        }
    }
}

/// Up once, up for good.
final class Flag: Sendable {
    private let value = Atomic<Bool>(false)

    var isUp: Bool { value.load(ordering: .acquiring) }

    func raise() { value.store(true, ordering: .releasing) }
}
