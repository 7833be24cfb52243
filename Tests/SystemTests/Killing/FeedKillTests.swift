import Foundation
import Glibc
import TestSupport
import Testing

extension SystemTests {
    /// The same for a hospital's feed: what was acknowledged is there, and there once.
    @Suite("Killed at random moments while a feed comes")
    struct FeedKillTests {
        @Test("a killed server has applied every acknowledged message, each once")
        func server() async throws {
            let directory = TestDirectory.unused()
            let mllpPort = try RawConnection.unusedPort()
            var server = try await ServerProcess.start(in: directory, mllpPort: mllpPort)
            let writers = try await underFeed(mllpPort) {
                for _ in 0..<KillTests.rounds {
                    try await KillTests.moment()
                    _ = Glibc.kill(server.pid, SIGKILL)
                    #expect(await server.ended() == -SIGKILL)
                    server = try await ServerProcess.start(in: directory, mllpPort: mllpPort)
                }
            }
            try await FeedComparison(TestDatabase(ofServerIn: directory)).compare(with: writers)
            try await KillTests.checkAtRest(server)
        }

        @Test("a server whose PostgreSQL was killed has applied every acknowledged message, each once")
        func postmaster() async throws {
            let directory = TestDirectory.unused()
            let mllpPort = try RawConnection.unusedPort()
            let server = try await ServerProcess.start(in: directory, mllpPort: mllpPort)
            let writers = try await underFeed(mllpPort) {
                for _ in 0..<KillTests.rounds {
                    try await KillTests.kill(\.postmaster, of: server)
                }
            }
            #expect(server.status == nil)
            try await FeedComparison(TestDatabase(ofServerIn: directory)).compare(with: writers)
            try await KillTests.checkAtRest(server)
        }

        /// Runs `body` while eight senders send; then each has its last message acknowledged.
        private func underFeed(_ port: Int, _ body: () async throws -> Void) async throws -> [FeedWriter.Result] {
            let over = Flag()
            let senders = (0..<8).map { number in
                Task { try await FeedWriter.run(number: number, port: port) { over.isUp } }
            }
            let result: Result<Void, any Error>
            do {
                try await body()
                result = .success(())
            } catch {
                result = .failure(error)
            }
            over.raise()
            var results: [FeedWriter.Result] = []
            for sender in senders { results.append(try await sender.value) }
            try result.get()
            return results
        }
    }
}
