import FHIR
import Testing

// https://hl7.org/fhir/R4/extension-resolve-as-version-specific.html
@Suite("References that a transaction makes version specific")
struct VersionSpecificTests {
    private static let wish =
        #"{"url":"http://hl7.org/fhir/StructureDefinition/resolve-as-version-specific","valueBoolean":true}"#

    /// A reference that asks for the version of its target, with other extensions beside the wish.
    private func reference(_ target: String, _ more: String = "") -> String {
        #"{"extension":[\#(more)\#(Self.wish)],"reference":"\#(target)"}"#
    }

    private func basic(_ subject: String, id: String? = nil, _ more: String = "") -> String {
        let id = id.map { #""id":"\#($0)","# } ?? ""
        return #"{"resourceType":"Basic",\#(id)"code":{"text":"x"},"subject":\#(subject)\#(more)}"#
    }

    private func post(_ entries: [String]) async throws -> Reply {
        let client = try await House.client
        return try await client.post(
            "", Sample.bundle("transaction", entries), ["Prefer": "return=representation"])
    }

    private func subjects(_ reply: Reply) -> [String?] {
        reply.entries.map { $0.at("resource.subject.reference")?.string }
    }

    @Test("to what is there, and to what the same transaction makes, changes or leaves as it is; the wish is gone then")
    func versions() async throws {
        let client = try await House.client
        let id = unique()
        for family in ["A", "B"] { _ = try await client.put("Patient/\(id)", Sample.patient(id: id, family: family)) }
        let changed = unique()
        _ = try await client.put("Patient/\(changed)", Sample.patient(id: changed, family: "A"))
        let same = unique()
        _ = try await client.put("Patient/\(same)", Sample.patient(id: same, family: "A"))
        let other = #"{"url":"http://example.org/other","valueCode":"x"},"#
        let reply = try await post([
            Sample.entry("POST", "Basic", basic(reference("Patient/\(id)"))),
            Sample.entry("POST", "Basic", basic(reference("urn:uuid:8d0bb6f8-8a8d-4f0c-8f43-6a1d2f8e4c11", other))),
            Sample.entry("POST", "Basic", basic(reference("Patient/\(changed)"))),
            Sample.entry("POST", "Basic", basic(reference("Patient/\(same)"))),
            Sample.entry("POST", "Basic", basic(#"{"reference":"Patient/\#(id)"}"#)),
            Sample.entry(
                "POST", "Patient", Sample.patient(), fullURL: "urn:uuid:8d0bb6f8-8a8d-4f0c-8f43-6a1d2f8e4c11"),
            Sample.entry("PUT", "Patient/\(changed)", Sample.patient(id: changed, family: "B")),
            Sample.entry("PUT", "Patient/\(same)", Sample.patient(id: same, family: "A")),
        ])
        #expect(reply.status == 200, "\(reply)")
        let made = try #require(reply["entry.5.response.location"])
        #expect(
            subjects(reply).prefix(5) == [
                "Patient/\(id)/_history/2", made, "Patient/\(changed)/_history/2", "Patient/\(same)/_history/1",
                "Patient/\(id)",
            ], "\(reply)")
        #expect(
            reply["entry.0.resource.subject.extension"] == nil && reply.count("entry.0.resource.subject.extension") == 0
        )
        #expect(reply.count("entry.1.resource.subject.extension") == 1)
        #expect(reply["entry.1.resource.subject.extension.0.valueCode"] == "x")
        #expect(reply["entry.7.response.etag"] == #"W/"1""# && reply["entry.6.response.etag"] == #"W/"2""#)
        // What is stored is what was told, and it is found by the version.
        let stored = try #require(reply["entry.0.resource.id"])
        #expect(try await client.get("Basic/\(stored)")["subject.reference"] == "Patient/\(id)/_history/2")
        try await client.expect("Basic?_id=\(stored)&subject=Patient/\(id)/_history/2", finds: [stored])
        try await client.expect("Basic?_id=\(stored)&subject=Patient/\(id)", finds: [stored])
    }

    @Test("two that name each other's versions, and a chain of them, come out with the versions that are there then")
    func rings() async throws {
        let client = try await House.client
        let (one, other, third) = (unique(), unique(), unique())
        func entries(_ more: String) -> [String] {
            [
                Sample.entry("PUT", "Basic/\(one)", basic(reference("Basic/\(other)"), id: one)),
                Sample.entry("PUT", "Basic/\(other)", basic(reference("Basic/\(one)"), id: other, more)),
                Sample.entry("PUT", "Basic/\(third)", basic(reference("Basic/\(one)"), id: third)),
            ]
        }
        for (more, version) in [("", 1), ("", 1), (#","created":"2024-01-01""#, 2), (#","created":"2024-01-01""#, 2)] {
            let reply = try await post(entries(more))
            #expect(
                subjects(reply) == [other, one, one].map { "Basic/\($0)/_history/\(version)" }, "\(reply)")
            for id in [one, other, third] {
                let now = try await client.get("Basic/\(id)")
                #expect(now.version == "\(version)")
                let target = try #require(now["subject.reference"])
                #expect(try await client.get(target).status == 200)
            }
        }
    }

    @Test("what is not there, or goes in the same transaction, refuses it; what is elsewhere or asks for nothing stays")
    func refused() async throws {
        let client = try await House.client
        let id = unique()
        _ = try await client.put("Patient/\(id)", Sample.patient(id: id))
        expectRefusal(
            try await post([Sample.entry("POST", "Basic", basic(reference("Patient/none-\(id)")))]), 422,
            naming: "Patient/none-\(id)")
        expectRefusal(
            try await post([
                Sample.entry("POST", "Basic", basic(reference("Patient/\(id)"))),
                Sample.entry("DELETE", "Patient/\(id)"),
            ]), 422, naming: "Patient/\(id)")
        #expect(try await client.get("Patient/\(id)").status == 200)
        let no = #"{"extension":[\#(Self.wish.replacing("true", with: "false"))],"reference":"Patient/\#(id)"}"#
        let reply = try await post([
            Sample.entry("POST", "Basic", basic(reference("http://elsewhere.example/Patient/1"))),
            Sample.entry("POST", "Basic", basic(reference("Patient/\(id)/_history/1"))),
            Sample.entry("POST", "Basic", basic(no)),
        ])
        #expect(
            subjects(reply) == [
                "http://elsewhere.example/Patient/1", "Patient/\(id)/_history/1", "Patient/\(id)",
            ], "\(reply)")
        #expect(reply.count("entry.2.resource.subject.extension") == 1)
    }
}
