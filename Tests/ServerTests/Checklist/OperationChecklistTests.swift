import FHIR
import Testing

/// operations.html and the operations of patient.html, observation.html, composition.html, resource.html
@Suite("Checklist: operations")
struct OperationChecklistTests {
    /// A patient with two observations of one code, a year apart, and somebody else's.
    private func story(_ client: Client) async throws -> (patient: String, old: String, new: String, others: String) {
        let patient = try await client.make("Patient", Sample.patient())
        func observation(_ subject: String, _ date: String) async throws -> String {
            try await client.make(
                "Observation",
                Sample.observation(
                    subject: subject,
                    #","effectiveDateTime":"\#(date)","category":[{"coding":[{"code":"laboratory"}]}]"#))
        }
        let other = try await client.make("Patient", Sample.patient())
        return (
            patient, try await observation("Patient/\(patient)", "2023-01-01"),
            try await observation("Patient/\(patient)", "2024-01-01"),
            try await observation("Patient/\(other)", "2024-01-01")
        )
    }

    @Test("$everything brings a patient's record: dates, _type, _since, pages, each once and nothing of others")
    func everything() async throws {
        let client = try await House.client
        let story = try await story(client)
        func ids(_ query: String) async throws -> [String] {
            try await client.pages("Patient/\(story.patient)/$everything\(query)").flatMap(\.ids).sorted()
        }
        #expect(try await ids("") == [story.patient, story.old, story.new].sorted())
        #expect(try await ids("?_count=1") == [story.patient, story.old, story.new].sorted())
        #expect(try await ids("?_type=Observation") == [story.old, story.new].sorted())
        #expect(try await ids("?_type=Observation&start=2023-06-01") == [story.new])
        #expect(try await ids("?_type=Observation&end=2023-06-01") == [story.old])
        #expect(try await ids("?_since=2100-01-01T00:00:00Z").isEmpty)
        expectRefusal(try await client.get("Patient/\(unique())/$everything"), 404)
    }

    @Test("$lastn brings the latest of each code")
    func lastn() async throws {
        let client = try await House.client
        let story = try await story(client)
        let query = "Observation/$lastn?patient=Patient/\(story.patient)&category=laboratory"
        let reply = try await client.get(query)
        #expect(reply.status == 200, "\(reply)")
        #expect(reply.ids == [story.new])
        #expect(try await client.get("\(query)&max=2").ids.sorted() == [story.old, story.new].sorted())
    }

    @Test("$meta reads, adds and takes away tags without a new version of anything else")
    func meta() async throws {
        let client = try await House.client
        let id = try await client.make("Patient", Sample.patient())
        let tag = #"{"system":"http://e.example/t","code":"\#(unique())"}"#
        let body =
            #"{"resourceType":"Parameters","parameter":[{"name":"meta","valueMeta":{"tag":[\#(tag)]}}]}"#
        let added = try await client.post("Patient/\(id)/$meta-add", body)
        #expect(added.status == 200, "\(added)")
        let read = try await client.get("Patient/\(id)/$meta")
        #expect(read.status == 200 && read.text.contains("http://e.example/t"), "\(read)")
        #expect(try await client.get("Patient/\(id)")["meta.tag.0.system"] == "http://e.example/t")
        #expect(try await client.post("Patient/\(id)/$meta-delete", body).status == 200)
        #expect(try await client.get("Patient/\(id)")["meta.tag.0.system"] == nil)
    }

    @Test("$document makes a bundle of a composition and what it refers to")
    func document() async throws {
        let client = try await House.client
        let patient = try await client.make("Patient", Sample.patient())
        let id = try await client.make(
            "Composition",
            #"""
            {"resourceType":"Composition","status":"final","type":{"text":"letter"},"date":"2026-01-01","title":"Letter",
            "author":[{"display":"Ward 7"}],"subject":{"reference":"Patient/\#(patient)"}}
            """#)
        let reply = try await client.get("Composition/\(id)/$document")
        #expect(reply.status == 200 && reply["type"] == "document", "\(reply)")
        #expect(reply["entry.0.resource.resourceType"] == "Composition")
        #expect(reply.ids.sorted() == [id, patient].sorted())
    }

    @Test("codes are expanded, validated, looked up, compared and translated on what is loaded")
    func terminology() async throws {
        let client = try await House.client
        let (system, set) = ("http://e.example/cs/\(unique())", "http://e.example/vs/\(unique())")
        _ = try await client.make(
            "CodeSystem",
            #"""
            {"resourceType":"CodeSystem","url":"\#(system)","status":"active","content":"complete","caseSensitive":true,
            "hierarchyMeaning":"is-a","concept":[{"code":"animal","display":"Animal","concept":[{"code":"cat","display":"Cat"}]}]}
            """#)
        _ = try await client.make(
            "ValueSet",
            #"""
            {"resourceType":"ValueSet","url":"\#(set)","status":"active","compose":{"include":[{"system":"\#(system)"}]}}
            """#)
        let expanded = try await client.get("ValueSet/$expand?url=\(set)&filter=ca")
        #expect(expanded.status == 200 && expanded["expansion.contains.0.code"] == "cat", "\(expanded)")
        func parameter(_ reply: Reply, _ name: String) -> JSONNode? {
            reply.json?.elements("parameter").first { $0["name"]?.string == name }
        }
        let valid = try await client.get("ValueSet/$validate-code?url=\(set)&system=\(system)&code=cat")
        #expect(parameter(valid, "result")?["valueBoolean"]?.bool == true, "\(valid)")
        let invalid = try await client.get("ValueSet/$validate-code?url=\(set)&system=\(system)&code=dog")
        #expect(parameter(invalid, "result")?["valueBoolean"]?.bool == false, "\(invalid)")
        let looked = try await client.get("CodeSystem/$lookup?system=\(system)&code=cat")
        #expect(parameter(looked, "display")?["valueString"]?.string == "Cat", "\(looked)")
        let compared = try await client.get("CodeSystem/$subsumes?system=\(system)&codeA=animal&codeB=cat")
        #expect(parameter(compared, "outcome")?["valueCode"]?.string == "subsumes", "\(compared)")
    }
}
