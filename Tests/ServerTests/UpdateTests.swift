import FHIR
import Testing

@Suite("Updating a resource")
struct UpdateTests {
    @Test("an update makes the next version under the same id")
    func update() async throws {
        let client = try await House.client
        let created = try await client.post("Patient", Sample.patient(family: "Alt"))
        let updated = try await client.put("Patient/\(created.id)", Sample.patient(id: created.id, family: "Neu"))
        #expect(updated.status == 200)
        #expect(updated.id == created.id)
        #expect(updated.version == "2")
        #expect(updated.header("ETag") == "W/\"2\"")
        #expect(updated.header("Location") == nil)
        #expect(try await client.get("Patient/\(created.id)")["name.0.family"] == "Neu")
    }

    @Test("an update of what is not there makes it, under the client's id")
    func updateAsCreate() async throws {
        let client = try await House.client
        let id = unique()
        let reply = try await client.put("Patient/\(id)", Sample.patient(id: id))
        #expect(reply.status == 201)
        #expect(reply.id == id)
        #expect(reply.version == "1")
        #expect(reply.header("Location") == "\(client.base)/Patient/\(id)/_history/1")
    }

    @Test("ids differ by case")
    func caseOfIDs() async throws {
        let client = try await House.client
        let id = unique("Case")
        #expect(try await client.put("Patient/\(id)", Sample.patient(id: id)).status == 201)
        #expect(try await client.get("Patient/\(id.lowercased())").status == 404)
    }

    @Test("the id in the body must be there and be the url's")
    func idMismatch() async throws {
        let client = try await House.client
        let id = unique()
        expectRefusal(
            try await client.put("Patient/\(id)", Sample.patient(id: "other")), 400, naming: "Patient.id", "other")
        expectRefusal(try await client.put("Patient/\(id)", Sample.patient()), 400, naming: "Patient.id")
        expectRefusal(try await client.put("Patient/a_b", Sample.patient(id: "a_b")), 400)
        #expect(try await client.get("Patient/\(id)").status == 404)
    }

    @Test("If-Match lets the update of the current version pass and refuses all others")
    func ifMatch() async throws {
        let client = try await House.client
        let id = unique()
        let path = "Patient/\(id)"
        _ = try await client.put(path, Sample.patient(id: id))
        let second = Sample.patient(id: id, family: "Zwei")
        #expect(try await client.put(path, second, ["If-Match": "W/\"1\""]).status == 200)
        let stale = try await client.put(path, Sample.patient(id: id, family: "Zu spät"), ["If-Match": "W/\"1\""])
        expectRefusal(stale, 412, naming: "version 2")
        #expect(try await client.put(path, Sample.patient(id: id), ["If-Match": "\"2\""]).status == 200)
        for tag in ["W/\"x\"", "W/\"-1\"", "", "W/\"1", "W/\"99999999999\""] {
            expectRefusal(
                try await client.put(path, Sample.patient(id: id), ["If-Match": tag]), 400, naming: "If-Match")
        }
        #expect(try await client.get(path).version == "3")
    }

    @Test("If-Match on what does not exist is refused and makes nothing")
    func ifMatchOnNothing() async throws {
        let client = try await House.client
        let id = unique()
        let reply = try await client.put("Patient/\(id)", Sample.patient(id: id), ["If-Match": "W/\"1\""])
        #expect([404, 412].contains(reply.status))
        #expect(reply["resourceType"] == "OperationOutcome")
        #expect(try await client.get("Patient/\(id)").status == 404)
    }

    @Test("If-None-Match: * makes what is not there and never overwrites")
    func ifNoneMatch() async throws {
        let client = try await House.client
        let id = unique()
        let path = "Patient/\(id)"
        #expect(try await client.put(path, Sample.patient(id: id), ["If-None-Match": "*"]).status == 201)
        expectRefusal(
            try await client.put(path, Sample.patient(id: id, family: "Über"), ["If-None-Match": "*"]), 412,
            naming: "If-None-Match")
        #expect(try await client.get(path)["name.0.family"] == "Muster")
        _ = try await client.delete(path)
        #expect(try await client.put(path, Sample.patient(id: id), ["If-None-Match": "*"]).status == 201)
    }

    @Test("twenty clients who update one resource make twenty versions, and with If-Match only one of them wins")
    func simultaneous() async throws {
        let client = try await House.client
        let id = unique()
        _ = try await client.put("Patient/\(id)", Sample.patient(id: id))
        let tags = try await withThrowingTaskGroup(of: String?.self) { group in
            for number in 0..<20 {
                group.addTask {
                    try await client.put("Patient/\(id)", Sample.patient(id: id, family: "N\(number)")).header("ETag")
                }
            }
            return try await group.reduce(into: [String]()) { $0.append($1 ?? "-") }
        }
        #expect(Set(tags) == Set((2...21).map { "W/\"\($0)\"" }))
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<20 {
                group.addTask {
                    let changed = Sample.patient(id: id, family: "M\(number)")
                    return try await client.put("Patient/\(id)", changed, ["If-Match": "W/\"21\""]).status
                }
            }
            return try await group.reduce(into: [Int]()) { $0.append($1) }
        }
        #expect(statuses.filter { $0 == 200 }.count == 1)
        #expect(statuses.filter { $0 == 412 }.count == 19)
    }
}

@Suite("Updating what is found: conditional update")
struct ConditionalUpdateTests {
    private func criteria(_ mrn: String) -> String { "Patient?identifier=\(Sample.system)%7C\(mrn)" }

    @Test("without a match the resource is made: under an id of the server's, or under the client's")
    func none() async throws {
        let client = try await House.client
        let (mrn, other, id) = (unique(), unique(), unique())
        let made = try await client.put(criteria(mrn), Sample.patient(mrn: mrn))
        #expect(made.status == 201, "\(made)")
        #expect(made.header("Location") == "\(client.base)/Patient/\(made.id)/_history/1")
        #expect(made.header("ETag") == "W/\"1\"")
        let named = try await client.put(criteria(other), Sample.patient(id: id, mrn: other))
        #expect(named.status == 201)
        #expect(named.id == id)
        let history = try await client.get("Patient/\(made.id)/_history")
        #expect(history["entry.0.request.method"] == "PUT")
    }

    @Test("one match is updated, whether the resource has its id or none")
    func one() async throws {
        let client = try await House.client
        let mrn = unique()
        let created = try await client.post("Patient", Sample.patient(mrn: mrn))
        let first = try await client.put(criteria(mrn), Sample.patient(mrn: mrn, family: "Zwei"))
        #expect(first.status == 200, "\(first)")
        #expect(first.id == created.id)
        #expect(first.version == "2")
        let second = try await client.put(criteria(mrn), Sample.patient(id: created.id, mrn: mrn, family: "Drei"))
        #expect(second.status == 200)
        #expect(second.version == "3")
        #expect(try await client.get("Patient/\(created.id)")["name.0.family"] == "Drei")
    }

    @Test("a match that has another id than the resource is refused, and so is an id that is another resource's")
    func otherID() async throws {
        let client = try await House.client
        let (mrn, id) = (unique(), unique())
        let created = try await client.post("Patient", Sample.patient(mrn: mrn))
        expectRefusal(
            try await client.put(criteria(mrn), Sample.patient(id: id, mrn: mrn)), 400, naming: "Patient.id",
            "Patient/\(created.id)")
        _ = try await client.put("Patient/\(id)", Sample.patient(id: id))
        expectRefusal(
            try await client.put(criteria(unique()), Sample.patient(id: id, family: "Fremd")), 409, naming: id)
        #expect(try await client.get("Patient/\(id)")["name.0.family"] == "Muster")
    }

    @Test("several matches are 412, and nothing is written")
    func many() async throws {
        let client = try await House.client
        let mrn = unique()
        for _ in 0..<2 { _ = try await client.post("Patient", Sample.patient(mrn: mrn)) }
        expectRefusal(try await client.put(criteria(mrn), Sample.patient(mrn: mrn, family: "X")), 412)
        #expect(try await client.get("Patient?identifier=\(mrn)&_summary=count")["total"] == "2")
        #expect(try await client.get("Patient?identifier=\(mrn)").resources.allSatisfy { $0["name"] != nil })
    }

    @Test("criteria that are missing, empty, unknown or no criteria are refused, also where lenient handling is wanted")
    func badCriteria() async throws {
        let client = try await House.client
        let mrn = unique()
        for (query, status) in [
            ("", 412), ("?", 412), ("?identifier=", 412), ("?identifier=\(mrn)&name=", 412), ("?_count=1", 412),
            ("?identifyer=\(mrn)", 400), ("?_sort=name", 412), ("?_dc=1", 412),
        ] {
            for headers in [[:], ["Prefer": "handling=lenient"]] {
                let body = Sample.patient(mrn: mrn)
                expectRefusal(try await client.put("Patient\(query)", body, headers), status)
                expectRefusal(try await client.delete("Patient\(query)", headers), status)
            }
        }
        #expect(try await client.get("Patient?identifier=\(mrn)")["total"] == "0")
    }

    @Test("If-Match and If-None-Match hold for what the criteria find")
    func conditions() async throws {
        let client = try await House.client
        let mrn = unique()
        let body = Sample.patient(mrn: mrn)
        expectRefusal(try await client.put(criteria(mrn), body, ["If-Match": "W/\"1\""]), 404)
        #expect(try await client.put(criteria(mrn), body, ["If-None-Match": "*"]).status == 201)
        expectRefusal(try await client.put(criteria(mrn), body, ["If-None-Match": "*"]), 412)
        let changed = Sample.patient(mrn: mrn, family: "Neu")
        expectRefusal(try await client.put(criteria(mrn), changed, ["If-Match": "W/\"2\""]), 412, naming: "version 1")
        #expect(try await client.put(criteria(mrn), changed, ["If-Match": "W/\"1\""]).version == "2")
    }

    @Test("a hundred clients who ask at once make one resource, and each of them a version of it")
    func simultaneous() async throws {
        let client = try await House.client
        let mrn = unique()
        let path = criteria(mrn)
        let replies = try await withThrowingTaskGroup(of: Reply.self) { group in
            for number in 0..<100 {
                group.addTask { try await client.put(path, Sample.patient(mrn: mrn, family: "N\(number)")) }
            }
            return try await group.reduce(into: [Reply]()) { $0.append($1) }
        }
        #expect(replies.filter { $0.status == 201 }.count == 1)
        #expect(replies.filter { $0.status == 200 }.count == 99)
        #expect(Set(replies.map(\.id)).count == 1)
        #expect(Set(replies.map(\.version)) == Set((1...100).map(String.init)))
        #expect(try await client.get("Patient?identifier=\(mrn)")["total"] == "1")
    }

    @Test("conditional updates lose nothing beside plain ones: each makes a version of its own")
    func besidePlain() async throws {
        let client = try await House.client
        let mrn = unique()
        let path = criteria(mrn)
        let created = try await client.put(path, Sample.patient(mrn: mrn))
        let versions = try await withThrowingTaskGroup(of: Reply.self) { group in
            for number in 0..<16 {
                group.addTask {
                    try await number.isMultiple(of: 2)
                        ? client.put(path, Sample.patient(mrn: mrn, family: "C\(number)"))
                        : client.put(
                            "Patient/\(created.id)", Sample.patient(id: created.id, mrn: mrn, family: "P\(number)"))
                }
            }
            return try await group.reduce(into: [String]()) {
                #expect($1.status == 200, "\($1)")
                $0.append($1.version)
            }
        }
        #expect(Set(versions) == Set((2...17).map(String.init)))
    }
}

@Suite("Updates that change nothing")
struct UnchangedTests {
    @Test("the same content again makes no version: the answer is the version that is there")
    func update() async throws {
        let client = try await House.client
        let id = unique()
        let path = "Patient/\(id)"
        let first = try await client.put(path, Sample.patient(id: id))
        let again = try await client.put(path, Sample.patient(id: id))
        #expect(again.status == 200)
        #expect(again.header("ETag") == "W/\"1\"")
        #expect(again["meta.lastUpdated"] == first["meta.lastUpdated"])
        // What a client has read it may send back as it is.
        let read = try await client.get(path)
        #expect(try await client.put(path, read.text, ["If-Match": "W/\"1\""]).version == "1")
        #expect(try await client.get("\(path)/_history")["total"] == "1")
        expectRefusal(try await client.put(path, read.text, ["If-Match": "W/\"2\""]), 412)
        #expect(try await client.put(path, Sample.patient(id: id, family: "Neu")).version == "2")
        #expect(try await client.put(path, Sample.patient(id: id)).version == "3")
        #expect(try await client.get("Patient?_id=\(id)&family=muster").ids == [id])
    }

    @Test("nor does a patch that changes nothing, a conditional update, or an entry of a bundle")
    func others() async throws {
        let client = try await House.client
        let (id, mrn) = (unique(), unique())
        let body = Sample.patient(id: id, mrn: mrn)
        _ = try await client.put("Patient/\(id)", body)
        let patched = try await client.send(
            .PATCH, "Patient/\(id)",
            body: Array(#"[{"op":"replace","path":"/name/0/family","value":"Muster"}]"#.utf8),
            ["Content-Type": "application/json-patch+json"])
        #expect(patched.status == 200, "\(patched)")
        #expect(patched.header("ETag") == "W/\"1\"")
        #expect(try await client.put("Patient?identifier=\(mrn)", body).version == "1")
        let bundle = try await client.post(
            "",
            Sample.bundle(
                "transaction",
                [
                    Sample.entry("PUT", "Patient/\(id)", body), Sample.entry("POST", "Patient", Sample.patient()),
                ]))
        #expect(bundle["entry.0.response.status"] == "200 OK", "\(bundle)")
        #expect(bundle["entry.0.response.etag"] == "W/\"1\"")
        #expect(try await client.get("Patient/\(id)/_history")["total"] == "1")
    }

    @Test("the audit knows of it, those who are told of changes do not")
    func trail() async throws {
        try await House.with { house in
            let client = house.client
            for _ in 0..<3 { _ = try await client.put("Patient/p1", Sample.patient(id: "p1")) }
            let noted = try await house.sql("select count(*) from audit where id = 'p1' and status in (200, 201)")
            #expect(try noted.first?.int8(0) == 3)
            let told = try await house.sql("select count(*) from outbox")
            #expect(try told.first?.int8(0) == 1)
        }
    }

    @Test("a deletion in between makes the same content a new version")
    func resurrection() async throws {
        let client = try await House.client
        let id = unique()
        _ = try await client.put("Patient/\(id)", Sample.patient(id: id))
        _ = try await client.delete("Patient/\(id)")
        let back = try await client.put("Patient/\(id)", Sample.patient(id: id))
        #expect(back.status == 201)
        #expect(back.version == "3")
    }
}
