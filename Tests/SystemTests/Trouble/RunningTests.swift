import Foundation
import Glibc
import TestSupport
import Testing

extension SystemTests {
    /// Whatever comes over the wire, everybody else is answered.
    @Suite("A server that runs bears what comes")
    struct RunningTests {
        @Test("a body of 100 MB is refused with a sentence, whether its length is told before or not")
        func hugeBody() async throws {
            try await ServerProcess.with { server in
                for isChunked in [false, true] {
                    let answer = try Self.sendHugeBody(to: server.port, isChunked: isChunked)
                    #expect(answer.hasPrefix("HTTP/1.1 413 "), "\(answer)")
                    #expect(
                        answer.contains(
                            "The body is larger than the 64 MiB that this server takes at once; send it in parts."),
                        "\(answer)")
                }
                #expect(try await server.client.get("/health/live").status == 200)
            }
        }

        private static func sendHugeBody(to port: Int, isChunked: Bool) throws -> String {
            let connection = try RawConnection(port: port)
            let length = isChunked ? "Transfer-Encoding: chunked" : "Content-Length: \(100 << 20)"
            connection.send(
                "POST /fhir/Patient HTTP/1.1\r\nHost: x\r\nContent-Type: application/fhir+json\r\n\(length)\r\n\r\n")
            let block = [UInt8](repeating: 0x20, count: 1 << 20)
            let piece = isChunked ? Array("100000\r\n".utf8) + block + Array("\r\n".utf8) : block
            for _ in 0..<100 {
                if connection.send(piece) < piece.count { break }
            }
            return connection.receive()
        }

        /// `MEDICONNECT_IDLE_CONNECTIONS` says how many.
        @Test("thousands of connections that say nothing keep nobody from being answered")
        func idleConnections() async throws {
            let wanted =
                ProcessInfo.processInfo.environment["MEDICONNECT_IDLE_CONNECTIONS"].flatMap { Int($0) } ?? 2000
            // On a machine that allows for fewer, as many as that.
            let count = min(wanted, Self.raisedLimit() - 500)
            try await ServerProcess.with { server in
                var idle: [RawConnection] = []
                for _ in 0..<count { idle.append(try RawConnection(port: server.port)) }
                let content = Samples.patient("one", identifier: "one", number: 1)
                #expect(try await server.client.send("PUT", "Patient/one", content).status == 201)
                let start = ContinuousClock.now
                for _ in 0..<50 { #expect(try await server.client.get("Patient/one").status == 200) }
                #expect(ContinuousClock.now - start < .seconds(10))
                // They are connections still, not leftovers.
                let some = try #require(idle.randomElement())
                some.send("GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(some.receive().hasPrefix("HTTP/1.1 200 "))
            }
        }

        @Test("clients that send slowly or do not read keep nobody from being answered, nor the server from stopping")
        func slowClients() async throws {
            try await ServerProcess.with { server in
                // More than a connection's buffers hold.
                let large = Samples.patient("large", identifier: "large", number: 0, padding: 4 << 20)
                #expect(try await server.client.send("PUT", "Patient/large", large).status == 201)
                var slow: [RawConnection] = []
                for _ in 0..<32 {
                    let sender = try RawConnection(port: server.port)
                    sender.send(
                        "POST /fhir/Patient HTTP/1.1\r\nHost: x\r\nContent-Type: application/fhir+json\r\n"
                            + "Content-Length: 1000\r\n\r\n{")
                    let reader = try RawConnection(port: server.port)
                    reader.send("GET /fhir/Patient/large HTTP/1.1\r\nHost: x\r\n\r\n")
                    slow += [sender, reader]
                }
                let start = ContinuousClock.now
                for _ in 0..<20 { #expect(try await server.client.get("Patient/nobody").status == 404) }
                #expect(ContinuousClock.now - start < .seconds(10))
                server.terminate()
                #expect(await server.ended(within: .seconds(20)) == 0, "\(server.output)")
                slow.removeAll()
            }
        }

        @Test("what is no HTTP is refused, and the server goes on")
        func garbage() async throws {
            try await ServerProcess.with { server in
                for garbage in Garbage.allCases {
                    let connection = try RawConnection(port: server.port)
                    connection.send(garbage.bytes)
                    let answer = connection.receive()
                    let status = garbage == .endlessHeader ? 413 : 400
                    #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(garbage): \(answer)")
                }
                #expect(try await server.client.get("/health/ready").status == 200)
            }
        }

        enum Garbage: CaseIterable, Sendable {
            case text
            case tls
            case hl7
            case negativeLength
            case endlessHeader

            var bytes: [UInt8] {
                switch self {
                case .text: Array("garbage\r\n\r\n".utf8)
                case .tls: [0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3] + [UInt8](repeating: 0xaa, count: 500)
                case .hl7: [0x0b] + Array("MSH|^~\\&|A|B\r".utf8) + [0x1c, 0x0d]
                case .negativeLength: Array("POST /fhir/Patient HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n".utf8)
                case .endlessHeader:
                    Array("GET /fhir/Patient HTTP/1.1\r\nHost: x\r\nX: ".utf8)
                        + [UInt8](repeating: 0x61, count: 200_000)
                }
            }
        }

        @Test("told to stop under load, it answers what it has taken, ends with 0 and leaves no process")
        func termination() async throws {
            let directory = TestDirectory.unused()
            try await ServerProcess.with(in: directory) { server in
                let client = server.client
                let acknowledged = try await withThrowingTaskGroup(of: [String].self) { group in
                    for number in 0..<8 {
                        group.addTask {
                            var ids: [String] = []
                            for count in 0... {
                                let id = "t\(number)-\(count)"
                                let content = Samples.patient(id, identifier: id, number: count)
                                // When it stops, connections are refused or closed between two requests; an answer that
                                // comes is never an error.
                                guard let answer = try? await client.send("PUT", "Patient/\(id)", content) else {
                                    break
                                }
                                #expect(answer.status == 201, "\(answer)")
                                ids.append(id)
                            }
                            return ids
                        }
                    }
                    try await Task.sleep(for: .seconds(2))
                    server.terminate()
                    return try await group.reduce(into: []) { $0 += $1 }
                }
                #expect(await server.ended(within: .seconds(20)) == 0, "\(server.output)")
                #expect(await server.isDeserted(within: .seconds(5)))
                #expect(acknowledged.count > 8)
                try await ServerProcess.with(in: directory) { next in
                    let count = try await next.client.get("Patient?_summary=count").total ?? 0
                    // What was under way when its connection was closed may be there or not: one for each client.
                    #expect(acknowledged.count...acknowledged.count + 8 ~= count)
                    for id in acknowledged.suffix(50) {
                        #expect(try await next.client.get("Patient/\(id)").status == 200)
                    }
                }
            }
        }

        @Test(
            "on a full disk writes are refused with a sentence, nothing acknowledged is lost, and room is all it needs",
            .enabled(if: SmallDisk.isPossible, "mounting a small disk needs root"))
        func fullDisk() async throws {
            try await SmallDisk.with(megabytes: 160) { disk in
                try await ServerProcess.with(in: disk.path + "/data") { server in
                    let client = server.client
                    let create = { (number: Int) async throws -> RecordClient.Answer in
                        let id = "full-\(number)"
                        return try await client.send(
                            "PUT", "Patient/\(id)", Samples.patient(id, identifier: id, number: number, padding: 60_000)
                        )
                    }
                    #expect(try await create(0).status == 201)
                    try disk.fill(leaving: 300 << 10)
                    var written = 1
                    var refusal: RecordClient.Answer?
                    while refusal == nil, written < 5000 {
                        let answer = try await create(written)
                        if answer.status == 201 { written += 1 } else { refusal = answer }
                    }
                    let refused = try #require(refusal)
                    #expect(refused.status == 503, "\(refused)")
                    #expect(refused.diagnostics?.hasPrefix("The database has no space left") == true, "\(refused)")
                    #expect(refused.diagnostics?.hasSuffix("nothing was changed.") == true, "\(refused)")
                    // A read leaves an entry in the audit trail: it is answered as long as there is room for that.
                    let read = try await client.get("Patient/full-0")
                    #expect(read.status == 200 || read.status == 503 && read.diagnostics != nil, "\(read)")
                    #expect(server.status == nil)

                    disk.makeRoom()
                    #expect(await waited(.seconds(30)) { (try? await create(written).status) == 201 })
                    for number in 0...written {
                        #expect(try await client.get("Patient/full-\(number)").status == 200, "\(number)")
                    }
                    server.terminate()
                    #expect(await server.ended() == 0)
                }
            }
        }

        @Test("an external database that goes away is told with 503, and found again when it is back")
        func databaseAway() async throws {
            // The PostgreSQL of another server serves as the external one.
            let directory = TestDirectory.unused()
            var owner = try await ServerProcess.start(in: directory)
            let place = "host=\(directory)/run port=5432 dbname=mediconnect user="
            try await ServerProcess.with([
                "--database-url", place + "mediconnect_app", "--migrate-url", place + "mediconnect_owner",
            ]) { server in
                let content = Samples.patient("here", identifier: "here", number: 1)
                #expect(try await server.client.send("PUT", "Patient/here", content).status == 201)
                await owner.kill()
                let health = try await server.client.get("/health/ready")
                #expect(
                    health.status == 503 && health.text.hasPrefix("not ready: The database cannot be reached"),
                    "\(health)")
                #expect(try await server.client.get("/health/live").status == 200)
                for method in ["GET", "PUT"] {
                    let answer = try await server.client.send(method, "Patient/here", method == "PUT" ? content : nil)
                    #expect(answer.status == 503, "\(answer)")
                    #expect(answer.headers["retry-after"] != nil, "\(answer)")
                    #expect(answer.diagnostics?.hasPrefix("The database cannot be reached") == true, "\(answer)")
                }
                owner = try await ServerProcess.start(in: directory)
                #expect(await waited(.seconds(30)) { (try? await server.client.get("Patient/here").status) == 200 })
                #expect(try await server.client.get("Patient/here").version == 1)
                server.terminate()
                #expect(await server.ended() == 0, "\(server.output)")
            }
            await owner.kill()
        }

        /// The limit of open files, as high as this process may set it.
        private static func raisedLimit() -> Int {
            var limit = rlimit()
            guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1024 }
            limit.rlim_cur = limit.rlim_max
            setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            return Int(clamping: limit.rlim_cur)
        }
    }
}
