import FHIR
import Testing

/// http.html#history
@Suite("Checklist: history of a type and of the system")
struct HistoryChecklistTests {
    /// Three versions of one resource, one of them a deletion, and one of another type.
    private func story(_ client: Client) async throws -> (basic: String, patient: String) {
        let basic = try await client.make("Basic", #"{"resourceType":"Basic","code":{"text":"one"}}"#)
        let two = #"{"resourceType":"Basic","id":"\#(basic)","code":{"text":"two"}}"#
        #expect(try await client.put("Basic/\(basic)", two).status == 200)
        #expect(try await client.delete("Basic/\(basic)").status == 204)
        return (basic, try await client.make("Patient", Sample.patient()))
    }

    private func told(_ reply: Reply, _ path: String) -> [String] {
        reply.entries.filter { $0["fullUrl"]?.string?.hasSuffix(path) == true }
            .compactMap { $0.at("request.method")?.string }
    }

    @Test("the history of a type has every version of its resources, newest first, deletions without a resource")
    func type() async throws {
        try await House.with { house in
            let client = house.client
            let (basic, _) = try await story(client)
            let history = try await client.get("Basic/_history")
            #expect(history.status == 200 && history["type"] == "history", "\(history)")
            #expect(told(history, "Basic/\(basic)") == ["DELETE", "PUT", "POST"], "\(history)")
            #expect(history["entry.0.resource.resourceType"] == nil)
            #expect(history["entry.0.response.status"]?.hasPrefix("204") == true)
            #expect(history.entries.allSatisfy { $0["fullUrl"]?.string?.contains("/Basic/") == true })
            for entry in history.entries {
                let version = (entry.at("response.etag")?.string ?? "").filter(\.isNumber)
                let status = try await client.get("Basic/\(basic)/_history/\(version)").status
                #expect(status == (entry["resource"] == nil ? 410 : 200))
            }
        }
    }

    @Test("the history of the system has every version of every type, newest first")
    func system() async throws {
        try await House.with { house in
            let client = house.client
            let (basic, patient) = try await story(client)
            let history = try await client.get("_history")
            #expect(history.status == 200 && history["type"] == "history", "\(history)")
            #expect(told(history, "Basic/\(basic)") == ["DELETE", "PUT", "POST"])
            #expect(told(history, "Patient/\(patient)") == ["POST"])
            #expect(history["entry.0.fullUrl"]?.hasSuffix("Patient/\(patient)") == true, "\(history)")
        }
    }

    @Test("_since leaves out what is older, at the type and at the system, and a time to come leaves out all")
    func since() async throws {
        try await House.with { house in
            let client = house.client
            let first = try await client.post("Basic", #"{"resourceType":"Basic","code":{"text":"old"}}"#)
            try await Task.sleep(for: .milliseconds(20))
            let second = try await client.post("Basic", #"{"resourceType":"Basic","code":{"text":"new"}}"#)
            let moment = try #require(second["meta.lastUpdated"]).replacing("+", with: "%2B")
            for path in ["Basic/_history", "_history"] {
                let since = try await client.get("\(path)?_since=\(moment)")
                #expect(since.ids == [second.id], "\(path): \(since)")
                #expect(try await client.get(path).ids == [second.id, first.id])
                let future = try await client.get("\(path)?_since=2100-01-01T00:00:00Z")
                #expect(future.status == 200 && future.count("entry") == 0)
                #expect(future["total"] == nil || future["total"] == "0")
            }
        }
    }

    @Test("pages of a history walk what was there at the start, each version once, while others write")
    func pages() async throws {
        try await House.with { house in
            let client = house.client
            var ids: [String] = []
            for number in 1...9 {
                ids.append(try await client.make("Basic", #"{"resourceType":"Basic","code":{"text":"\#(number)"}}"#))
            }
            for path in ["Basic/_history", "_history"] {
                var seen: [String] = []
                var next: String? = "\(path)?_count=4"
                while let url = next {
                    let page = try await client.get(url)
                    #expect(page.status == 200 && page.count("entry") <= 4, "\(page)")
                    seen += page.ids
                    next = page.link("next")
                    _ = try await client.make("Basic", #"{"resourceType":"Basic","code":{"text":"later"}}"#)
                }
                let known = seen.filter(ids.contains)
                #expect(known == ids.reversed(), "\(path)")
                #expect(Set(seen).count == seen.count)
            }
        }
    }
}
