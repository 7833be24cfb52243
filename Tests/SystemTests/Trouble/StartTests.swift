import Foundation
import TestSupport
import Testing

extension SystemTests {
    /// Somebody stands before the machine: a sentence that says what to do, exit code 1, and nothing left running.
    @Suite("A server that cannot start says why")
    struct StartTests {
        @Test("the port is taken")
        func port() async throws {
            try await ServerProcess.with { server in
                let directory = TestDirectory.unused()
                let second = try await serve(directory, "--port", String(server.port))
                #expect(second.status == 1)
                #expect(
                    second.output.contains(
                        "Port \(server.port) on 127.0.0.1 is taken by another program. Stop it, or choose another with --port."
                    ), "\(second.output)")
                #expect(Processes.within(directory).isEmpty)
            }
        }

        @Test("the port for HL7 v2 is taken")
        func mllpPort() async throws {
            try await ServerProcess.with { server in
                let directory = TestDirectory.unused()
                let second = try await ServerProcess.run([
                    "serve", "--data-dir", directory, "--port", "0", "--mllp-port", String(server.port),
                ])
                #expect(second.status == 1)
                #expect(
                    second.output.contains(
                        "Port \(server.port) on 127.0.0.1 is taken by another program. Stop it, or choose another with --mllp-port."
                    ), "\(second.output)")
                #expect(Processes.within(directory).isEmpty)
            }
        }

        @Test("another server works on the data directory, and goes on undisturbed")
        func dataDirectory() async throws {
            try await ServerProcess.with { server in
                let second = try await serve(server.dataDirectory, "--port", "0")
                #expect(second.status == 1)
                #expect(
                    second.output.contains(
                        "Another MediConnect server (process \(server.pid)) uses the data directory "
                            + "\(server.dataDirectory). Stop it, or give this one a --data-dir of its own."),
                    "\(second.output)")
                #expect(try await server.client.get("/health/ready").status == 200)
            }
        }

        @Test("the data was made by another version of PostgreSQL")
        func version() async throws {
            let directory = TestDirectory.unused()
            let cluster = directory + "/postgres"
            try FileManager.default.createDirectory(atPath: cluster, withIntermediateDirectories: true)
            try "14\n".write(toFile: cluster + "/PG_VERSION", atomically: true, encoding: .utf8)
            let server = try await serve(directory, "--port", "0")
            #expect(server.status == 1)
            let sentences = server.output.split(separator: "was made by PostgreSQL 14, but only PostgreSQL ")
            #expect(sentences.count == 2, "said once: \(server.output)")
            #expect(server.output.contains("Install postgresql-14, or move the data over"), "\(server.output)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: cluster) == ["PG_VERSION"])
        }

        @Test("the external database is down")
        func databaseURL() async throws {
            let server = try await ServerProcess.run([
                "serve", "--database-url", "postgresql://nobody@127.0.0.1:1/record", "--port", "0", "--mllp-port", "0",
            ])
            #expect(server.status == 1)
            #expect(
                server.output.contains("The database that --database-url names cannot be reached"), "\(server.output)")
            #expect(server.output.contains("Connection refused"), "\(server.output)")
        }

        @Test("the disk is full", .enabled(if: SmallDisk.isPossible, "mounting a small disk needs root"))
        func disk() async throws {
            try await SmallDisk.with(megabytes: 20) { disk in
                let server = try await serve(disk.path + "/data", "--port", "0")
                #expect(server.status == 1)
                #expect(
                    server.output.contains(
                        "The disk that holds \(disk.path)/data is full. Make room; nothing that was acknowledged is lost."
                    ),
                    "\(server.output)")
                #expect(Processes.within(disk.path).isEmpty)
            }
        }

        private func serve(
            _ directory: String, _ arguments: String...
        ) async throws -> (status: Int32, output: String) {
            try await ServerProcess.run(["serve", "--data-dir", directory, "--mllp-port", "0"] + arguments)
        }
    }
}
