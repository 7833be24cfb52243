import FHIR
import Testing

/// Operations on resources over HTTP.
@Suite("Operations on resources")
struct ResourceOperationTests {
    private static func tag(_ code: String) -> String { #"{"system":"http://example.org/tags","code":"\#(code)"}"# }

    private static func meta(_ json: String) -> String {
        #"{"resourceType":"Parameters","parameter":[{"name":"meta","valueMeta":\#(json)}]}"#
    }

    private func tags(_ meta: JSONNode?) -> [String] { meta?.elements("tag").compactMap { $0["code"]?.string } ?? [] }

    private func returned(_ reply: Reply) -> JSONNode? {
        reply.json?.elements("parameter").first { $0["name"]?.string == "return" }?["valueMeta"]
    }

    @Test("$meta-add adds what is not there, as a version; $meta-delete takes it away")
    func metaOfInstance() async throws {
        let client = try await House.client
        let id = unique()
        _ = try await client.put(
            "Patient/\(id)", Sample.patient(id: id, #","meta":{"tag":[\#(Self.tag("a"))],"source":"urn:s"}"#))
        let added = try await client.post(
            "Patient/\(id)/$meta-add",
            Self.meta(#"{"tag":[\#(Self.tag("a")),\#(Self.tag("b"))],"security":[{"system":"s","code":"R"}]}"#))
        #expect(added.status == 200, "\(added)")
        #expect(tags(returned(added)) == ["a", "b"], "\(added)")
        #expect(returned(added)?["versionId"]?.string == "2")
        let stored = try await client.get("Patient/\(id)")
        #expect(tags(stored.json?["meta"]) == ["a", "b"])
        #expect(stored["meta.source"] == "urn:s")
        #expect(stored["name.0.family"] == "Muster")
        #expect(tags(returned(try await client.get("Patient/\(id)/$meta"))) == ["a", "b"])
        // What is there already makes no version.
        let again = try await client.post("Patient/\(id)/$meta-add", Self.meta(#"{"tag":[\#(Self.tag("b"))]}"#))
        #expect(returned(again)?["versionId"]?.string == "2")
        let deleted = try await client.post(
            "Patient/\(id)/$meta-delete", Self.meta(#"{"tag":[\#(Self.tag("a")),\#(Self.tag("z"))]}"#))
        #expect(tags(returned(deleted)) == ["b"], "\(deleted)")
        #expect(returned(deleted)?["security"] != nil)
        #expect(try await client.get("Patient?_tag=http://example.org/tags|a&_id=\(id)").ids.isEmpty)
        expectRefusal(try await client.get("Patient/\(id)/$meta-add"), 405, naming: "$meta-add")
        expectRefusal(
            try await client.post("Patient/\(id)/$meta-add", Self.meta(#"{"source":"x"}"#)), 400, naming: "source")
        expectRefusal(
            try await client.post("Patient/\(unique())/$meta-add", Self.meta(#"{"tag":[\#(Self.tag("a"))]}"#)), 404)
    }

    @Test("$meta of a type and of the system tells each label that is in use once")
    func metaInUse() async throws {
        let client = try await House.client
        let code = unique("tag")
        for _ in 0..<2 {
            _ = try await client.post(
                "Basic", #"{"resourceType":"Basic","code":{"text":"x"},"meta":{"tag":[\#(Self.tag(code))]}}"#)
        }
        let basic = try await client.get("Basic/$meta")
        #expect(tags(returned(basic)).filter { $0 == code }.count == 1, "\(basic)")
        #expect(tags(returned(try await client.get("$meta"))).contains(code))
        #expect(!tags(returned(try await client.get("Flag/$meta"))).contains(code))
    }

    @Test("$meta tells profiles with and without versions, one code of several systems, and nothing that is gone")
    func metaOfType() async throws {
        try await House.with { house in
            let client = house.client
            func expect(_ path: String, _ profiles: [String], _ security: [String], _ tags: [String]) async throws {
                let reply = try await client.get(path)
                let meta = try #require(returned(reply))
                #expect(meta.elements("profile").compactMap(\.string) == profiles, "\(reply)")
                for (name, labels) in [("security", security), ("tag", tags)] {
                    let found = meta[name]?.elements.map { coding in
                        ["system", "code", "display"].map { coding[$0]?.string ?? "" }.joined(separator: " ")
                    }
                    #expect((found ?? []).sorted() == labels, "\(reply)")
                }
            }
            for (id, meta) in [
                ("a", #""profile":["http://p.example/a|1"],"tag":[{"system":"s","code":"x","display":"X"}]"#),
                ("b", #""profile":["http://p.example/a"],"tag":[{"system":"t","code":"x"},{"code":"x"}]"#),
                ("c", #""security":[{"system":"s","code":"R"},{"system":"only"}],"tag":[{"system":"s","code":"y"}]"#),
            ] {
                _ = try await client.put(
                    "Basic/\(id)", #"{"resourceType":"Basic","id":"\#(id)","meta":{\#(meta)},"code":{"text":"x"}}"#)
            }
            _ = try await client.put(
                "Flag/f",
                #"{"resourceType":"Flag","id":"f","meta":{"profile":["http://p.example/f"]},"status":"active","code":{"text":"x"},"subject":{"display":"x"}}"#
            )
            let tags = [" x ", "s x X", "s y ", "t x "]
            try await expect(
                "Basic/$meta", ["http://p.example/a", "http://p.example/a|1"], ["only  ", "s R "], tags)
            try await expect(
                "$meta", ["http://p.example/a", "http://p.example/a|1", "http://p.example/f"], ["only  ", "s R "], tags)
            try await expect("Flag/$meta", ["http://p.example/f"], [], [])
            _ = try await client.delete("Basic/b")
            try await expect("Basic/$meta", ["http://p.example/a|1"], ["only  ", "s R "], ["s x X", "s y "])
            // Of more labels than are kept all metas are read, with the same result.
            _ = try await house.sql(
                "insert into search_text (param, kind, text, term) select param, 4, '', 0 from search_text where kind = 6 group by param"
            )
            try await expect("Basic/$meta", ["http://p.example/a|1"], ["only  ", "s R "], ["s x X", "s y "])
        }
    }

    @Test("$lastn tells the newest observations of each code, newest first")
    func lastn() async throws {
        let client = try await House.client
        let patient = unique()
        _ = try await client.put("Patient/\(patient)", Sample.patient(id: patient))
        func observe(_ codes: [String], _ day: String) async throws -> String {
            let codings = codes.map { #"{"system":"http://example.org/c","code":"\#($0)"}"# }.joined(separator: ",")
            return try await client.post(
                "Observation",
                #"{"resourceType":"Observation","status":"final","code":{"coding":[\#(codings)]},"subject":{"reference":"Patient/\#(patient)"},"effectiveDateTime":"2026-01-\#(day)"}"#
            ).id
        }
        let pulse1 = try await observe(["pulse"], "01")
        let pulse3 = try await observe(["pulse"], "03")
        let pulse2 = try await observe(["pulse"], "02")
        let weight = try await observe(["weight", "mass"], "04")
        let mass = try await observe(["mass"], "05")
        let one = try await client.get("Observation/$lastn?patient=\(patient)")
        #expect(one.ids == [mass, pulse3], "\(one)")
        #expect(one["total"] == "2")
        #expect(one.link("self")?.hasSuffix("Observation/$lastn?patient=\(patient)") == true, "\(one)")
        let two = try await client.get("Observation/$lastn?subject=Patient/\(patient)&max=2")
        #expect(two.ids == [mass, weight, pulse3, pulse2], "\(two)")
        #expect(
            try await client.get("Observation/$lastn?patient=\(patient)&max=9&code=http://example.org/c|pulse").ids
                == [pulse3, pulse2, pulse1])
        expectRefusal(try await client.get("Observation/$lastn?code=x"), 400, naming: "patient")
        expectRefusal(try await client.get("Observation/$lastn?patient=\(patient)&max=0"), 400, naming: "max")
        expectRefusal(try await client.get("Observation/$lastn?patient=\(patient)&colour=red"), 400, naming: "colour")
    }

    private func composition(_ patient: String, _ entry: String) -> String {
        #"{"resourceType":"Composition","status":"final","type":{"text":"t"},"title":"T","date":"2026-01-01","subject":{"reference":"Patient/\#(patient)"},"author":[{"reference":"Patient/\#(patient)"}],"section":[{"title":"s","entry":[{"reference":"\#(entry)"},{"reference":"http://elsewhere.example.org/fhir/Observation/9"}]}]}"#
    }

    @Test("$document is a composition with all that it refers to, and is kept if that is asked")
    func document() async throws {
        let client = try await House.client
        let patient = unique()
        _ = try await client.put("Patient/\(patient)", Sample.patient(id: patient))
        let basic = try await client.post("Basic", #"{"resourceType":"Basic","code":{"text":"x"}}"#).id
        let id = try await client.post("Composition", composition(patient, "Basic/\(basic)")).id
        let reply = try await client.get("Composition/\(id)/$document")
        #expect(reply.status == 200, "\(reply)")
        #expect(reply["type"] == "document")
        #expect(reply["identifier.system"] == "urn:ietf:rfc:3986")
        #expect(reply["timestamp"] != nil)
        #expect(reply.ids == [id, patient, basic], "\(reply)")
        let (_, issues) = ShapeValidator.validate(try JSONDocument.parse(reply.body), as: .bundle)
        #expect(issues.filter(\.isError).isEmpty, "\(issues)")
        #expect(try await client.get("Composition/$document?id=\(id)").ids == [id, patient, basic])
        expectRefusal(try await client.get("Composition/\(id)/$document?persist=true"), 405, naming: "persist")
        let kept = try await client.post(
            "Composition/\(id)/$document",
            #"{"resourceType":"Parameters","parameter":[{"name":"persist","valueBoolean":true}]}"#)
        #expect(kept.status == 201, "\(kept)")
        #expect(try await client.get("Bundle/\(kept.id)").ids == [id, patient, basic])
        expectRefusal(
            try await client.get("Composition/\(id)/$document?graph=http://example.org/g"), 400, naming: "graph")
    }

    @Test("$document refuses to leave out silently what is not there")
    func documentWithoutPart() async throws {
        let client = try await House.client
        let patient = unique()
        _ = try await client.put("Patient/\(patient)", Sample.patient(id: patient))
        let missing = unique()
        let id = try await client.post("Composition", composition(patient, "Basic/\(missing)")).id
        expectRefusal(try await client.get("Composition/\(id)/$document"), 422, naming: "Basic/\(missing)")
        expectRefusal(try await client.get("Composition/\(unique())/$document"), 404)
        expectRefusal(try await client.get("Composition/$document"), 400, naming: "id")
    }
}

/// `$everything` over HTTP.
@Suite("$everything")
struct EverythingTests {
    /// A patient with an encounter, observations and a claim to them, and who took part in it.
    private struct Ward {
        let patient = unique("p")
        let encounter = unique("e")
        let practitioner = unique("d")
        let organization = unique("o")
        let location = unique("l")
        let condition = unique("c")
        let observations = (0..<5).map { unique("ob\($0)") }

        var all: Set<String> {
            Set([patient, encounter, practitioner, organization, location, condition] + observations)
        }

        init(_ client: Client) async throws {
            _ = try await client.put(
                "Organization/\(organization)", #"{"resourceType":"Organization","id":"\#(organization)","name":"O"}"#)
            _ = try await client.put(
                "Practitioner/\(practitioner)", #"{"resourceType":"Practitioner","id":"\#(practitioner)"}"#)
            _ = try await client.put(
                "Location/\(location)", #"{"resourceType":"Location","id":"\#(location)","name":"L"}"#)
            _ = try await client.put(
                "Patient/\(patient)",
                Sample.patient(id: patient, #","managingOrganization":{"reference":"Organization/\#(organization)"}"#))
            _ = try await client.put(
                "Encounter/\(encounter)",
                #"{"resourceType":"Encounter","id":"\#(encounter)","status":"finished","class":{"code":"IMP"},"subject":{"reference":"Patient/\#(patient)"},"participant":[{"individual":{"reference":"Practitioner/\#(practitioner)"}}],"location":[{"location":{"reference":"Location/\#(location)"}}],"period":{"start":"2026-02-01","end":"2026-02-03"}}"#
            )
            _ = try await client.put(
                "Condition/\(condition)",
                #"{"resourceType":"Condition","id":"\#(condition)","subject":{"reference":"Patient/\#(patient)"},"code":{"text":"x"}}"#
            )
            for (number, id) in observations.enumerated() {
                _ = try await client.put(
                    "Observation/\(id)",
                    #"{"resourceType":"Observation","id":"\#(id)","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/\#(patient)"},"encounter":{"reference":"Encounter/\#(encounter)"},"performer":[{"reference":"Practitioner/\#(practitioner)"}],"effectiveDateTime":"2026-02-0\#(number + 1)"}"#
                )
            }
        }
    }

    @Test("a patient's record comes with what it refers to, each resource once, and nothing of others")
    func patient() async throws {
        let client = try await House.client
        let ward = try await Ward(client)
        let other = try await Ward(client)
        let reply = try await client.get("Patient/\(ward.patient)/$everything")
        #expect(reply.status == 200, "\(reply)")
        #expect(reply.ids.count == ward.all.count)
        #expect(Set(reply.ids) == ward.all)
        #expect(Set(reply.ids).isDisjoint(with: other.all))
        #expect(reply["type"] == "searchset")
        #expect(reply.link("next") == nil)
        expectRefusal(try await client.get("Patient/\(unique())/$everything"), 404)
        expectRefusal(
            try await client.get("Patient/\(ward.patient)/$everything?_typ=Patient"), 400, naming: "_typ", "_type")
    }

    @Test("pages hold all of it once, also while it is written")
    func pages() async throws {
        let client = try await House.client
        let ward = try await Ward(client)
        var reply = try await client.get("Patient/\(ward.patient)/$everything?_count=4")
        var ids = reply.ids
        #expect(ids.count == 4)
        var pages = 1
        while let next = reply.link("next") {
            // What comes in between is not part of what was asked for then.
            _ = try await client.post(
                "Procedure",
                #"{"resourceType":"Procedure","status":"completed","subject":{"reference":"Patient/\#(ward.patient)"},"performer":[{"actor":{"reference":"Practitioner/\#(ward.practitioner)"}}]}"#
            )
            reply = try await client.get(next)
            #expect(reply.status == 200, "\(reply)")
            ids += reply.ids
            pages += 1
            guard pages < 20 else { break }
        }
        #expect(pages == 3)
        #expect(ids.count == ward.all.count && Set(ids) == ward.all, "\(ids)")
    }

    @Test("start and end are about care, _type about types, _since about writing")
    func narrowed() async throws {
        let client = try await House.client
        let ward = try await Ward(client)
        let place = "Patient/\(ward.patient)/$everything"
        let february = try await client.get(place + "?start=2026-02-02&end=2026-02-04&_type=Observation")
        #expect(Set(february.ids) == Set(ward.observations[1...3]), "\(february)")
        // What has no date of care is told in any case.
        let later = try await client.get(place + "?start=2027-01-01")
        #expect(Set(later.ids).isSuperset(of: [ward.patient, ward.condition]))
        #expect(Set(later.ids).isDisjoint(with: ward.observations + [ward.encounter]))
        let types = try await client.get(place + "?_type=Practitioner,Encounter")
        #expect(Set(types.ids) == [ward.practitioner, ward.encounter], "\(types)")
        let stamp = try #require(try await client.get("Condition/\(ward.condition)")["meta.lastUpdated"])
        let since = try await client.get(
            place + "?_since=\(stamp.replacing("+", with: "%2B"))&_type=Condition,Patient,Observation")
        #expect(Set(since.ids) == Set(ward.observations + [ward.condition]), "\(since)")
        expectRefusal(try await client.get(place + "?_type=Patinet"), 400, naming: "Patient")
        expectRefusal(try await client.get(place + "?start=soon"), 400, naming: "start")
    }

    @Test("an encounter comes with its patient, its observations and who took part")
    func encounter() async throws {
        let client = try await House.client
        let ward = try await Ward(client)
        let reply = try await client.get("Encounter/\(ward.encounter)/$everything")
        #expect(
            Set(reply.ids)
                == Set([ward.patient, ward.encounter, ward.practitioner, ward.location] + ward.observations), "\(reply)"
        )
        #expect(reply.ids.count == Set(reply.ids).count)
    }

    @Test("at the level of the type it is the records of all patients")
    func type() async throws {
        try await House.with { house in
            let one = try await Ward(house.client)
            let two = try await Ward(house.client)
            _ = try await house.client.post("Basic", #"{"resourceType":"Basic","code":{"text":"nobody's"}}"#)
            var reply = try await house.client.get("Patient/$everything?_count=10")
            var ids = reply.ids
            while let next = reply.link("next") {
                reply = try await house.client.get(next)
                #expect(reply.status == 200, "\(reply)")
                ids += reply.ids
                if ids.count > 100 { break }
            }
            #expect(ids.count == one.all.count + two.all.count)
            #expect(Set(ids) == one.all.union(two.all))
        }
    }
}

/// `$purge` over HTTP.
@Suite("$purge")
struct PurgeTests {
    private func rows(_ house: House, _ table: String, holding text: String) async throws -> Int64 {
        let rows = try await house.sql(
            "select count(*) from \(table) t where convert_from(t.content, 'UTF8') like '%\(text)%'")
        return try rows.first.map { try $0.int8(0) } ?? -1
    }

    @Test("what is purged is gone with all versions; the audit says who did it; the id is new")
    func instance() async throws {
        try await House.with { house in
            let client = house.client
            let name = unique("Geheim")
            _ = try await client.put("Patient/1", Sample.patient(id: "1", mrn: name, family: name))
            _ = try await client.put("Patient/1", Sample.patient(id: "1", mrn: name, family: name + "2"))
            let reply = try await client.post("Patient/1/$purge", "", ["X-Request-Id": "because"])
            #expect(reply.status == 200, "\(reply)")
            #expect(reply.diagnostics.contains("3 versions"), "\(reply)")
            expectRefusal(try await client.get("Patient/1"), 404)
            expectRefusal(try await client.get("Patient/1/_history"), 404)
            expectRefusal(try await client.get("Patient/1/_history/1"), 404)
            #expect(try await client.get("Patient?family=\(name)").ids.isEmpty)
            #expect(try await client.get("_history?_count=1000").entries.isEmpty)
            #expect(try await rows(house, "resource", holding: name) == 0)
            #expect(try await rows(house, "history", holding: name) == 0)
            let texts = try await house.sql("select count(*) from search_text where text like '%\(name.lowercased())%'")
            #expect(try texts.first?.int8(0) == 0)
            let strings = try await house.sql("select count(*) from search_string")
            #expect(try strings.first?.int8(0) == 0)
            let outbox = try await house.sql("select count(*) from outbox")
            #expect(try outbox.first?.int8(0) == 0)
            let events = try await client.get("AuditEvent?subtype=operation&entity=Patient/1")
            #expect(
                events.resources.contains { $0["outcomeDesc"]?.string?.contains("erased") == true }, "\(events)")
            expectRefusal(try await client.post("Patient/1/$purge", ""), 404)
            let again = try await client.put("Patient/1", Sample.patient(id: "1", mrn: name))
            #expect(again.status == 201)
            #expect(again.version == "1")
            #expect(try await client.get("Patient?identifier=\(name)").ids == ["1"])
            // Nobody else may take anything out of the history.
            _ = try await client.put("Patient/1", Sample.patient(id: "1", family: "B"))
            await #expect(throws: (any Error).self) { _ = try await house.sql("delete from history") }
            await #expect(throws: (any Error).self) { _ = try await house.sqlAsServer("delete from history") }
        }
    }

    @Test("with its compartment goes what belongs to this patient alone, deleted resources too")
    func compartment() async throws {
        try await House.with { house in
            let client = house.client
            for id in ["a", "b"] {
                _ = try await client.put("Patient/\(id)", Sample.patient(id: id))
                _ = try await client.put(
                    "Condition/\(id)",
                    #"{"resourceType":"Condition","id":"\#(id)","subject":{"reference":"Patient/\#(id)"}}"#)
                _ = try await client.put(
                    "Condition/\(id)-gone",
                    #"{"resourceType":"Condition","id":"\#(id)-gone","subject":{"reference":"Patient/\#(id)"}}"#)
                _ = try await client.delete("Condition/\(id)-gone")
            }
            _ = try await client.put(
                "List/both",
                #"{"resourceType":"List","id":"both","status":"current","mode":"working","subject":{"reference":"Patient/a"},"entry":[{"item":{"reference":"Patient/b"}}]}"#
            )
            let reply = try await client.post("Patient/a/$purge?compartment=true", "")
            #expect(reply.status == 200, "\(reply)")
            #expect(reply.diagnostics.contains("List/both"), "\(reply)")
            for path in ["Patient/a", "Condition/a", "Condition/a-gone"] {
                expectRefusal(try await client.get(path), 404)
            }
            #expect(try await client.get("Condition/b").status == 200)
            #expect(try await client.get("Condition/b-gone").status == 410)
            #expect(try await client.get("List/both").status == 200)
            #expect(try await rows(house, "history", holding: "Patient/a\\\"") == 0)
            expectRefusal(try await client.post("Condition/b/$purge?compartment=true", ""), 400, naming: "compartment")
        }
    }

    @Test("results of jobs that hold it are removed, others stay, and a job at work begins again")
    func jobs() async throws {
        try await House.with({ $0.jobs.settling = 0 }) { house in
            let client = house.client
            for id in ["a1", "a2"] { _ = try await client.put("Patient/\(id)", Sample.patient(id: id)) }
            _ = try await client.put("Observation/a1", Sample.observation(id: "a1", subject: "Patient/a2"))
            var jobs: [String: String] = [:]
            for (name, path) in [
                ("all", "$export"), ("observations", "$export?_type=Observation"), ("search", "Patient?_id=a1"),
                ("other", "Patient?_id=a2"), ("xml", "Patient/a1/_history?_format=xml"),
            ] {
                let job = try await client.kickOff(path)
                #expect(try await client.outcome(of: job).status == 200)
                jobs[name] = job
            }
            // One that was under way when its server died.
            let begun = String(repeating: "0123", count: 8)
            let open = "select '\(begun)', 1, created, moment, request from job where kind = 1 order by created limit 1"
            _ = try await house.sql("insert into job (id, kind, created, moment, request) \(open)")
            _ = try await house.sql(
                "update job set position = '1 a1', worker = 'w', held_until = now() + interval '1 hour' where id = '\(begun)'"
            )
            _ = try await house.sql(
                "insert into job_file (job, number, kind, type, lines, bytes, packed, chunks) values ('\(begun)', 7, 1, 1, 1, 1, 1, 1)"
            )
            _ = try await house.sql(
                "insert into job_chunk (job, file, number, bytes, crc, content) values ('\(begun)', 7, 0, 1, 0, 'x')")
            let reply = try await client.post("Patient/a1/$purge", "")
            #expect(reply.status == 200 && reply.diagnostics.contains("3 results"), "\(reply)")
            #expect(reply.diagnostics.contains("1 jobs at work"), "\(reply)")
            for (name, job) in jobs {
                let status = try await client.get(job).status
                #expect(status == (["observations", "other"].contains(name) ? 200 : 404), "\(name)")
            }
            let again = try await client.fetch("\(client.base)/_jobs/\(begun)")
            #expect(again.ids("Patient") == ["a2"] && again.ids("Observation") == ["a1"])
        }
    }

    @Test("audit entries cannot be purged, and it is no GET")
    func refused() async throws {
        let client = try await House.client
        expectRefusal(try await client.post("AuditEvent/a1/$purge", ""), 405)
        expectRefusal(try await client.get("Patient/1/$purge"), 405, naming: "$purge")
        expectRefusal(try await client.post("Patient/1/$purge?all=true", ""), 400, naming: "all")
    }
}

/// `:in`, `:not-in`, `:above`, `:below` over HTTP.
@Suite("Searches by what codes mean")
struct CodeSearchTests {
    @Test("value sets are expanded and hierarchies walked")
    func codes() async throws {
        let client = try await House.client
        let system = "http://example.org/\(unique("system"))"
        let set = "http://example.org/\(unique("set"))"
        let tag = unique()
        _ = try await client.post(
            "CodeSystem",
            #"{"resourceType":"CodeSystem","url":"\#(system)","status":"active","content":"complete","concept":[{"code":"drink","concept":[{"code":"tea"},{"code":"coffee"}]},{"code":"food"}]}"#
        )
        let stored = try await client.post(
            "ValueSet",
            #"{"resourceType":"ValueSet","url":"\#(set)","status":"active","compose":{"include":[{"system":"\#(system)","filter":[{"property":"concept","op":"descendent-of","value":"drink"}]}]}}"#
        )
        var ids: [String: String] = [:]
        for code in ["drink", "tea", "coffee", "food"] {
            ids[code] = try await client.post(
                "Basic",
                #"{"resourceType":"Basic","meta":{"tag":[{"code":"\#(tag)"}]},"code":{"coding":[{"system":"\#(system)","code":"\#(code)"}]}}"#
            ).id
        }
        func found(_ query: String) async throws -> Set<String> {
            let reply = try await client.get("Basic?_tag=\(tag)&\(query)")
            #expect(reply.status == 200, "\(reply)")
            return Set(reply.ids.compactMap { id in ids.first { $0.value == id }?.key })
        }
        #expect(try await found("code:in=\(set)") == ["tea", "coffee"])
        #expect(try await found("code:in=ValueSet/\(stored.id)") == ["tea", "coffee"])
        #expect(try await found("code:not-in=\(set)") == ["drink", "food"])
        #expect(try await found("code:below=\(system)|drink") == ["drink", "tea", "coffee"])
        #expect(try await found("code:above=\(system)|tea") == ["drink", "tea"])
        // Criteria look them up as searches do.
        let criteria = "_tag=\(tag)&code:below=\(system)%7Cfood"
        let basic = #"{"resourceType":"Basic","code":{"text":"x"}}"#
        let known = try await client.post("Basic", basic, ["If-None-Exist": criteria])
        #expect(known.status == 200 && known.id == ids["food"], "\(known)")
        let several = try await client.post("Basic", basic, ["If-None-Exist": "_tag=\(tag)&code:in=\(set)"])
        expectRefusal(several, 412, naming: "If-None-Exist")
        expectRefusal(
            try await client.put("Basic?code:in=http://example.org/none", basic), 400,
            naming: "http://example.org/none")
        let reference = "Basic?\(criteria)"
        let referring = try await client.post(
            "",
            Sample.bundle(
                "transaction",
                [
                    Sample.entry(
                        "POST", "Basic",
                        #"{"resourceType":"Basic","code":{"text":"x"},"subject":{"reference":"\#(reference)"}}"#)
                ]), ["Prefer": "return=representation"])
        #expect(referring["entry.0.resource.subject.reference"] == "Basic/\(known.id)", "\(referring)")
        #expect(try await client.delete("Basic?_tag=\(tag)&code:above=\(system)%7Cfood").status == 204)
        #expect(try await client.get("Basic/\(known.id)").status == 410)
        expectRefusal(
            try await client.get("Basic?code:in=http://example.org/none"), 400, naming: "http://example.org/none")
        expectRefusal(try await client.get("Basic?code:below=tea"), 400, naming: "system")
        expectRefusal(
            try await client.get("Condition?code:below=http://snomed.info/sct|1"), 400, naming: "http://snomed.info/sct"
        )
    }
}
