import FHIR
import Testing

@Suite("What the answer to a search holds beside its matches")
struct SearchAnswerTests {
    /// A patient with observations; the tag of all of them.
    private func patient(_ client: Client, observations: Int) async throws -> (id: String, tag: String, ids: [String]) {
        let tag = unique()
        let id = try await client.post("Patient", Sample.patient(mrn: tag)).id
        var ids: [String] = []
        for _ in 0..<observations {
            let body = Sample.observation(subject: "Patient/\(id)", #","identifier":[{"value":"\#(tag)"}]"#)
            ids.append(try await client.post("Observation", body).id)
        }
        return (id, tag, ids)
    }

    private func ids(_ reply: Reply, _ mode: String) -> [String] {
        reply.entries.filter { $0.at("search.mode")?.string == mode }.compactMap { $0.at("resource.id")?.string }
    }

    @Test("what _include brings is marked so, stands there once, and counts neither as match nor for the page")
    func include() async throws {
        let client = try await House.client
        let (patient, tag, observations) = try await patient(client, observations: 3)
        let reply = try await client.get("Observation?identifier=\(tag)&_include=Observation:subject&_count=2")
        #expect(reply.status == 200, "\(reply)")
        #expect(ids(reply, "match") == Array(observations.prefix(2)))
        #expect(ids(reply, "include") == [patient])
        let second = try await client.get(try #require(reply.link("next")))
        #expect(ids(second, "match") == [observations[2]])
        #expect(ids(second, "include") == [patient])
        #expect(second.link("next") == nil)
        let whole = try await client.get("Observation?identifier=\(tag)&_include=Observation:subject:Patient")
        #expect(whole["total"] == "3")
        #expect(whole.link("self")?.contains("_include=Observation:subject:Patient") == true)
        let none = try await client.get("Observation?identifier=\(tag)&_include=Observation:subject:Group")
        #expect(ids(none, "include").isEmpty)
        let (_, issues) = ShapeValidator.validate(try JSONDocument.parse(whole.body), as: .bundle)
        #expect(issues.isEmpty, "\(issues)")
    }

    @Test("what _revinclude brings, and what that includes in turn")
    func reverseInclude() async throws {
        let client = try await House.client
        let (patient, tag, observations) = try await patient(client, observations: 2)
        let reply = try await client.get("Patient?identifier=\(tag)&_revinclude=Observation:subject")
        #expect(ids(reply, "match") == [patient])
        #expect(Set(ids(reply, "include")) == Set(observations))
        #expect(reply["total"] == "1")
        let practitioner = try await client.post("Practitioner", Sample.practitioner(npi: unique())).id
        let more = Sample.observation(
            subject: "Patient/\(patient)", #","performer":[{"reference":"Practitioner/\#(practitioner)"}]"#)
        let third = try await client.post("Observation", more).id
        let deep = try await client.get(
            "Patient?identifier=\(tag)&_revinclude=Observation:subject&_include:iterate=Observation:performer")
        #expect(Set(ids(deep, "include")) == Set(observations + [third, practitioner]), "\(deep)")
    }

    @Test("what did not fit on a page is named together with the search that finds it")
    func omitted() async throws {
        try await House.with {
            $0.includedResources = 2
        } _: { house in
            let client = house.client
            let (patient, tag, observations) = try await patient(client, observations: 5)
            let reply = try await client.get("Patient?identifier=\(tag)&_revinclude=Observation:subject")
            #expect(ids(reply, "match") == [patient])
            #expect(ids(reply, "include").count == 2)
            let outcome = try #require(reply.entries.last)
            #expect(outcome.at("search.mode")?.string == "outcome")
            #expect(reply.diagnostics.contains("_revinclude=Observation:subject"))
            let url = try #require(reply.diagnostics.split(separator: " ").first { $0.hasPrefix(client.base) })
            let rest = try await client.get(String(url))
            #expect(Set(rest.ids) == Set(observations), "\(url)")
            let (_, issues) = ShapeValidator.validate(try JSONDocument.parse(reply.body), as: .bundle)
            #expect(issues.isEmpty, "\(issues)")
        }
    }

    @Test("a total is there where it costs nothing or is asked for, and not where it is not wanted")
    func totals() async throws {
        let client = try await House.client
        let (_, tag, _) = try await patient(client, observations: 3)
        let query = "Observation?identifier=\(tag)"
        #expect(try await client.get(query)["total"] == "3")
        #expect(try await client.get("\(query)&_count=2")["total"] == nil)
        #expect(try await client.get("\(query)&_count=2&_total=accurate")["total"] == "3")
        #expect(try await client.get("\(query)&_total=none")["total"] == nil)
        let estimate = try await client.get("\(query)&_count=2&_total=estimate")
        // Two are on the page, and there is another page.
        #expect(Int(estimate["total"] ?? "").map { $0 >= 3 } == true, "\(estimate)")
        #expect(estimate.ids.count == 2)
        let counted = try await client.get("\(query)&_summary=count&_include=Observation:subject")
        #expect(counted["total"] == "3")
        #expect(counted.count("entry") == 0)
        expectRefusal(try await client.get("\(query)&_total=some"), 400, naming: "_total")
    }

    @Test("pages after the first lead back to it")
    func first() async throws {
        let client = try await House.client
        let (_, tag, ids) = try await patient(client, observations: 3)
        let one = try await client.get("Observation?identifier=\(tag)&_count=2&_sort=_id")
        #expect(one.link("first") == nil)
        let two = try await client.get(try #require(one.link("next")))
        let first = try await client.get(try #require(two.link("first")))
        #expect(first.ids == one.ids)
        #expect(one.ids + two.ids == ids.sorted())
        #expect(two.link("self")?.contains("_page=") == true)
    }

    @Test("chains, reverse chains, sorting and modifiers are understood over HTTP, by GET and by POST")
    func everything() async throws {
        let client = try await House.client
        let (patient, tag, observations) = try await patient(client, observations: 2)
        let form = ["Content-Type": "application/x-www-form-urlencoded"]
        for (type, query, found) in [
            ("Observation", "subject:Patient.identifier=\(tag)", observations),
            ("Observation", "patient.identifier=\(tag)&_sort=-_id", observations.sorted().reversed()),
            ("Observation", "identifier=\(tag)&status:not=preliminary", observations),
            ("Observation", "identifier=\(tag)&encounter:missing=true", observations),
            ("Patient", "_has:Observation:patient:identifier=\(tag)", [patient]),
            ("Patient", "_has:Observation:patient:identifier=\(tag)&name:exact=nobody", []),
            ("Patient", "_filter=identifier eq \(tag)", [patient]),
        ] {
            let get = try await client.get("\(type)?\(query.replacing(" ", with: "%20"))")
            #expect(get.status == 200, "\(query): \(get)")
            #expect(query.contains("_sort") ? get.ids == found : Set(get.ids) == Set(found), "\(query): \(get)")
            let post = try await client.post("\(type)/_search", query.replacing(" ", with: "+"), form)
            #expect(post.ids == get.ids, "\(query)")
        }
    }

    @Test("_explain=true tells the SQL, the plan and the expected rows in the place of matches")
    func explanation() async throws {
        let client = try await House.client
        let reply = try await client.get("Observation?code=http://loinc.org%7C718-7&_explain=true")
        #expect(reply.status == 200)
        #expect(reply["resourceType"] == "Parameters")
        let parts = reply.json?.elements("parameter").map { ($0["name"]?.string ?? "", $0) } ?? []
        let values = Dictionary(parts) { first, _ in first }
        #expect(values["sql"]?["valueString"]?.string?.contains("select") == true)
        #expect(values["plan"]?["valueString"]?.string?.contains("cost=") == true)
        #expect(values["estimatedRows"]?["valueInteger"] != nil)
        let (_, issues) = ShapeValidator.validate(try JSONDocument.parse(reply.body), as: .parameters)
        #expect(issues.isEmpty, "\(issues)")
        #expect(try await client.get("Observation?_id=x&_explain=false")["resourceType"] == "Bundle")
    }

    @Test("what a search asked is in the audit, and so is a refused one")
    func audit() async throws {
        let client = try await House.client
        let tag = unique()
        _ = try await client.get("Patient?identifier=\(tag)")
        _ = try await client.get("?_type=Patient,Group&_tag=\(tag)")
        _ = try await client.get("Patient?identifyer=\(tag)")
        let rows = try await House.shared.sql(
            "select interaction, status, query from audit where query like '%\(tag)%' order by seq")
        let noted = try rows.map { "\(try $0.int2(0)) \(try $0.int2(1)) \(try $0.text(2))" }
        #expect(
            noted == [
                "10 200 identifier=\(tag)", "11 200 _type=Patient,Group&_tag=\(tag)", "10 400 identifyer=\(tag)",
            ])
    }

    @Test("AuditEvents that clients sent and the server's own entries are searched as one")
    func auditEvents() async throws {
        let client = try await House.client
        let id = try await client.post("Patient", Sample.patient()).id
        let event =
            #"{"resourceType":"AuditEvent","type":{"code":"rest"},"recorded":"2026-01-01T00:00:00Z","#
            + #""agent":[{"requestor":true}],"source":{"observer":{"display":"x"}},"#
            + #""entity":[{"what":{"reference":"Patient/\#(id)"}}]}"#
        let sent = try await client.post("AuditEvent", event).id
        for _ in 0..<3 { _ = try await client.get("Patient/\(id)") }
        var seen: [String] = []
        var next: String? = "AuditEvent?entity=Patient/\(id)&_count=2&_total=accurate"
        while let url = next, seen.count < 20 {
            let page = try await client.get(url)
            #expect(page.status == 200, "\(page)")
            seen += page.ids
            next = page.link("next")
        }
        // Its create, three reads, and what was sent.
        #expect(seen.count == 5)
        #expect(seen.first == sent)
        #expect(Set(seen).count == 5)
        #expect(try await client.get("AuditEvent?entity=Patient/\(id)&_summary=count")["total"] == "5")
        let compartment = try await client.get("Patient/\(id)/AuditEvent")
        #expect(Set(compartment.ids).isSuperset(of: Set(seen)), "\(compartment)")
        expectRefusal(try await client.get("AuditEvent?agent-name=x"), 400, naming: "agent-name")
        expectRefusal(try await client.get("AuditEvent?entity:missing=true"), 400, naming: "entity:missing")
        expectRefusal(try await client.get("AuditEvent?_page=audit.%21"), 400, naming: "_page")
    }
}
