import FHIR
import Testing

@Suite("The record as it was")
struct AsOfTests {
    private func moment(_ reply: Reply) throws -> String {
        try #require(reply["meta.lastUpdated"]).replacing("+", with: "%2B")
    }

    @Test("a read with _asOf shows the version of then: 404 before there was one, 410 while it was deleted")
    func reads() async throws {
        let client = try await House.client
        let id = unique()
        let path = "Patient/\(id)"
        var moments: [String] = []
        for family in ["Eins", "Zwei"] {
            moments.append(try moment(try await client.put(path, Sample.patient(id: id, family: family))))
            try await Task.sleep(for: .milliseconds(3))
        }
        _ = try await client.delete(path)
        let deletion = try #require(
            try await client.get("\(path)/_history").entries.first?.at("response.lastModified")?.string)
        try await Task.sleep(for: .milliseconds(3))
        moments.append(try moment(try await client.put(path, Sample.patient(id: id, family: "Drei"))))
        for (moment, (family, version)) in zip(moments, [("Eins", "1"), ("Zwei", "2"), ("Drei", "4")]) {
            let reply = try await client.get("\(path)?_asOf=\(moment)")
            #expect(reply["name.0.family"] == family)
            #expect(reply.header("ETag") == "W/\"\(version)\"")
        }
        expectRefusal(try await client.get("\(path)?_asOf=2020-01-01T00:00:00Z"), 404)
        expectRefusal(try await client.get("\(path)?_asOf=\(deletion)"), 410)
        for wrong in ["yesterday", "2020-01-01"] {
            expectRefusal(try await client.get("\(path)?_asOf=\(wrong)"), 400, naming: "_asOf")
        }
    }

    @Test("a search with _asOf finds what was there then, on all its pages and with its includes")
    func searches() async throws {
        let client = try await House.client
        let name = unique("Fam")
        let ids = (0..<4).map { _ in unique() }
        for id in ids { _ = try await client.put("Patient/\(id)", Sample.patient(id: id, family: name)) }
        for id in ids { _ = try await client.post("Observation", Sample.observation(subject: "Patient/\(id)")) }
        let last = try await client.put(
            "Patient/\(ids[3])", Sample.patient(id: ids[3], family: name, #","active":true"#))
        let then = try moment(last)
        try await Task.sleep(for: .milliseconds(3))
        _ = try await client.delete("Patient/\(ids[0])")
        _ = try await client.put("Patient/\(ids[1])", Sample.patient(id: ids[1], family: "Anders"))
        _ = try await client.post("Patient", Sample.patient(family: name))
        var reply = try await client.get(
            "Patient?family=\(name)&_asOf=\(then)&_count=3&_revinclude=Observation:subject")
        #expect(reply.status == 200, "\(reply)")
        var found = reply.resources
        while let next = reply.link("next") {
            reply = try await client.get(next)
            found += reply.resources
        }
        let patients = found.filter { $0["resourceType"]?.string == "Patient" }
        #expect(patients.compactMap { $0["id"]?.string } == ids)
        #expect(patients.compactMap { $0.at("meta.versionId")?.string } == ["1", "1", "1", "2"])
        #expect(found.count == 8)
        #expect(try await client.get("Patient?family=\(name)&_asOf=\(then)&_summary=count")["total"] == "4")
        #expect(try await client.get("Patient?family=\(name)&_asOf=2020-01-01T00:00:00Z")["total"] == "0")
        let now = try await client.get("Patient?family=\(name)")
        #expect(now.ids.count == 3)
        #expect(
            try await client.get("Observation?subject:Patient.family=\(name)&_asOf=\(then)").ids.count == 4)
        expectRefusal(try await client.get("Patient?family=\(name)&_asOf=2020-01-01"), 400, naming: "_asOf")
    }
}
