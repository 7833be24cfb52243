import FHIR
import Testing

@Suite("The history of a resource")
struct HistoryTests {
    @Test("history holds every version, newest first, with what was asked and answered")
    func whole() async throws {
        let client = try await House.client
        let created = try await client.post("Patient", Sample.patient(family: "Eins"))
        let path = "Patient/\(created.id)"
        _ = try await client.put(path, Sample.patient(id: created.id, family: "Zwei"))
        _ = try await client.delete(path)
        let history = try await client.get("\(path)/_history")
        #expect(history.status == 200)
        #expect(history["type"] == "history")
        #expect(history["total"] == "3")
        let entries = history.entries
        #expect(entries.compactMap { $0.at("request.method")?.string } == ["DELETE", "PUT", "POST"])
        #expect(entries.compactMap { $0.at("request.url")?.string } == [path, path, "Patient"])
        #expect(
            entries.compactMap { $0.at("response.status")?.string } == ["204 No Content", "200 OK", "201 Created"])
        #expect(entries.compactMap { $0.at("response.etag")?.string } == ["W/\"3\"", "W/\"2\"", "W/\"1\""])
        #expect(entries.compactMap { $0.at("resource.name.0.family")?.string } == ["Zwei", "Eins"])
        #expect(entries.allSatisfy { $0["fullUrl"]?.string == "\(client.base)/\(path)" })
    }

    @Test("pages of a history walk every version once")
    func pages() async throws {
        let client = try await House.client
        let id = unique()
        for number in 1...7 {
            _ = try await client.put("Patient/\(id)", Sample.patient(id: id, family: "N\(number)"))
        }
        var versions: [String] = []
        var next: String? = "Patient/\(id)/_history?_count=3"
        var pages = 0
        while let url = next, pages < 10 {
            let page = try await client.get(url)
            #expect(page.count("entry") <= 3)
            #expect(page["total"] == "7")
            versions += page.resources.compactMap { $0.at("meta.versionId")?.string }
            next = page.link("next")
            pages += 1
        }
        #expect(versions == ["7", "6", "5", "4", "3", "2", "1"])
        #expect(pages == 3)
    }

    @Test("_since leaves out what is older, and a time to come leaves out all")
    func since() async throws {
        let client = try await House.client
        let id = unique()
        _ = try await client.put("Patient/\(id)", Sample.patient(id: id))
        let first = try #require(try await client.get("Patient/\(id)")["meta.lastUpdated"])
        try await Task.sleep(for: .milliseconds(20))
        let second = try await client.put("Patient/\(id)", Sample.patient(id: id, family: "Zwei"))
        let moment = try #require(second["meta.lastUpdated"]).replacing("+", with: "%2B")
        let since = try await client.get("Patient/\(id)/_history?_since=\(moment)")
        #expect(since.resources.compactMap { $0.at("meta.versionId")?.string } == ["2"])
        let all = try await client.get("Patient/\(id)/_history?_since=\(first.replacing("+", with: "%2B"))")
        #expect(all.count("entry") == 2)
        let future = try await client.get("Patient/\(id)/_history?_since=2100-01-01T00:00:00Z")
        #expect(future.status == 200)
        #expect(future.count("entry") == 0)
        #expect(future["total"] == "0")
    }

    @Test("a history that never was is 404, and parameters that are not understood are 400")
    func refusals() async throws {
        let client = try await House.client
        expectRefusal(try await client.get("Patient/\(unique())/_history"), 404)
        let id = unique()
        _ = try await client.put("Patient/\(id)", Sample.patient(id: id))
        for query in ["_count=x", "_count=-1", "_since=yesterday", "_page=zz", "_sort=x"] {
            let name = String(query.prefix { $0 != "=" })
            expectRefusal(try await client.get("Patient/\(id)/_history?\(query)"), 400, naming: name)
        }
        expectRefusal(try await client.delete("Patient/\(id)/_history"), 405)
    }
}
