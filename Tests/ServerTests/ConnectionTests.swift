import TestSupport
import Testing

@Suite("HTTP connections")
struct ConnectionTests {
    @Test("requests sent without waiting are answered in their order")
    func pipelining() async throws {
        let client = try await House.client
        let connection = try RawConnection(port: client.port)
        let created = try await client.post("Patient", Sample.patient())
        for path in ["Patient/\(created.id)", "Patient/absent", "metadata?_format=json", "Patient/\(created.id)"] {
            connection.send("GET /fhir/\(path) HTTP/1.1\r\nHost: x\r\n\r\n")
        }
        connection.send("GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        let statuses = connection.receive(until: nil).split(separator: "HTTP/1.1 ").dropFirst(0).map { $0.prefix(3) }
        #expect(statuses == ["200", "404", "200", "200", "200"])
    }

    @Test("a request may come in pieces, byte by byte")
    func pieces() async throws {
        let connection = try RawConnection(port: try await House.client.port)
        let body = Sample.patient(family: "Stückwerk")
        let request =
            "POST /fhir/Patient HTTP/1.1\r\nHost: x\r\nContent-Type: application/fhir+json\r\n"
            + "Content-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)"
        for character in request { connection.send(String(character)) }
        let answer = connection.receive(until: nil)
        #expect(answer.hasPrefix("HTTP/1.1 201 "))
        #expect(answer.contains("Stückwerk"))
    }

    @Test("a body in chunks is one body")
    func chunks() async throws {
        let connection = try RawConnection(port: try await House.client.port)
        connection.send(
            "POST /fhir/Patient HTTP/1.1\r\nHost: x\r\nContent-Type: application/fhir+json\r\n"
                + "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n")
        for part in Array(Sample.patient()).chunks(of: 7) {
            let text = String(part)
            connection.send("\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n")
        }
        connection.send("0\r\n\r\n")
        #expect(connection.receive(until: nil).hasPrefix("HTTP/1.1 201 "))
    }

    @Test(
        "what is no HTTP is answered with 400 and an OperationOutcome, and the connection ends",
        arguments: [
            "hello\r\n\r\n", "GET /fhir/metadata HTTP/1.1\r\nHost: x\r\nContent-Length: minus one\r\n\r\n",
            "GET /fhir/metadata HTTP/1.1\r\nbad header\r\n\r\n", "\u{b}MSH|^~\\&|LAB\r\u{1c}\r",
            "POST /fhir HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n{}",
        ])
    func malformed(_ request: String) async throws {
        let client = try await House.client
        let connection = try RawConnection(port: client.port)
        connection.send(request)
        let answer = connection.receive(until: nil)
        #expect(answer.hasPrefix("HTTP/1.1 400 "))
        #expect(answer.lowercased().contains("connection: close"))
        #expect(answer.contains(#""resourceType":"OperationOutcome""#))
        #expect(try await client.get("/health/live").status == 200)
    }

    @Test("a client that has nothing more to say still gets its answer")
    func halfClose() async throws {
        let client = try await House.client
        let connection = try RawConnection(port: client.port)
        connection.send("GET /fhir/Patient?_count=1 HTTP/1.1\r\nHost: x\r\n\r\n")
        connection.finishSending()
        #expect(connection.receive(until: nil).hasPrefix("HTTP/1.1 200 "))
    }

    @Test("a connection that ends within a request writes nothing and harms nobody")
    func cutOff() async throws {
        let client = try await House.client
        let family = unique("Cut")
        for missing in [1, 20, 70, 120] {
            let connection = try RawConnection(port: client.port)
            let body = Sample.patient(family: family)
            let request =
                "POST /fhir/Patient HTTP/1.1\r\nHost: x\r\nContent-Type: application/fhir+json\r\n"
                + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
            connection.send(String(request.dropLast(missing)))
        }
        #expect(try await client.get("Patient?family=\(family)")["total"] == "0")
    }

    @Test("a client that asks for leave gets it, and where the body is too large a refusal before it sends")
    func expectation() async throws {
        try await House.with {
            $0.maximumBody = 64 * 1024
        } _: { house in
            let head = "POST /fhir/Patient HTTP/1.1\r\nHost: x\r\nContent-Type: application/fhir+json\r\n"
            let body = Sample.patient()
            let connection = try RawConnection(port: house.client.port)
            connection.send("\(head)Content-Length: \(body.utf8.count)\r\nExpect: 100-continue\r\n\r\n")
            #expect(connection.receive(until: "\r\n\r\n").hasPrefix("HTTP/1.1 100 "))
            connection.send(body)
            #expect(connection.receive(until: "}]}").hasPrefix("HTTP/1.1 201 "))

            let refused = try RawConnection(port: house.client.port)
            refused.send("\(head)Content-Length: 100000\r\nExpect: 100-continue\r\n\r\n")
            let answer = refused.receive(until: nil)
            #expect(answer.hasPrefix("HTTP/1.1 413 "))
            #expect(answer.contains("64 KiB"))
        }
    }

    @Test("a body that is too large is refused, announced or not, and the next request is answered")
    func tooLarge() async throws {
        try await House.with {
            $0.maximumBody = 64 * 1024
        } _: { house in
            let large = Sample.patient(family: String(repeating: "x", count: 70_000))
            let head = "POST /fhir/Patient HTTP/1.1\r\nHost: x\r\nContent-Type: application/fhir+json\r\n"
            for announced in [true, false] {
                let connection = try RawConnection(port: house.client.port)
                if announced {
                    connection.send("\(head)Content-Length: \(large.utf8.count)\r\n\r\n\(large)")
                } else {
                    let length = String(large.utf8.count, radix: 16)
                    connection.send("\(head)Transfer-Encoding: chunked\r\n\r\n\(length)\r\n\(large)\r\n0\r\n\r\n")
                }
                let answer = connection.receive(until: "}]}")
                #expect(answer.hasPrefix("HTTP/1.1 413 "))
                #expect(answer.contains("64 KiB"))
                connection.send("GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                #expect(connection.receive(until: nil).hasPrefix("HTTP/1.1 200 "))
            }
        }
    }

    @Test("a client of HTTP/1.0 gets its answer and the end of the connection, or keeps it where it asks to")
    func oldVersion() async throws {
        let client = try await House.client
        let once = try RawConnection(port: client.port)
        once.send("GET /health/live HTTP/1.0\r\n\r\n")
        #expect(once.receive(until: nil).hasSuffix("alive\n"))
        let kept = try RawConnection(port: client.port)
        for _ in 1...2 {
            kept.send("GET /health/live HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            #expect(kept.receive(until: "alive\n").lowercased().contains("connection: keep-alive"))
        }
    }

    @Test("a request line with a whole URL is understood as proxies send it")
    func absoluteForm() async throws {
        let connection = try RawConnection(port: try await House.client.port)
        connection.send(
            "GET http://proxy.example.org/fhir/metadata?_format=json HTTP/1.1\r\nHost: proxy.example.org\r\n"
                + "Connection: close\r\n\r\n")
        let answer = connection.receive(until: nil)
        #expect(answer.hasPrefix("HTTP/1.1 200 "))
        #expect(answer.contains("http://proxy.example.org/fhir"))
    }
}

extension Array {
    /// Pieces of at most `length` elements.
    fileprivate func chunks(of length: Int) -> [ArraySlice<Element>] {
        stride(from: 0, to: count, by: length).map { self[$0..<Swift.min($0 + length, count)] }
    }
}
