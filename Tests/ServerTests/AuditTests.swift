import FHIR
import Postgres
import Testing

@Suite("The audit trail")
struct AuditTests {
    /// The server's own entries about a resource, oldest first.
    private func entries(_ query: String, at place: SourceLocation = #_sourceLocation) async throws -> [JSONNode] {
        let reply = try await House.client.get("AuditEvent?\(query)")
        #expect(reply.status == 200, "\(reply)", sourceLocation: place)
        return reply.resources
    }

    private func interactions(_ entries: [JSONNode]) -> [String] {
        entries.compactMap { $0.at("subtype.0.code")?.string }
    }

    @Test("every interaction with a resource leaves its entry, there as soon as the answer is")
    func everyInteraction() async throws {
        let client = try await House.client
        let id = unique()
        let path = "Patient/\(id)"
        let steps: [(String, () async throws -> Reply)] = [
            ("update", { try await client.put(path, Sample.patient(id: id)) }),
            ("read", { try await client.get(path) }),
            ("update", { try await client.put(path, Sample.patient(id: id, family: "Zwei")) }),
            ("vread", { try await client.get("\(path)/_history/1") }),
            ("history-instance", { try await client.get("\(path)/_history") }),
            ("delete", { try await client.delete(path) }),
            ("read", { try await client.get(path) }),
        ]
        var done: [String] = []
        for (interaction, step) in steps {
            _ = try await step()
            done.append(interaction)
            #expect(interactions(try await entries("entity=\(path)")) == done)
        }
        let all = try await entries("entity=\(path)")
        #expect(all.compactMap { $0["action"]?.string } == ["U", "R", "U", "R", "R", "D", "R"])
        #expect(all.compactMap { $0["outcome"]?.string } == ["0", "0", "0", "0", "0", "0", "4"])
        #expect(all[0].at("entity.0.what.reference")?.string == "\(path)/_history/1")
        #expect(all[2].at("entity.0.what.reference")?.string == "\(path)/_history/2")
        #expect(all.allSatisfy { $0.at("agent.0.who.identifier.value")?.string?.isEmpty == false })
        #expect(all.allSatisfy { $0.at("agent.0.network.address")?.string == "127.0.0.1" })
        #expect(try await entries("entity=\(path)&subtype=delete").count == 1)
        #expect(try await entries("entity=\(path)&action=R").count == 4)
        #expect(try await entries("entity=\(path)&outcome=4").count == 1)
        let moment = try #require(all[0]["recorded"]?.string).replacing("+", with: "%2B")
        #expect(try await entries("entity=\(path)&date=ge\(moment)").count == 7)
        #expect(try await entries("entity=\(path)&date=lt\(moment)").isEmpty)
    }

    @Test("a create's entry names what was made, and is in the same commit")
    func create() async throws {
        let client = try await House.client
        let created = try await client.post("Patient", Sample.patient())
        let all = try await entries("entity=Patient/\(created.id)")
        #expect(interactions(all) == ["create"])
        let house = try await House.shared
        let rows = try await house.sql(
            """
            select (a.txn = r.txn)::int4::int8, (o.txn = r.txn)::int4::int8
            from resource r join audit a on a.type = r.type and a.id = r.id
                join outbox o on o.keys = array[r.key] and o.versions = array[r.version]
            where r.id = '\(created.id)'
            """)
        #expect(try rows.first?.int8(0) == 1)
        #expect(try rows.first?.int8(1) == 1)
    }

    @Test("a search leaves its query, by GET and by POST")
    func search() async throws {
        let client = try await House.client
        for _ in 0..<1 {
            let mrn = unique()
            _ = try await client.get("Patient?identifier=\(mrn)", ["X-Request-Id": mrn])
            _ = try await client.post(
                "Patient/_search", "identifier=\(mrn)",
                ["Content-Type": "application/x-www-form-urlencoded", "X-Request-Id": mrn])
            let rows = try await House.shared.sql(
                "select query, request, status::int8 from audit where query like '%\(mrn)%' order by seq")
            #expect(try rows.map { try $0.text(0) } == ["identifier=\(mrn)", "identifier=\(mrn)"])
            #expect(try rows.map { try $0.text(1) } == [mrn, mrn])
        }
        let entry = try #require(
            try await entries("subtype=search-type&_count=1000").last { $0.at("entity.1.query") != nil })
        let query = try #require(entry.at("entity.1.query")?.string)
        #expect(Base64.decode(query.utf8) != nil)
        #expect(entry["action"]?.string == "E")
    }

    @Test("what is refused leaves an entry that says why")
    func refusals() async throws {
        let client = try await House.client
        let id = unique()
        let path = "Patient/\(id)"
        _ = try await client.put(path, Sample.patient(id: id))
        let refused: [(String, Int, () async throws -> Reply)] = [
            ("update", 412, { try await client.put(path, Sample.patient(id: id), ["If-Match": "W/\"9\""]) }),
            ("update", 412, { try await client.put(path, Sample.patient(id: id), ["If-None-Match": "*"]) }),
            ("update", 400, { try await client.put(path, #"{"resourceType":"Patient","id":"\#(id)","gender":"x"}"#) }),
            ("update", 400, { try await client.put(path, Sample.patient(id: "other")) }),
            ("update", 400, { try await client.put(path, "{") }),
            ("update", 415, { try await client.put(path, "x", ["Content-Type": "text/plain"]) }),
            ("update", 400, { try await client.put(path, Sample.patient(id: id), ["If-Match": "x"]) }),
            ("delete", 412, { try await client.delete(path, ["If-Match": "W/\"9\""]) }),
            ("read", 406, { try await client.get(path, ["Accept": "text/turtle"]) }),
            ("history-instance", 400, { try await client.get("\(path)/_history?_count=x") }),
        ]
        for (interaction, status, attempt) in refused {
            let reply = try await attempt()
            #expect(reply.status == status, "\(reply)")
            let last = try await entries("entity=\(path)").last
            #expect(last?.at("subtype.0.code")?.string == interaction, "\(interaction) \(status)")
            #expect(last?["outcome"]?.string == "4", "\(interaction) \(status)")
            #expect(last?["outcomeDesc"]?.string?.hasPrefix("\(status)") == true, "\(interaction) \(status)")
        }
        let tag = unique("req")
        for (path, status) in [("Patient?nosuch=1", 400), ("Patient?name:exacd=1", 400)] {
            expectRefusal(try await client.get(path, ["X-Request-Id": tag]), status)
        }
        expectRefusal(
            try await client.post("Patient", #"{"resourceType":"Patient","x":1}"#, ["X-Request-Id": tag]), 400)
        expectRefusal(try await client.post("", Sample.bundle("collection", []), ["X-Request-Id": tag]), 400)
        expectRefusal(
            try await client.post(
                "", Sample.bundle("transaction", [Sample.entry("POST", "Nothing", Sample.patient())]),
                ["X-Request-Id": tag]), 400)
        expectRefusal(try await client.delete("AuditEvent/entry-1", ["X-Request-Id": tag]), 405)
        let rows = try await House.shared.sql("select status::int8 from audit where request = '\(tag)' order by seq")
        #expect(try rows.map { try $0.int8(0) } == [400, 400, 400, 400, 400, 405])
    }

    @Test("a transaction leaves an entry for each of its entries, a failed one says that it failed")
    func transactions() async throws {
        let client = try await House.client
        let tag = unique("req")
        let id = unique()
        _ = try await client.post(
            "",
            Sample.bundle(
                "transaction",
                [
                    Sample.entry("POST", "Patient", Sample.patient()),
                    Sample.entry("PUT", "Patient/\(id)", Sample.patient(id: id)),
                    Sample.entry("GET", "Patient/\(id)"),
                ]), ["X-Request-Id": tag])
        let rows = try await House.shared.sql("select status::int8 from audit where request = '\(tag)' order by seq")
        #expect(try rows.map { try $0.int8(0) } == [201, 201, 200])
        let batch = unique("req")
        _ = try await client.post(
            "",
            Sample.bundle(
                "batch",
                [
                    Sample.entry("GET", "Patient/\(unique())"), Sample.entry("GET", "Nothing"),
                    Sample.entry("DELETE", "AuditEvent/entry-1"), Sample.entry("GET", "Patient/\(id)"),
                ]),
            ["X-Request-Id": batch])
        let entries = try await House.shared.sql(
            "select status::int8 from audit where request = '\(batch)' order by seq")
        #expect(try entries.map { try $0.int8(0) } == [404, 400, 405, 200])
    }

    @Test("the server's entries are valid AuditEvents, readable by their id")
    func valid() async throws {
        let client = try await House.client
        _ = try await client.get("Patient?identifier=\(unique())", ["X-Request-Id": unique()])
        let page = try await client.get("AuditEvent?_count=200")
        #expect(page.resources.count > 0)
        for resource in page.resources {
            let (type, issues) = ShapeValidator.validate(
                try JSONDocument.parse(Array(resource.source.utf8)), as: .auditEvent)
            #expect(type == .auditEvent)
            #expect(issues.isEmpty, "\(issues)")
        }
        let id = try #require(page.resources.compactMap { $0["id"]?.string }.first { $0.hasPrefix("entry-") })
        let read = try await client.get("AuditEvent/\(id)")
        #expect(read.status == 200)
        #expect(read.id == id)
        #expect(try await client.get("AuditEvent/\(id)/_history/1").status == 200)
        #expect(try await client.get("AuditEvent/\(id)/_history").count("entry") == 1)
        #expect(try await client.get("AuditEvent?_id=\(id)").ids == [id])
        #expect(try await client.get("AuditEvent/entry-999999999").status == 404)
    }

    @Test("pages of the audit walk every entry once")
    func paging() async throws {
        let client = try await House.client
        let id = unique()
        for _ in 0..<7 { _ = try await client.get("Patient/\(id)") }
        var seen: [String] = []
        var next: String? = "AuditEvent?entity=Patient/\(id)&_count=3"
        var pages = 0
        while let url = next, pages < 10 {
            let page = try await client.get(url)
            seen += page.ids
            next = page.link("next")
            pages += 1
        }
        #expect(seen.count == 7)
        #expect(Set(seen).count == 7)
        #expect(try await client.get("AuditEvent?entity=Patient/\(id)&_summary=count")["total"] == "7")
    }

    @Test("deferred, the entries of reads are there within moments, those of writes at once")
    func deferred() async throws {
        try await House.with({ $0.readAudit = .deferred }) { house in
            let client = house.client
            let created = try await client.post("Patient", Sample.patient())
            let path = "Patient/\(created.id)"
            #expect(try await client.get("AuditEvent?entity=\(path)").ids.count == 1)
            _ = try await client.get(path)
            var count = 0
            for _ in 0..<100 where count < 2 {
                try await Task.sleep(for: .milliseconds(20))
                count = try await client.get("AuditEvent?entity=\(path)").ids.count
            }
            #expect(count == 2)
        }
    }
}

@Suite("What nobody may change")
struct AppendOnlyTests {
    private static let changes = [
        "update audit set principal = 'x'", "delete from audit", "truncate audit", "update history set version = 9",
        "delete from history", "truncate history",
    ]

    @Test("the server's role has no right to change audit and history", arguments: changes)
    func byRights(change: String) async throws {
        let house = try await House.shared
        let error = await #expect(throws: PostgresError.self) { _ = try await house.sqlAsServer(change) }
        #expect(error?.sqlState?.rawValue == "42501")
    }

    @Test("the owner is refused by a trigger", arguments: changes)
    func byTrigger(change: String) async throws {
        let house = try await House.shared
        let error = await #expect(throws: PostgresError.self) { _ = try await house.sql(change) }
        #expect(error?.sqlState?.rawValue == "MC001")
    }

    @Test("the server's role cannot delete resources, change settings or make tables")
    func otherRights() async throws {
        let house = try await House.shared
        for change in [
            "delete from resource", "update setting set value = ''", "create table x (y int)", "drop table audit",
            "delete from migration", "alter table audit disable trigger all",
        ] {
            let error = await #expect(throws: PostgresError.self) { _ = try await house.sqlAsServer(change) }
            #expect(error?.sqlState?.rawValue == "42501", "\(change)")
        }
    }
}
