import FHIR
import Testing

@Suite("The capability statement")
struct CapabilityTests {
    private func statement() async throws -> Reply { try await House.client.get("metadata") }

    @Test("it is valid R4 and says which version it speaks")
    func valid() async throws {
        let reply = try await statement()
        #expect(reply.status == 200)
        let (_, issues) = ShapeValidator.validate(try JSONDocument.parse(reply.body), as: .capabilityStatement)
        #expect(issues.isEmpty, "\(issues)")
        #expect(reply["fhirVersion"] == "4.0.1")
        #expect(reply["kind"] == "instance")
        #expect(reply["rest.0.mode"] == "server")
        #expect(reply["implementation.url"] == (try await House.client.base))
    }

    @Test("it lists every type that is stored, and no other")
    func types() async throws {
        let reply = try await statement()
        let listed = try #require(reply.json?.at("rest.0.resource")).elements.compactMap { $0["type"]?.string }
        let stored = ResourceType.all.map(\.name).filter { $0 != "Parameters" && $0 != "OperationOutcome" }
        #expect(Set(listed) == Set(stored))
        #expect(listed.count == stored.count)
    }

    @Test("audit events are neither changed nor deleted, and it does not claim that they are")
    func claims() async throws {
        let client = try await House.client
        let resources = try #require(try await statement().json?.at("rest.0.resource"))
        let audit = try #require(resources.elements.first { $0["type"]?.string == "AuditEvent" })
        let offered = audit.elements("interaction").compactMap { $0["code"]?.string }
        #expect(Set(offered) == ["read", "vread", "create", "history-instance", "search-type"])
        expectRefusal(try await client.get("metadata?_format=ttl"), 406)
    }
}

@Suite("What an operator asks")
struct OperationsTests {
    @Test("alive and ready are said plainly")
    func health() async throws {
        let client = try await House.client
        let live = try await client.get("/health/live")
        #expect(live.status == 200)
        #expect(live.text == "alive\n")
        let ready = try await client.get("/health/ready")
        #expect(ready.status == 200)
        #expect(ready.text == "ready\n")
        #expect(try await client.head("/health/ready").status == 200)
        #expect(try await client.get("/").text.contains("/fhir/metadata"))
        expectRefusal(try await client.post("/health/live", ""), 405)
    }

    @Test("metrics count requests by interaction and status, in Prometheus' format")
    func metrics() async throws {
        try await House.with { house in
            let client = house.client
            let created = try await client.post("Patient", Sample.patient())
            for _ in 0..<3 { _ = try await client.get("Patient/\(created.id)") }
            _ = try await client.get("Patient/\(unique())")
            let reply = try await client.get("/metrics")
            #expect(reply.header("Content-Type")?.hasPrefix("text/plain; version=0.0.4") == true)
            let lines = reply.text.split(separator: "\n").map(String.init)
            #expect(lines.contains(#"mediconnect_fhir_requests_total{interaction="read",status="200"} 3"#))
            #expect(lines.contains(#"mediconnect_fhir_requests_total{interaction="read",status="404"} 1"#))
            #expect(lines.contains(#"mediconnect_fhir_requests_total{interaction="create",status="201"} 1"#))
            #expect(lines.contains(#"mediconnect_fhir_request_seconds_count{interaction="read"} 4"#))
            #expect(lines.contains(#"mediconnect_fhir_request_seconds_bucket{interaction="read",le="+Inf"} 4"#))
            for line in lines where !line.hasPrefix("#") {
                #expect(line.split(separator: " ").last.flatMap { Double($0) } != nil, "\(line)")
            }
        }
    }

    @Test("a server whose database is gone says so, and refuses with a plain sentence")
    func databaseGone() async throws {
        try await House.with { house in
            let created = try await house.client.post("Patient", Sample.patient())
            try await house.database.drop()
            let ready = try await house.client.get("/health/ready")
            #expect(ready.status == 503)
            #expect(ready.text.hasPrefix("not ready: "))
            #expect(try await house.client.get("/health/live").status == 200)
            let read = try await house.client.get("Patient/\(created.id)")
            expectRefusal(read, 503)
            #expect(read.header("Retry-After") != nil)
            expectRefusal(try await house.client.post("Patient", Sample.patient()), 503)
        }
    }
}
