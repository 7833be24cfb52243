import FHIR
import Testing

@Suite("Reading a resource and its versions")
struct ReadTests {
    @Test("a resource that was created is read back with its version in body and headers")
    func read() async throws {
        let client = try await House.client
        let created = try await client.post("Patient", Sample.patient(family: "Zwingli"))
        let read = try await client.get("Patient/\(created.id)")
        #expect(read.status == 200)
        #expect(read["resourceType"] == "Patient")
        #expect(read["name.0.family"] == "Zwingli")
        #expect(read.id == created.id)
        #expect(read.version == "1")
        #expect(read.header("ETag") == "W/\"1\"")
        #expect(read.header("Last-Modified")?.hasSuffix(" GMT") == true)
        #expect(read.header("Content-Type") == "application/fhir+json; charset=utf-8")
        #expect(read["meta.lastUpdated"] == created["meta.lastUpdated"])
    }

    @Test("every version of a resource stays readable by its number")
    func versions() async throws {
        let client = try await House.client
        let id = unique()
        for family in ["Erste", "Zweite", "Dritte"] {
            _ = try await client.put("Patient/\(id)", Sample.patient(id: id, family: family))
        }
        for (number, family) in [(1, "Erste"), (2, "Zweite"), (3, "Dritte")] {
            let version = try await client.get("Patient/\(id)/_history/\(number)")
            #expect(version.status == 200)
            #expect(version["name.0.family"] == family)
            #expect(version.version == "\(number)")
            #expect(version.header("ETag") == "W/\"\(number)\"")
        }
        for number in ["4", "0", "-1", "01", "x", "99999999999"] {
            expectRefusal(try await client.get("Patient/\(id)/_history/\(number)"), 404)
        }
        expectRefusal(try await client.get("Patient/\(unique())/_history/1"), 404)
    }

    @Test("an id that was never given is 404 and names it")
    func unknown() async throws {
        let id = unique()
        expectRefusal(try await House.client.get("Patient/\(id)"), 404, naming: "Patient/\(id)")
    }

    @Test("an id with characters or a length that FHIR does not allow is refused as such")
    func malformedIDs() async throws {
        let client = try await House.client
        for id in ["a_b", "a%20b", "a%2Fb", "%C3%A4", String(repeating: "x", count: 65), "a%00b", "%3Cscript%3E"] {
            let reply = try await client.get("Patient/\(id)")
            expectRefusal(reply, 400)
            #expect(!reply.text.contains("<script>") || reply.header("Content-Type")?.contains("html") == false)
        }
        #expect(try await client.get("Patient/\(String(repeating: "x", count: 64))").status == 404)
    }

    @Test("a client that has the current version is told 304 by its ETag and by its date, and nothing more")
    func conditionalRead() async throws {
        let client = try await House.client
        let created = try await client.post("Patient", Sample.patient())
        let path = "Patient/\(created.id)"
        let read = try await client.get(path)
        let etag = try #require(read.header("ETag"))
        let date = try #require(read.header("Last-Modified"))
        for headers in [
            ["If-None-Match": etag], ["If-None-Match": "W/\"9\", \(etag)"], ["If-None-Match": "\"1\""],
            ["If-Modified-Since": date], ["If-None-Match": etag, "If-Modified-Since": "Thu, 01 Jan 1970 00:00:00 GMT"],
        ] {
            let reply = try await client.get(path, headers)
            #expect(reply.status == 304, "\(headers)")
            #expect(reply.body.isEmpty)
            #expect(reply.header("ETag") == etag)
        }
        for headers in [
            ["If-None-Match": "W/\"2\""], ["If-Modified-Since": "Thu, 01 Jan 1970 00:00:00 GMT"],
            ["If-None-Match": "W/\"2\"", "If-Modified-Since": date], ["If-Modified-Since": "yesterday"],
        ] {
            #expect(try await client.get(path, headers).status == 200, "\(headers)")
        }
    }

    @Test("a date later than the last change is answered with 304 too")
    func modifiedSinceLater() async throws {
        let client = try await House.client
        let created = try await client.post("Patient", Sample.patient())
        let reply = try await client.get(
            "Patient/\(created.id)", ["If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"])
        #expect(reply.status == 304)
    }

    @Test("HEAD answers the head of GET with the length that the body would have")
    func head() async throws {
        let client = try await House.client
        let created = try await client.post("Patient", Sample.patient())
        let get = try await client.get("Patient/\(created.id)")
        let head = try await client.head("Patient/\(created.id)")
        #expect(head.status == 200)
        #expect(head.body.isEmpty)
        #expect(head.header("ETag") == get.header("ETag"))
        #expect(head.header("Content-Length") == String(get.body.count))
        #expect(try await client.head("Patient/\(unique())").status == 404)
        #expect(try await client.head("Patient?_count=1").status == 200)
        #expect(try await client.head("metadata").status == 200)
    }
}
