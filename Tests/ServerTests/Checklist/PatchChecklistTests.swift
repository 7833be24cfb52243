import FHIR
import NIOHTTP1
import Testing

/// http.html#patch, #3.1.0.8.1
@Suite("Checklist: patch and conditional patch")
struct PatchChecklistTests {
    private let change = #"[{"op":"replace","path":"/active","value":false}]"#

    private func patch(_ client: Client, _ path: String, _ body: String) async throws -> Reply {
        try await client.send(
            .PATCH, path, body: Array(body.utf8), ["Content-Type": "application/json-patch+json"])
    }

    @Test("a conditional patch changes one match; none is 404, several are 412")
    func conditional() async throws {
        let client = try await House.client
        let mrn = unique()
        let criteria = "Patient?identifier=\(Sample.system)%7C\(mrn)"
        expectRefusal(try await patch(client, criteria, change), 404)
        let id = try await client.make("Patient", Sample.patient(mrn: mrn, #","active":true"#))
        let one = try await patch(client, criteria, change)
        #expect(one.status == 200, "\(one)")
        #expect(one.id == id && one.version == "2" && one["active"] == "false")
        _ = try await client.make("Patient", Sample.patient(mrn: mrn, #","active":true"#))
        expectRefusal(try await patch(client, criteria, change), 412)
    }

    @Test("a patch that changes nothing succeeds and makes no version")
    func unchanged() async throws {
        let client = try await House.client
        let id = try await client.make("Patient", Sample.patient(#","active":false"#))
        let reply = try await patch(client, "Patient/\(id)", change)
        #expect(reply.status == 200, "\(reply)")
        #expect(reply.version == "1")
    }

    @Test("a patch of what is not there is 404, of what is gone 410 or 404, and an empty one 400")
    func refusals() async throws {
        let client = try await House.client
        expectRefusal(try await patch(client, "Patient/\(unique())", change), 404)
        let id = try await client.make("Patient", Sample.patient())
        expectRefusal(try await patch(client, "Patient/\(id)", ""), 400)
        _ = try await client.delete("Patient/\(id)")
        let gone = try await patch(client, "Patient/\(id)", change)
        #expect([404, 410].contains(gone.status), "\(gone)")
    }

    @Test("offsets and precisions of dates, and whatever is not patched, stay as they were")
    func untouched() async throws {
        let client = try await House.client
        let id = try await client.make(
            "Observation",
            Sample.observation(
                value: "7.20", #","effectiveDateTime":"2024-02-29T13:30:00.10+05:30","issued":"2024-02-29T13:30:00.1Z""#
            ))
        let reply = try await patch(
            client, "Observation/\(id)", #"[{"op":"replace","path":"/status","value":"amended"}]"#)
        #expect(reply["status"] == "amended", "\(reply)")
        #expect(reply["effectiveDateTime"] == "2024-02-29T13:30:00.10+05:30")
        #expect(reply["issued"] == "2024-02-29T13:30:00.1Z")
        #expect(reply["valueQuantity.value"] == "7.20")
    }

    @Test("in a transaction and in a batch a patch is a Binary of its content type, or Parameters")
    func inBundles() async throws {
        let client = try await House.client
        let parameters = """
            {"resourceType":"Parameters","parameter":[{"name":"operation","part":[{"name":"type","valueCode":"replace"},
            {"name":"path","valueString":"Patient.name[0].family"},{"name":"value","valueString":"Path"}]}]}
            """
        // [{"op":"replace","path":"/name/0/family","value":"Json"}]
        let data = "W3sib3AiOiJyZXBsYWNlIiwicGF0aCI6Ii9uYW1lLzAvZmFtaWx5IiwidmFsdWUiOiJKc29uIn1d"
        let binary = #"{"resourceType":"Binary","contentType":"application/json-patch+json","data":"\#(data)"}"#
        for type in ["transaction", "batch"] {
            let ids = [
                try await client.make("Patient", Sample.patient()), try await client.make("Patient", Sample.patient()),
            ]
            let reply = try await client.post(
                "",
                Sample.bundle(
                    type,
                    [
                        Sample.entry("PATCH", "Patient/\(ids[0])", parameters),
                        Sample.entry("PATCH", "Patient/\(ids[1])", binary),
                    ]))
            #expect(reply.status == 200, "\(reply)")
            #expect(reply["entry.0.response.status"]?.hasPrefix("200") == true, "\(reply)")
            #expect(try await client.get("Patient/\(ids[0])")["name.0.family"] == "Path")
            #expect(try await client.get("Patient/\(ids[1])")["name.0.family"] == "Json")
        }
    }
}
