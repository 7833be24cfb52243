import FHIR
import Testing

@Suite("Pages of a search")
struct PagingTests {
    /// Patients of one family in the order of their birth dates.
    private func family(_ client: Client, _ count: Int) async throws -> (name: String, ids: [String]) {
        let name = unique("Fam")
        var ids: [String] = []
        for number in 0..<count {
            let id = unique()
            _ = try await client.put(
                "Patient/\(id)", Sample.patient(id: id, family: name, #","birthDate":"20\#(10 + number)-01-01""#))
            ids.append(id)
        }
        return (name, ids)
    }

    @Test("a walk shows what matched when it began, as it was, whatever is written between its pages")
    func stable() async throws {
        let client = try await House.client
        let (name, ids) = try await family(client, 7)
        var reply = try await client.get("Patient?family=\(name)&_sort=birthdate&_count=3")
        var pages = [reply]
        // One of those to come is renamed, one is deleted, one is born between them, one is born again.
        _ = try await client.put("Patient/\(ids[3])", Sample.patient(id: ids[3], family: "Anders"))
        _ = try await client.delete("Patient/\(ids[4])")
        _ = try await client.post("Patient", Sample.patient(family: name, #","birthDate":"2015-06-01""#))
        _ = try await client.put(
            "Patient/\(ids[6])", Sample.patient(id: ids[6], family: name, #","birthDate":"1900-01-01""#))
        while let next = reply.link("next"), pages.count < 10 {
            reply = try await client.get(next)
            #expect(reply.status == 200, "\(reply)")
            pages.append(reply)
        }
        #expect(pages.flatMap(\.ids) == ids)
        #expect(pages.flatMap(\.resources).allSatisfy { $0.at("meta.versionId")?.string == "1" })
        #expect(pages.flatMap(\.resources).allSatisfy { $0.at("name.0.family")?.string == name })
        #expect(pages.map { $0.ids.count } == [3, 3, 1])
        #expect(pages[1]["total"] == "7")
        let previous = try #require(pages[2].link("previous"))
        #expect(try await client.get(previous).ids == pages[1].ids)
        let first = try #require(pages[2].link("first"))
        #expect(try await client.get(first).ids == pages[0].ids)
        // Who begins again sees what is there now.
        let now = try await client.get("Patient?family=\(name)&_count=100")
        #expect(now.ids.count == 6)
    }

    @Test("what is included on a later page is what it was when the walk began")
    func includes() async throws {
        let client = try await House.client
        let (name, ids) = try await family(client, 2)
        for id in ids { _ = try await client.post("Observation", Sample.observation(subject: "Patient/\(id)")) }
        let query = "Observation?subject:Patient.family=\(name)&_include=Observation:subject&_count=1"
        let one = try await client.get(query)
        for id in ids { _ = try await client.put("Patient/\(id)", Sample.patient(id: id, family: "Anders")) }
        let other = try await client.get(try #require(one.link("next")))
        let patients = other.resources.filter { $0["resourceType"]?.string == "Patient" }
        #expect(patients.count == 1)
        #expect(patients.first?.at("name.0.family")?.string == name)
        #expect(other.entries.compactMap { $0.at("search.mode")?.string }.sorted() == ["include", "match"])
    }

    @Test("a link that was changed is 400; one of a record of before is 410")
    func refused() async throws {
        let client = try await House.client
        let (name, _) = try await family(client, 3)
        let next = try #require(try await client.get("Patient?family=\(name)&_count=2").link("next"))
        expectRefusal(try await client.get(next + "A"), 400, naming: "_page")
        expectRefusal(try await client.get(next.replacing("family=", with: "given=")), 400, naming: "_page")
        let database = try await House.with { house in
            for number in 0..<3 { _ = try await house.client.post("Patient", Sample.patient(family: "N\(number)")) }
            let next = try #require(try await house.client.get("Patient?_count=2").link("next"))
            return (database: house.database, query: try #require(next.split(separator: "?").last.map(String.init)))
        }
        // After a restart it works; after a restore it leads nowhere.
        try await House.with(database: database.database) { house in
            let page = try await house.client.get("Patient?\(database.query)")
            #expect(page.count("entry") == 1)
        }
        _ = try await database.database.sql("update setting set value = 'restored' where name = 'epoch'")
        try await House.with(database: database.database) { house in
            expectRefusal(try await house.client.get("Patient?\(database.query)"), 410)
        }
    }
}
