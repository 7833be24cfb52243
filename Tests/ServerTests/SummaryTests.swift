import FHIR
import Testing

@Suite("Parts of resources: _summary and _elements")
struct SummaryTests {
    private static let text =
        #","text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">x</div>"}"#

    private func keys(_ node: JSONNode?) -> [String] { node?.members.map { $0.key.string } ?? [] }

    private func patient(_ mrn: String = unique()) async throws -> Reply {
        let reply = try await House.client.post(
            "Patient", Sample.patient(mrn: mrn, #","active":true,"maritalStatus":{"text":"m"}\#(Self.text)"#))
        try #require(reply.status == 201, "\(reply)")
        return reply
    }

    @Test("a read tells what is asked for, and says that it is a part")
    func read() async throws {
        let client = try await House.client
        let path = "Patient/\(try await patient().id)"
        for path in [path, "\(path)/_history/1"] {
            for (query, expected) in [
                ("_summary=true", ["identifier", "name", "active"]), ("_summary=text", ["active", "text"]),
                ("_summary=data", ["identifier", "name", "active", "maritalStatus"]),
                ("_elements=maritalStatus", ["active", "maritalStatus"]),
                ("_elements=Patient.name,id", ["name", "active"]),
            ] {
                let reply = try await client.get("\(path)?\(query)")
                #expect(reply.status == 200, "\(query): \(reply)")
                #expect(keys(reply.json) == ["resourceType", "id", "meta"] + expected, "\(query): \(reply)")
                #expect(reply["meta.tag.0.code"] == "SUBSETTED")
                #expect(reply["meta.versionId"] == "1")
                #expect(reply.header("ETag") == #"W/"1""#)
            }
            let whole = try await client.get("\(path)?_summary=false&_elements=")
            #expect(whole["meta.tag"] == nil)
            #expect(whole.count("meta.tag") == 0)
            #expect(keys(whole.json).count == 8)
        }
        let xml = try await client.get("\(path)?_summary=text&_format=xml")
        #expect(xml.text.contains(#"<code value="SUBSETTED"/>"#))
        #expect(!xml.text.contains("<name>"))
    }

    @Test("what cannot be told is refused before anything is done")
    func refused() async throws {
        let client = try await House.client
        let id = try await patient().id
        expectRefusal(try await client.get("Patient/\(id)?_summary=x"), 400, naming: "http._summary")
        expectRefusal(try await client.get("Patient/\(id)?_summary=count"), 400, naming: "http._summary")
        expectRefusal(try await client.get("Patient/\(id)?_elements=nam"), 400, naming: "name?")
        expectRefusal(try await client.get("Patient/\(id)?_elements=name.given"), 400, naming: "http._elements")
        let mrn = unique()
        expectRefusal(try await client.post("Patient?_summary=x", Sample.patient(mrn: mrn)), 400)
        #expect(try await client.get("Patient?identifier=\(mrn)")["total"] == "0")
    }

    @Test("answers to writes tell as much as is asked for; the record has all")
    func writes() async throws {
        let client = try await House.client
        let created = try await client.post("Patient?_elements=name", Sample.patient(mrn: unique()))
        #expect(created.status == 201)
        #expect(keys(created.json) == ["resourceType", "id", "meta", "name"])
        #expect(created["meta.tag.0.code"] == "SUBSETTED")
        let read = try await client.get("Patient/\(created.id)")
        #expect(read.count("identifier") == 1)
        #expect(read.count("meta.tag") == 0)
        let updated = try await client.put(
            "Patient/\(created.id)?_summary=text", Sample.patient(id: created.id, family: "Neu"))
        #expect(updated.status == 200)
        #expect(keys(updated.json) == ["resourceType", "id", "meta"])
    }

    @Test("a search tells parts of its matches, and next links keep what was asked")
    func search() async throws {
        let client = try await House.client
        let mrn = unique()
        for _ in 0..<2 { _ = try await patient(mrn) }
        let reply = try await client.get("Patient?identifier=\(mrn)&_elements=active&_count=1")
        #expect(keys(reply.json?.at("entry.0.resource")) == ["resourceType", "id", "meta", "active"])
        let next = try #require(reply.link("next"))
        #expect(next.contains("_elements=active"))
        let page = try await client.get(next)
        #expect(keys(page.json?.at("entry.0.resource")) == ["resourceType", "id", "meta", "active"])
        for summary in ["true", "text", "data"] {
            let reply = try await client.get("Patient?identifier=\(mrn)&_summary=\(summary)")
            #expect(reply["entry.0.resource.meta.tag.0.code"] == "SUBSETTED", "\(summary)")
            #expect(reply["entry.0.resource.maritalStatus.text"] == (summary == "data" ? "m" : nil))
            #expect(reply["total"] == "2")
        }
        expectRefusal(try await client.get("Patient?_elements=nam"), 400, naming: "name?")
        expectRefusal(try await client.get("Patient?_elements=name&_summary=true"), 400)
    }

    @Test("a history tells parts of its versions, or their number alone")
    func history() async throws {
        let client = try await House.client
        let id = try await patient().id
        _ = try await client.put("Patient/\(id)", Sample.patient(id: id, family: "Neu"))
        let reply = try await client.get("Patient/\(id)/_history?_summary=text")
        #expect(reply.count("entry") == 2)
        #expect(keys(reply.json?.at("entry.1.resource")) == ["resourceType", "id", "meta", "active", "text"])
        let count = try await client.get("Patient/\(id)/_history?_summary=count")
        #expect(count["total"] == "2")
        #expect(count.count("entry") == 0)
    }

    @Test("the capability statement too can be told in parts")
    func metadata() async throws {
        let client = try await House.client
        let reply = try await client.get("metadata?_elements=software")
        #expect(reply.status == 200)
        #expect(reply["software.name"] == "MediConnect")
        #expect(reply["fhirVersion"] == "4.0.1")
        #expect(reply.count("rest") == 0)
        #expect(reply["meta.tag.0.code"] == "SUBSETTED")
        #expect(try await client.get("metadata?_summary=true").count("rest") == 1)
        expectRefusal(try await client.get("metadata?_summary=x"), 400)
        expectRefusal(try await client.get("metadata?_elements=nothing"), 400)
    }
}
