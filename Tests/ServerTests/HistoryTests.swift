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

    @Test("a history that never was is 404, and known parameters that cannot be read are 400")
    func refusals() async throws {
        let client = try await House.client
        expectRefusal(try await client.get("Patient/\(unique())/_history"), 404)
        let id = unique()
        _ = try await client.put("Patient/\(id)", Sample.patient(id: id))
        for place in ["Patient/\(id)/_history", "Patient/_history", "_history"] {
            for query in [
                "_count=x", "_count=-1", "_since=yesterday", "_page=zz", "_at=noon", "_at=ne2020", "_at=2020,2021",
            ] {
                let name = String(query.prefix { $0 != "=" })
                expectRefusal(try await client.get("\(place)?\(query)"), 400, naming: name)
            }
            expectRefusal(try await client.delete(place), 405)
        }
    }

    @Test("parameters that no history knows are ignored, and the self link does not show them")
    func ignored() async throws {
        let client = try await House.client
        let id = unique()
        _ = try await client.put("Patient/\(id)", Sample.patient(id: id))
        let history = try await client.get("Patient/\(id)/_history?_sort=x&name=y&_count=5&_dc=1")
        #expect(history.status == 200)
        #expect(history.count("entry") == 1)
        #expect(history.link("self") == "\(client.base)/Patient/\(id)/_history?_count=5")
    }

    @Test("the history of a type and of the system holds what happened to all, newest first")
    func levels() async throws {
        try await House.with { house in
            let client = house.client
            _ = try await client.put("Patient/a", Sample.patient(id: "a"))
            _ = try await client.put("Observation/o", Sample.observation(id: "o", subject: "Patient/a"))
            _ = try await client.put("Patient/b", Sample.patient(id: "b"))
            _ = try await client.delete("Observation/o")
            _ = try await client.delete("Patient/a")
            _ = try await client.put("Patient/a", Sample.patient(id: "a", family: "Wieder"))
            let patients = try await client.get("Patient/_history")
            #expect(patients.status == 200)
            #expect(patients["type"] == "history")
            #expect(patients["total"] == "4")
            #expect(patients.link("self") == "\(client.base)/Patient/_history")
            #expect(
                patients.entries.compactMap { $0["fullUrl"]?.string }
                    == ["a", "a", "b", "a"].map { "\(client.base)/Patient/\($0)" })
            #expect(
                patients.entries.compactMap { $0.at("request.method")?.string } == ["PUT", "DELETE", "PUT", "PUT"])
            // What brings a deleted resource back creates it.
            #expect(
                patients.entries.compactMap { $0.at("response.status")?.string }
                    == ["201 Created", "204 No Content", "201 Created", "201 Created"])
            #expect(patients.entries.map { $0["resource"] == nil } == [false, true, false, false])
            #expect(
                patients.entries.compactMap { $0.at("response.etag")?.string }
                    == ["W/\"3\"", "W/\"2\"", "W/\"1\"", "W/\"1\""])
            let system = try await client.get("_history")
            #expect(
                system.entries.compactMap { $0.at("request.url")?.string }
                    == ["Patient/a", "Patient/a", "Observation/o", "Patient/b", "Observation/o", "Patient/a"])
            #expect(system["total"] == "6")
            #expect(try await client.get("Encounter/_history")["total"] == "0")
            for (place, count) in [("_history", "6"), ("Patient/_history", "4"), ("Patient/a/_history", "3")] {
                let counted = try await client.get("\(place)?_count=0")
                #expect(counted["total"] == count)
                #expect(counted.count("entry") == 0)
            }
            // A version that deleted is gone, those before it are not.
            expectRefusal(try await client.get("Patient/a/_history/2"), 410)
            #expect(try await client.get("Patient/a/_history/1").status == 200)
        }
    }

    @Test("next and previous walk the same entries while others write, at every level")
    func bothWays() async throws {
        try await House.with { house in
            let client = house.client
            for number in 0..<9 {
                _ = try await client.put(
                    "Patient/p\(number % 3)", Sample.patient(id: "p\(number % 3)", family: "N\(number)"))
            }
            for place in ["_history", "Patient/_history", "Patient/p0/_history"] {
                let whole = try await client.get(place)
                var pages = [try await client.get("\(place)?_count=2")]
                while let next = pages.last?.link("next"), pages.count < 20 {
                    _ = try await client.put("Patient/p0", Sample.patient(id: "p0", family: unique()))
                    pages.append(try await client.get(next))
                }
                func tags(_ reply: Reply) -> [String] {
                    reply.entries.map {
                        "\($0["fullUrl"]?.string ?? "") \($0.at("response.etag")?.string ?? "")"
                    }
                }
                #expect(pages.flatMap(tags) == tags(whole), "\(place)")
                for (one, other) in zip(pages, pages.dropFirst()) {
                    let previous = try #require(other.link("previous"))
                    #expect(tags(try await client.get(previous)) == tags(one))
                    #expect(tags(try await client.get(try #require(other.link("first")))) == tags(pages[0]))
                }
                #expect(pages[0].link("previous") == nil)
            }
        }
    }

    @Test("_at shows what was current at a moment or in a period")
    func moments() async throws {
        try await House.with { house in
            let client = house.client
            var moments: [String] = []
            for family in ["Eins", "Zwei", "Drei"] {
                let reply = try await client.put("Patient/p", Sample.patient(id: "p", family: family))
                moments.append(try #require(reply["meta.lastUpdated"]).replacing("+", with: "%2B"))
                try await Task.sleep(for: .milliseconds(3))
            }
            func families(_ query: String) async throws -> [String] {
                try await client.get("Patient/_history?\(query)").resources.compactMap {
                    $0.at("name.0.family")?.string
                }
            }
            for (moment, family) in zip(moments, ["Eins", "Zwei", "Drei"]) {
                #expect(try await families("_at=\(moment)") == [family])
            }
            #expect(try await families("_at=ge\(moments[1])") == ["Drei", "Zwei"])
            #expect(try await families("_at=ge\(moments[0])&_at=lt\(moments[2])") == ["Zwei", "Eins"])
            #expect(try await families("_at=lt\(moments[0])") == [])
            #expect(try await families("_at=2000-01-01") == [])
            #expect(try await families("_since=\(moments[1])") == ["Drei", "Zwei"])
        }
    }

    @Test("a batch and a transaction may ask for histories of every level")
    func bundles() async throws {
        try await House.with { house in
            let client = house.client
            _ = try await client.put("Patient/p", Sample.patient(id: "p"))
            for kind in ["batch", "transaction"] {
                let entries = ["_history?_count=1", "Patient/_history", "Patient/p/_history?_count=0", "/_history"]
                    .map { #"{"request":{"method":"GET","url":"\#($0)"}}"# }
                let reply = try await client.post("", Sample.bundle(kind, entries))
                #expect(reply.status == 200, "\(reply)")
                #expect(reply.entries.allSatisfy { $0.at("resource.type")?.string == "history" }, "\(reply)")
                #expect(
                    reply.entries.map { $0.at("resource.entry")?.count ?? 0 } == [1, 1, 0, 1], "\(reply)")
            }
            let failing = try await client.post(
                "", Sample.bundle("batch", [#"{"request":{"method":"GET","url":"_history?_count=x"}}"#]))
            #expect(failing["entry.0.response.status"] == "400 Bad Request")
        }
    }

    @Test("the audit is searched, not walked as a history of AuditEvent, and refusals are noted")
    func audit() async throws {
        let client = try await House.client
        expectRefusal(try await client.get("AuditEvent/_history"), 400)
        let statement = try await client.get("metadata")
        let rest = try #require(statement.json?.at("rest.0"))
        for type in rest.elements("resource") {
            let codes = type.elements("interaction").compactMap { $0["code"]?.string }
            #expect(codes.contains("history-type") == (type["type"]?.string != "AuditEvent"))
        }
        let system = rest.elements("interaction").compactMap { $0["code"]?.string }
        #expect(system.contains("history-system"))
    }
}
