import FHIR
import Testing

@Suite("Patch")
struct PatchTests {
    private func patient() async throws -> (client: Client, path: String) {
        let client = try await House.client
        let id = unique()
        _ = try await client.put(
            "Patient/\(id)",
            #"{"resourceType":"Patient","id":"\#(id)","active":true,"name":[{"family":"Alt","given":["Eva"]}]}"#)
        return (client, "Patient/\(id)")
    }

    private func patch(
        _ client: Client, _ path: String, _ body: String, as type: String = "application/json-patch+json",
        _ headers: [String: String] = [:]
    ) async throws -> Reply {
        try await client.send(
            .PATCH, path, body: Array(body.utf8), headers.merging(["Content-Type": type]) { first, _ in first })
    }

    @Test("JSON Patch, XML Patch and FHIRPath Patch change a resource and make a version")
    func formats() async throws {
        let (client, path) = try await patient()
        let json = try await patch(client, path, #"[{"op":"replace","path":"/name/0/family","value":"Jay"}]"#)
        #expect(json.status == 200, "\(json)")
        #expect(json["name.0.family"] == "Jay")
        #expect(json.version == "2")
        #expect(json.header("ETag") == "W/\"2\"")
        let xml = try await patch(
            client, path,
            #"<diff xmlns:f="http://hl7.org/fhir"><replace sel="f:Patient/f:name/f:family/@value">Ix</replace></diff>"#,
            as: "application/xml-patch+xml")
        #expect(xml.status == 200, "\(xml)")
        #expect(xml["name.0.family"] == "Ix")
        let parameters = """
            {"resourceType":"Parameters","parameter":[{"name":"operation","part":[{"name":"type","valueCode":"replace"},
            {"name":"path","valueString":"Patient.name[0].family"},{"name":"value","valueString":"Path"}]}]}
            """
        let fhirpath = try await patch(client, path, parameters, as: "application/fhir+json")
        #expect(fhirpath.status == 200, "\(fhirpath)")
        #expect(fhirpath["name.0.family"] == "Path")
        #expect(fhirpath["name.0.given.0"] == "Eva")
        #expect(try await client.get(path).version == "4")
        let history = try await client.get(path + "/_history")
        #expect(history["entry.0.request.method"] == "PATCH", "\(history)")
    }

    @Test("If-Match must name the current version")
    func ifMatch() async throws {
        let (client, path) = try await patient()
        let change = #"[{"op":"replace","path":"/active","value":false}]"#
        expectRefusal(try await patch(client, path, change, ["If-Match": "W/\"7\""]), 412)
        #expect(try await patch(client, path, change, ["If-Match": "W/\"1\""]).status == 200)
        expectRefusal(try await patch(client, path, change, ["If-Match": "W/\"1\""]), 412)
        #expect(try await client.get(path).version == "2")
    }

    @Test("a failed test, a place that is not there and an invalid result change nothing, and say why")
    func refusals() async throws {
        let (client, path) = try await patient()
        expectRefusal(
            try await patch(client, path, #"[{"op":"test","path":"/active","value":false}]"#), 422, naming: "/active")
        expectRefusal(try await patch(client, path, #"[{"op":"remove","path":"/gender"}]"#), 422, naming: "/gender")
        expectRefusal(
            try await patch(client, path, #"[{"op":"add","path":"/gender","value":"x"}]"#), 400,
            naming: "Patient.gender")
        expectRefusal(try await patch(client, path, #"[{"op":"replace","path":"/id","value":"other"}]"#), 422)
        expectRefusal(try await patch(client, path, #"[{"op":"fly"}]"#), 400)
        expectRefusal(try await patch(client, path, "["), 400)
        expectRefusal(try await patch(client, path, "x", as: "text/plain"), 415, naming: "application/json-patch+json")
        expectRefusal(
            try await patch(client, "Patient/\(unique())", #"[{"op":"remove","path":"/active"}]"#), 404)
        #expect(try await client.get(path).version == "1")
        _ = try await client.delete(path)
        expectRefusal(try await patch(client, path, #"[{"op":"remove","path":"/active"}]"#), 410)
    }

    @Test("patches that come at once are all applied")
    func concurrent() async throws {
        let (client, path) = try await patient()
        try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<4 {
                group.addTask {
                    try await patch(
                        client, path, #"[{"op":"add","path":"/name/-","value":{"family":"N\#(number)"}}]"#
                    ).status
                }
            }
            for try await status in group { #expect(status == 200) }
        }
        let read = try await client.get(path)
        #expect(read.count("name") == 5)
        #expect(read.version == "5")
    }

    @Test("an audit event cannot be patched")
    func audit() async throws {
        let client = try await House.client
        let event =
            #"{"resourceType":"AuditEvent","type":{"code":"rest"},"recorded":"2026-01-01T00:00:00Z","#
            + #""agent":[{"requestor":true}],"source":{"observer":{"display":"x"}}}"#
        let created = try await client.post("AuditEvent", event)
        expectRefusal(
            try await patch(client, "AuditEvent/\(created.id)", #"[{"op":"remove","path":"/outcome"}]"#), 405)
    }

    @Test("a patch by criteria changes the one match; none is 404 and several are 412")
    func conditional() async throws {
        let client = try await House.client
        let (mrn, many) = (unique(), unique())
        let change = #"[{"op":"replace","path":"/name/0/family","value":"Neu"}]"#
        expectRefusal(try await patch(client, "Patient?identifier=\(mrn)", change), 404)
        let created = try await client.post("Patient", Sample.patient(mrn: mrn))
        let patched = try await patch(client, "Patient?identifier=\(mrn)", change)
        #expect(patched.status == 200, "\(patched)")
        #expect(patched.id == created.id)
        #expect(patched.version == "2")
        #expect(patched["name.0.family"] == "Neu")
        expectRefusal(try await patch(client, "Patient?identifier=\(mrn)", change, ["If-Match": "W/\"1\""]), 412)
        for _ in 0..<2 { _ = try await client.post("Patient", Sample.patient(mrn: many)) }
        expectRefusal(try await patch(client, "Patient?identifier=\(many)", change), 412)
        expectRefusal(try await patch(client, "Patient?identifier=", change), 412)
    }

    @Test("thirty patches that come at once are all applied, by id and by criteria")
    func manyAtOnce() async throws {
        let client = try await House.client
        let mrn = unique()
        let created = try await client.post("Patient", Sample.patient(mrn: mrn))
        try await withThrowingTaskGroup(of: Reply.self) { group in
            for number in 0..<30 {
                let path = number % 3 == 0 ? "Patient?identifier=\(mrn)" : "Patient/\(created.id)"
                group.addTask {
                    try await patch(
                        client, path, #"[{"op":"add","path":"/name/-","value":{"family":"N\#(number)"}}]"#)
                }
            }
            for try await reply in group { #expect(reply.status == 200, "\(reply)") }
        }
        let read = try await client.get("Patient/\(created.id)")
        #expect(read.count("name") == 31)
        #expect(read.version == "31")
    }
}
