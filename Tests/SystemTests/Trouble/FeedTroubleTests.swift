import Foundation
import TestSupport
import Testing

extension SystemTests {
    /// A sender is told to come again, and nothing is final, while the database is away.
    @Suite("A feed while the database is away")
    struct FeedTroubleTests {
        @Test("messages are put off with AR 207 after a bounded wait, on both links, and taken when they come again")
        func away() async throws {
            try await withExternalDatabase { server, mllpPort, database in
                await database.stop()
                for link in Link.allCases {
                    let start = ContinuousClock.now
                    let answer = try await link.send(Self.admission(link.name, 1), server, mllpPort)
                    #expect(answer.contains("\rMSA|AR|\(link.name)1\r"), "\(answer)")
                    #expect(answer.contains("|207^"), "\(answer)")
                    // Bounded, far below what a sender waits; not a measurement.
                    #expect(ContinuousClock.now - start < .seconds(30))
                }
                try await database.start()
                #expect(
                    await waited(.seconds(30)) { (try? await server.client.get("Patient?_count=1").status) == 200 })
                #expect(try await server.client.get("Patient?_summary=count").total == 0)
                for link in Link.allCases {
                    let answer = try await link.send(Self.admission(link.name, 1), server, mllpPort)
                    #expect(answer.contains("\rMSA|AA|\(link.name)1\r"), "\(answer)")
                }
                #expect(try await server.client.get("Patient?_summary=count").total == Link.allCases.count)
            }
        }

        @Test("a message that comes while the database starts again is taken, without a refusal")
        func backInTime() async throws {
            try await withExternalDatabase { server, mllpPort, database in
                for link in Link.allCases {
                    await database.stop()
                    async let answer = link.send(Self.admission(link.name, 1), server, mllpPort)
                    // By now it is on its way and has found nobody.
                    try await Task.sleep(for: .milliseconds(500))
                    try await database.start()
                    #expect(try await answer.contains("\rMSA|AA|\(link.name)1\r"))
                }
                #expect(try await server.client.get("Patient?_summary=count").total == Link.allCases.count)
            }
        }

        /// The ways a message comes.
        private enum Link: CaseIterable {
            case mllp
            case http

            var name: String { "\(self)".uppercased() }

            func send(_ message: String, _ server: ServerProcess, _ mllpPort: Int) async throws -> String {
                switch self {
                case .mllp:
                    return try await MLLPConversation.send([[Array(message.utf8)]], to: mllpPort)[0][0]
                case .http:
                    let answer = try await server.client.send(
                        "POST", "/hl7v2", message, ["Content-Type": "application/hl7-v2"])
                    #expect(answer.status == 200, "\(answer)")
                    return answer.text
                }
            }
        }

        private static func admission(_ name: String, _ number: Int) -> String {
            "MSH|^~\\&|TROUBLE|T|MC|X|20260301010000||ADT^A01|\(name)\(number)|P|2.5\rEVN|A01|20260301010000\r"
                + "PID|1||M\(name)^^^T^MR||Muster^Anna||19700101|F\r"
                + "PV1|1|I|WARD^R1^\(name)^T||||||||||||||||V\(name)^^^T^VN\r"
        }

        /// Runs `body` with a server whose database is another server's PostgreSQL, which can be taken away.
        private func withExternalDatabase(
            _ body: (ServerProcess, Int, ExternalDatabase) async throws -> Void
        ) async throws {
            let database = try await ExternalDatabase()
            let mllpPort = try RawConnection.unusedPort()
            do {
                try await ServerProcess.with(mllpPort: mllpPort, database.options) { server in
                    try await body(server, mllpPort, database)
                }
            } catch {
                await database.stop()
                throw error
            }
            await database.stop()
        }
    }
}

/// The PostgreSQL of a server of its own, as the external one of another.
private actor ExternalDatabase {
    private let directory = TestDirectory.unused()
    private var owner: ServerProcess?

    init() async throws {
        owner = try await ServerProcess.start(in: directory)
    }

    nonisolated var options: [String] {
        let database = TestDatabase(ofServerIn: directory)
        return ["--database-url", database.application, "--migrate-url", database.owner]
    }

    func start() async throws {
        owner = try await ServerProcess.start(in: directory)
    }

    func stop() async {
        await owner?.kill()
        owner = nil
    }
}
