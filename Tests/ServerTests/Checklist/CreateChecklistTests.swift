import FHIR
import Testing

/// http.html#create, #ccreate, #ops (Prefer), provenance.html#header
@Suite("Checklist: create")
struct CreateChecklistTests {
    @Test("narrative that could act is refused: script, event handlers, links that run")
    func narrative() async throws {
        let client = try await House.client
        for body in [
            "<script>alert(1)</script>", "<p onclick=\\\"x()\\\">x</p>", "<a href=\\\"javascript:x()\\\">x</a>",
            "<iframe src=\\\"http://evil.example\\\"/>", "<form action=\\\"x\\\"/>",
        ] {
            let text =
                #","text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">\#(body)</div>"}"#
            let reply = try await client.post("Patient", Sample.patient(text))
            expectRefusal(reply, 400)
            #expect(reply.expressions.contains { $0.hasPrefix("Patient.text") }, "\(reply)")
        }
    }

    @Test("what a url or an id brings is never executed and never an error of the server")
    func hostilePlaces() async throws {
        let client = try await House.client
        for place in ["%3Cscript%3Ealert(1)%3C%2Fscript%3E", "Patient/%3Cscript%3E", "Patient/..%2F..%2Fetc", "%00"] {
            let reply = try await client.get(place)
            #expect([400, 404].contains(reply.status), "\(place): \(reply)")
            #expect(reply.header("Content-Type")?.contains("html") == false)
        }
        let reply = try await client.put("Patient/a_b", Sample.patient(id: "a_b"))
        expectRefusal(reply, 400)
    }

    @Test("a modifierExtension that is not known is kept")
    func modifierExtension() async throws {
        let client = try await House.client
        let id = try await client.make(
            "Patient", Sample.patient(#","modifierExtension":[{"url":"http://e.example/not","valueBoolean":true}]"#))
        #expect(try await client.get("Patient/\(id)")["modifierExtension.0.url"] == "http://e.example/not")
    }

    @Test("X-Provenance makes a Provenance that leads to the new version, one that is malformed makes nothing")
    func provenance() async throws {
        let client = try await House.client
        let header =
            #"{"resourceType":"Provenance","recorded":"2026-01-01T00:00:00Z","agent":[{"who":{"display":"Ward 7"}}]}"#
        let made = try await client.post("Patient", Sample.patient(), ["X-Provenance": header])
        #expect(made.status == 201, "\(made)")
        let found = try await client.get("Provenance?target=Patient/\(made.id)")
        #expect(found.resources.count == 1, "\(found)")
        #expect(
            found.resources.first?.at("target.0.reference")?.string?.hasPrefix("Patient/\(made.id)") == true,
            "\(found)")
        #expect(found.resources.first?.at("agent.0.who.display")?.string == "Ward 7")
        let mrn = unique()
        for broken in ["{", #"{"resourceType":"Patient"}"#, #"{"resourceType":"Provenance"}"#] {
            expectRefusal(
                try await client.post("Patient", Sample.patient(mrn: mrn), ["X-Provenance": broken]), 400)
        }
        try await client.expect("Patient?identifier=\(mrn)", finds: [])
    }

    @Test("a conditional create that finds one answers as Prefer asks, with the headers of what was found")
    func conditionalPrefer() async throws {
        let client = try await House.client
        let mrn = unique()
        let made = try await client.post("Patient", Sample.patient(mrn: mrn))
        let condition = "identifier=\(Sample.system)|\(mrn)"
        let whole = try await client.post(
            "Patient", Sample.patient(mrn: mrn, family: "Other"),
            ["If-None-Exist": condition, "Prefer": "return=representation"])
        #expect(whole.status == 200, "\(whole)")
        #expect(whole.id == made.id)
        #expect(whole["name.0.family"] == "Muster")
        #expect(whole.header("ETag") == made.header("ETag"))
        #expect(whole.header("Location") == made.header("Location"))
        let little = try await client.post(
            "Patient", Sample.patient(mrn: mrn), ["If-None-Exist": condition, "Prefer": "return=minimal"])
        #expect(little.status == 200 && little.body.isEmpty, "\(little)")
        let told = try await client.post(
            "Patient", Sample.patient(mrn: mrn), ["If-None-Exist": condition, "Prefer": "return=OperationOutcome"])
        #expect(told.status == 200 && told["resourceType"] == "OperationOutcome", "\(told)")
    }
}
