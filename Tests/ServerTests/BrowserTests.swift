import Testing

@Suite("Browsers and proxies")
struct BrowserTests {
    @Test("a browser's question is answered, and its request let through")
    func preflight() async throws {
        let client = try await House.client
        let asked = try await client.send(
            .OPTIONS, "Patient/1",
            [
                "Origin": "https://app.example", "Access-Control-Request-Method": "PUT",
                "Access-Control-Request-Headers": "content-type,if-match",
            ])
        #expect(asked.status == 204)
        #expect(asked.header("Access-Control-Allow-Origin") == "*")
        for method in ["GET", "POST", "PUT", "DELETE"] {
            #expect(asked.header("Access-Control-Allow-Methods")?.contains(method) == true)
        }
        for name in ["content-type", "if-match", "if-none-exist", "prefer", "authorization"] {
            #expect(asked.header("Access-Control-Allow-Headers")?.lowercased().contains(name) == true, "\(name)")
        }
        let read = try await client.get("Patient?_count=1", ["Origin": "https://app.example"])
        #expect(read.header("Access-Control-Allow-Origin") == "*")
        for name in ["ETag", "Location"] {
            #expect(read.header("Access-Control-Expose-Headers")?.contains(name) == true)
        }
        #expect(try await client.get("Patient?_count=1").header("Access-Control-Allow-Origin") == nil)
    }

    @Test("where origins are listed, others are not let through")
    func listedOrigins() async throws {
        try await House.with({ $0.allowedOrigins = ["https://ours.example"] }) { house in
            let ours = try await house.client.get("metadata", ["Origin": "https://ours.example"])
            #expect(ours.header("Access-Control-Allow-Origin") == "https://ours.example")
            #expect(ours.header("Vary")?.contains("Origin") == true)
            let theirs = try await house.client.get("metadata", ["Origin": "https://theirs.example"])
            #expect(theirs.header("Access-Control-Allow-Origin") == nil)
        }
    }

    @Test("links name the server as the proxy's client sees it")
    func forwarded() async throws {
        let client = try await House.client
        func base(_ headers: [String: String]) async throws -> String? {
            try await client.get("Patient?_id=x", headers).link("self")?.replacing("/Patient?_id=x", with: "")
        }
        #expect(try await base([:]) == client.base)
        #expect(
            try await base(["Forwarded": "for=192.0.2.1;proto=https;host=fhir.example.org"])
                == "https://fhir.example.org/fhir")
        #expect(
            try await base(["Forwarded": #"host="fhir.example.org:8443";proto=https, for=1.2.3.4;host=inner"#])
                == "https://fhir.example.org:8443/fhir")
        #expect(
            try await base(["X-Forwarded-Proto": "https", "X-Forwarded-Host": "fhir.example.org, inner"])
                == "https://fhir.example.org/fhir")
        #expect(
            try await base(
                [
                    "X-Forwarded-Proto": "https", "X-Forwarded-Host": "e.org", "X-Forwarded-Port": "8443",
                    "X-Forwarded-Prefix": "/hospital/",
                ]) == "https://e.org:8443/hospital/fhir")
        #expect(
            try await base(["X-Forwarded-Proto": "https", "X-Forwarded-Host": "e.org", "X-Forwarded-Port": "443"])
                == "https://e.org/fhir")
        let created = try await client.post(
            "Patient", Sample.patient(), ["Forwarded": "proto=https;host=fhir.example.org"])
        #expect(created.header("Location")?.hasPrefix("https://fhir.example.org/fhir/Patient/") == true)
    }

    @Test("values that no proxy sends do not get into links")
    func hostile() async throws {
        let client = try await House.client
        for headers in [
            ["X-Forwarded-Host": "evil.example/\"><script>"], ["Forwarded": "host=\"a b\";proto=https"],
            ["X-Forwarded-Proto": "javascript"], ["Forwarded": "proto=ftp;host=x"], ["X-Forwarded-Host": "a@b"],
            ["X-Forwarded-Host": "e.org", "X-Forwarded-Port": "80/x"], ["X-Forwarded-Host": ""],
            ["X-Forwarded-Host": "e.org", "X-Forwarded-Prefix": "\"><script>"],
            ["X-Forwarded-Host": "e.org", "X-Forwarded-Prefix": "//evil.example"],
            ["X-Forwarded-Host": "e.org", "X-Forwarded-Prefix": "/<script>"],
            ["X-Forwarded-Host": "e.org", "X-Forwarded-Prefix": "/a?b#c"],
        ] {
            let reply = try await client.get("Patient?_id=x", headers)
            let link = try #require(reply.link("self"))
            #expect(
                link == "\(client.base)/Patient?_id=x" || link == "http://e.org/fhir/Patient?_id=x",
                "\(headers): \(link)")
        }
    }

    @Test("a configured base is used whatever the headers say")
    func configuredBase() async throws {
        try await House.with({ $0.baseURL = "https://fhir.example.org/r4/" }) { house in
            let reply = try await house.client.get("Patient?_id=x", ["X-Forwarded-Host": "evil.example"])
            #expect(reply.link("self") == "https://fhir.example.org/r4/Patient?_id=x")
            let created = try await house.client.post("Patient", Sample.patient())
            #expect(created.header("Location")?.hasPrefix("https://fhir.example.org/r4/Patient/") == true)
            let observation = try await house.client.post(
                "Observation", Sample.observation(subject: "https://fhir.example.org/r4/Patient/\(created.id)"))
            let found = try await house.client.get("Observation?subject=Patient/\(created.id)")
            #expect(found.ids == [observation.id])
        }
    }

    @Test("the request's id comes back, cut to a length, also with a refusal")
    func requestID() async throws {
        let client = try await House.client
        let id = unique("req")
        #expect(try await client.get("Patient?_id=x", ["X-Request-Id": id]).header("X-Request-Id") == id)
        #expect(try await client.get("Nothing", ["X-Request-Id": id]).header("X-Request-Id") == id)
        let long = String(repeating: "a", count: 1000)
        #expect((try await client.get("metadata", ["X-Request-Id": long]).header("X-Request-Id")?.count ?? 0) <= 128)
    }
}
