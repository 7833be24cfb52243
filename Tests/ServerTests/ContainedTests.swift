import FHIR
import Testing

// https://hl7.org/fhir/R4/search.html#contained
@Suite("Searches of contained resources")
struct ContainedTests {
    /// An order of a medicine that it holds, and of another one that it holds too.
    private func order(_ code: String, _ more: String = "") -> String {
        """
        {"resourceType":"MedicationRequest",\(more.isEmpty ? "" : ##""supportingInformation":[{"reference":"#m2"}],"##)"status":"active","intent":"order","subject":{"display":"somebody"},
        "medicationReference":{"reference":"#m1"},"contained":[{"resourceType":"Medication","id":"m1",
        "text":{"status":"generated","div":"<div xmlns=\\"http://www.w3.org/1999/xhtml\\">pills</div>"},
        "code":{"coding":[{"system":"urn:pills","code":"\(code)"}]}}\(more)]}
        """
    }

    @Test("the container is told as a match, or the contained resource under its container's url")
    func told() async throws {
        let client = try await House.client
        let code = unique()
        let id = try await client.make("MedicationRequest", order(code))
        let query = "Medication?code=\(code)&_contained=true"
        try await client.expect("Medication?code=\(code)", finds: [])
        let container = try await client.get(query)
        #expect(container["total"] == "1" && container["entry.0.search.mode"] == "match", "\(container)")
        #expect(container["entry.0.fullUrl"]?.hasSuffix("/MedicationRequest/\(id)") == true)
        #expect(container["entry.0.resource.meta.versionId"] == "1")
        let contained = try await client.get("\(query)&_containedType=contained")
        #expect(contained["entry.0.fullUrl"]?.hasSuffix("/MedicationRequest/\(id)#m1") == true, "\(contained)")
        #expect(contained["entry.0.resource.resourceType"] == "Medication" && contained.ids == ["m1"])
        #expect(contained["entry.0.resource.meta"] == nil && contained["entry.0.search.mode"] == "match")
        #expect(contained.link("self")?.contains("_containedType=contained") == true)
        let short = try await client.get("\(query)&_containedType=contained&_elements=code")
        #expect(short["entry.0.resource.text"] == nil && short["entry.0.resource.code.coding.0.code"] == code)
        let xml = try await client.get("\(query)&_containedType=contained&_format=xml")
        #expect(xml.status == 200 && xml.text.contains("<id value=\"m1\"/>"), "\(xml)")
    }

    @Test("counts, totals, pages and both kinds together")
    func pages() async throws {
        let client = try await House.client
        let code = unique()
        for _ in 0..<3 {
            _ = try await client.make(
                "MedicationRequest",
                order(code, #",{"resourceType":"Medication","id":"m2","code":{"coding":[{"code":"\#(code)"}]}}"#))
        }
        _ = try await client.make(
            "Medication", #"{"resourceType":"Medication","code":{"coding":[{"code":"\#(code)"}]}}"#)
        for (rest, count) in [
            ("_contained=true", 3), ("_contained=both", 4), ("_contained=true&_containedType=contained", 6),
            ("_contained=both&_containedType=contained", 7),
        ] {
            let query = "Medication?code=\(code)&\(rest)"
            #expect(try await client.get("\(query)&_summary=count")["total"] == "\(count)")
            let pages = try await client.pages("\(query)&_count=2&_total=accurate")
            #expect(pages.flatMap(\.entries).compactMap { $0["fullUrl"]?.string }.count == count, "\(rest)")
            #expect(Set(pages.flatMap(\.entries).compactMap { $0["fullUrl"]?.string }).count == count, "\(rest)")
            #expect(pages.allSatisfy { $0["total"] == "\(count)" && $0.ids.count <= 2 })
        }
    }

    @Test("what cannot be had beside it is refused by name, and values that it does not have")
    func refused() async throws {
        let client = try await House.client
        for (rest, name) in [
            ("_sort=code", "_sort"), ("_include=Medication:manufacturer", "_include"), ("_explain=true", "_explain"),
            ("manufacturer.name=x", "chain"), ("_has:MedicationRequest:medication:status=active", "_has"),
            ("_text=x", "_text"), ("_containedType=x", "contained"),
        ] {
            expectRefusal(try await client.get("Medication?_contained=true&\(rest)"), 400, naming: name)
        }
        expectRefusal(try await client.get("Medication?_contained=yes"), 400, naming: "both")
        expectRefusal(try await client.get("AuditEvent?_contained=true"), 400, naming: "_contained")
        let idle = try await client.get("Medication?code=\(unique())&_containedType=contained")
        #expect(idle.status == 200 && idle.diagnostics.contains("_containedType"), "\(idle)")
    }
}
