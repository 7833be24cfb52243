import FHIR
import Testing

@Suite("Changes of meta")
struct MetaChangeTests {
    private func node(_ json: String) throws -> JSONNode { try JSONDocument.parse(Array(json.utf8)).root }

    private func apply(_ kind: MetaChange.Kind, _ meta: String, to resource: String) throws -> String? {
        try MetaChange(kind, try node(meta)).apply(to: try node(resource)).map { String(decoding: $0, as: UTF8.self) }
    }

    private let resource =
        #"{"resourceType":"Basic","meta":{"versionId":"1","profile":["p"],"tag":[{"system":"s","code":"a","display":"A"}]},"id":"1"}"#

    @Test("labels are a set, known by system and code; all else stays")
    func sets() throws {
        #expect(
            try apply(.add, #"{"profile":["p","q"],"tag":[{"system":"s","code":"a"},{"code":"a"}]}"#, to: resource)
                == #"{"resourceType":"Basic","meta":{"versionId":"1","profile":["p","q"],"tag":[{"system":"s","code":"a","display":"A"},{"code":"a"}]},"id":"1"}"#
        )
        #expect(
            try apply(.delete, #"{"profile":["p"],"tag":[{"system":"s","code":"a"}]}"#, to: resource)
                == #"{"resourceType":"Basic","meta":{"versionId":"1"},"id":"1"}"#)
        #expect(
            try apply(.add, #"{"security":[{"code":"R"}]}"#, to: #"{"resourceType":"Basic"}"#)
                == #"{"resourceType":"Basic","meta":{"security":[{"code":"R"}]}}"#)
    }

    @Test("what changes nothing is no change, and what cannot be changed is refused")
    func nothing() throws {
        #expect(try apply(.add, #"{"profile":["p"]}"#, to: resource) == nil)
        #expect(try apply(.delete, #"{"profile":["x"]}"#, to: resource) == nil)
        #expect(throws: Issue.self) { _ = try apply(.add, #"{"source":"x"}"#, to: resource) }
        #expect(throws: Issue.self) { _ = try apply(.add, "{}", to: resource) }
    }
}
