import FHIR
import NIOHTTP1
import Testing

@Suite("Where requests go")
struct RoutingTests {
    @Test("a type that R4 does not have is 404, with the nearest name")
    func unknownTypes() async throws {
        let client = try await House.client
        expectRefusal(try await client.get("Patientt"), 404, naming: "Patient?")
        expectRefusal(try await client.get("patient/1"), 404, naming: "Patient?")
        expectRefusal(try await client.post("Observaton", "{}"), 404, naming: "Observation?")
        expectRefusal(try await client.get("Xyzzyqqqq/1"), 404, naming: "Xyzzyqqqq")
    }

    @Test("Parameters and OperationOutcome are never stored")
    func neverStored() async throws {
        let client = try await House.client
        for type in ["Parameters", "OperationOutcome"] {
            expectRefusal(try await client.get("\(type)/1"), 404, naming: type)
            expectRefusal(try await client.post(type, #"{"resourceType":"\#(type)"}"#), 404, naming: type)
            expectRefusal(
                try await client.put("\(type)/1", #"{"resourceType":"\#(type)","id":"1"}"#), 404, naming: type)
        }
    }

    @Test("every other type of R4 can be created, read, searched and deleted")
    func everyType() async throws {
        let client = try await House.client
        for type in ["Bundle", "Binary", "Basic", "List", "Linkage", "StructureMap", "VisionPrescription"] {
            let reply = try await client.get(type)
            #expect(reply.status == 200, "\(type)")
            #expect(reply["type"] == "searchset")
        }
        let list = try await client.post("List", #"{"resourceType":"List","status":"current","mode":"working"}"#)
        #expect(list.status == 201)
        #expect(try await client.get("List/\(list.id)").status == 200)
        #expect(try await client.delete("List/\(list.id)").status == 204)
    }

    @Test("audit events are created and read, never changed or deleted")
    func auditIsAppendOnly() async throws {
        let client = try await House.client
        let event =
            #"{"resourceType":"AuditEvent","type":{"code":"rest"},"recorded":"2026-01-01T00:00:00Z","#
            + #""agent":[{"requestor":true}],"source":{"observer":{"display":"x"}}}"#
        let created = try await client.post("AuditEvent", event)
        #expect(created.status == 201, "\(created)")
        let path = "AuditEvent/\(created.id)"
        #expect(try await client.get(path).status == 200)
        let changed = event.replacing(
            #""resourceType":"AuditEvent""#, with: #""resourceType":"AuditEvent","id":"\#(created.id)""#)
        expectRefusal(try await client.put(path, changed), 405)
        expectRefusal(try await client.delete(path), 405)
        expectRefusal(try await client.put("AuditEvent/entry-1", changed), 405)
        expectRefusal(try await client.delete("AuditEvent/entry-1"), 405)
        #expect(try await client.get(path).version == "1")
        let bundle = Sample.bundle("transaction", [Sample.entry("DELETE", path)])
        expectRefusal(try await client.post("", bundle), 405, naming: "Bundle.entry[0]")
    }

    @Test("a method that a place does not have is 405, and the answer says which it has")
    func methods() async throws {
        let client = try await House.client
        for (method, path) in [
            (HTTPMethod.POST, "Patient/1"), (.DELETE, ""), (.PUT, ""), (.POST, "metadata"), (.GET, "Patient/$validate"),
            (.POST, "Patient/1/_history"), (.POST, "_history"), (.DELETE, "Patient/_history"),
            (.PUT, "Patient/1/_history/1"), (.TRACE, "Patient/1"),
        ] {
            let reply = try await client.send(
                method, path, body: method == .GET || method == .TRACE ? nil : Array("{}".utf8))
            expectRefusal(reply, 405)
            #expect(reply.header("Allow")?.isEmpty == false, "\(method) \(path): Allow is missing (RFC 9110 §15.5.6)")
        }
    }

    @Test("what is not there yet is 404 and named")
    func unsupported() async throws {
        let client = try await House.client
        for path in ["Patient/1/$nonsense", "$nonsense", "_history/1", "Patient/1/x"] {
            expectRefusal(try await client.get(path), 404)
        }
        expectRefusal(try await client.get("/nothing/here"), 404, naming: "/nothing/here")
    }

    @Test("slashes at the end and doubled change nothing")
    func slashes() async throws {
        let client = try await House.client
        let created = try await client.post("Patient/", Sample.patient())
        #expect(created.status == 201)
        #expect(try await client.get("Patient/\(created.id)/").status == 200)
        #expect(try await client.get("metadata/").status == 200)
    }
}
