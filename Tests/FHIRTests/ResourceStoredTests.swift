import FHIR
import Testing

@Suite("The stored form of a resource")
struct ResourceStoredTests {
    private func stored(_ source: String) throws -> String {
        text(StoredResource(try JSONDocument.of(source), type: .patient).content)
    }

    private func rendered(_ source: String) throws -> String {
        text(
            StoredResource(try JSONDocument.of(source), type: .patient).rendered(
                id: "p1", version: 3, lastUpdated: 1_795_194_000_000_000))
    }

    @Test(
        "id, version and time are taken out, the type goes first, then meta, and the rest keeps its order",
        arguments: [
            (#"{"resourceType":"Patient"}"#, #"{"resourceType":"Patient"}"#),
            (#"{"resourceType":"Patient","id":"x"}"#, #"{"resourceType":"Patient"}"#),
            (#"{"id":"x","b":1,"resourceType":"Patient","a":2}"#, #"{"resourceType":"Patient","b":1,"a":2}"#),
            (
                #"{"b":1,"meta":{"profile":["p"],"versionId":"9","tag":[]},"resourceType":"Patient","a":2}"#,
                #"{"resourceType":"Patient","meta":{"profile":["p"],"tag":[]},"b":1,"a":2}"#
            ),
            (
                #"{ "resourceType" : "Patient" , "meta" : { "versionId" : "1" , "_versionId" : {"id":"q"}, "lastUpdated":"2020-01-01T00:00:00Z", "_lastUpdated":{} } , "a" : [ 1 ] }"#,
                #"{"resourceType":"Patient","a":[1]}"#
            ),
            (#"{"resourceType":"Patient","meta":{},"a":1}"#, #"{"resourceType":"Patient","a":1}"#),
            (
                #"{"resourceType":"Patient","m\u0065ta":{"source":"s"},"\u0069d":"x"}"#,
                #"{"resourceType":"Patient","meta":{"source":"s"}}"#
            ),
            (
                #"{"resourceType":"Patient","_id":{"id":"z"},"contained":[{"id":"c","meta":{"versionId":"1"}}]}"#,
                #"{"resourceType":"Patient","_id":{"id":"z"},"contained":[{"id":"c","meta":{"versionId":"1"}}]}"#
            ),
            (#"{"a":1}"#, #"{"resourceType":"Patient","a":1}"#),
            ("{}", #"{"resourceType":"Patient"}"#),
            (#"{"meta":"odd","id":["odd"]}"#, #"{"resourceType":"Patient"}"#),
        ])
    func canonical(_ source: String, _ expected: String) throws {
        #expect(try stored(source) == expected)
        #expect(try stored(expected) == expected)
    }

    @Test(
        "sending puts id, version and time back by copying bytes",
        arguments: [
            (
                #"{"resourceType":"Patient"}"#,
                #"{"resourceType":"Patient","id":"p1","meta":{"versionId":"3","lastUpdated":"2026-11-20T17:00:00.000Z"}}"#
            ),
            (
                #"{"resourceType":"Patient","a":{"meta":{}}}"#,
                #"{"resourceType":"Patient","id":"p1","meta":{"versionId":"3","lastUpdated":"2026-11-20T17:00:00.000Z"},"a":{"meta":{}}}"#
            ),
            (
                #"{"resourceType":"Patient","meta":{"tag":[{"code":"x"}]},"a":1}"#,
                #"{"resourceType":"Patient","id":"p1","meta":{"versionId":"3","lastUpdated":"2026-11-20T17:00:00.000Z","tag":[{"code":"x"}]},"a":1}"#
            ),
        ])
    func renders(_ source: String, _ expected: String) throws {
        #expect(try rendered(source) == expected)
        #expect(try rendered(expected) == expected)
    }

    @Test("rendering appends to what is there, and refuses what was never stored")
    func appends() throws {
        var output = [UInt8]("[".utf8)
        let content = [UInt8](#"{"resourceType":"Patient"}"#.utf8)
        for _ in 0..<3 {
            #expect(StoredResource.render(content: content, id: "a", version: 1, lastUpdated: 0, into: &output))
        }
        #expect(text(output).hasPrefix(#"[{"resourceType":"Patient","id":"a","meta":"#))
        let length = output.count
        for odd in ["", "{}", #"{"resourceType":"Pat"#, #"{"id":"x"}"#] {
            #expect(
                !StoredResource.render(content: [UInt8](odd.utf8), id: "a", version: 1, lastUpdated: 0, into: &output))
        }
        #expect(output.count == length)
    }

    @Test("edits reach the rest, meta and a meta that is replaced as a whole")
    func edits() throws {
        let document = try JSONDocument.of(
            #"{"resourceType":"Patient","link":[{"other":{"reference":"urn:uuid:1"}}],"meta":{"source":"old","tag":[{"code":"t"}]},"id":"x","z":0}"#
        )
        let meta = try #require(document.root["meta"])
        let reference = try #require(document.root.elements("link").first?["other"]?["reference"])
        var edits = JSONEdits()
        edits.replace(reference.index, withString: "Patient/a-longer-identifier-than-before")
        edits.drop(try #require(document.root["z"]).index)
        edits.replace(try #require(meta["source"]).index, withString: "new")
        let link = #""link":[{"other":{"reference":"Patient/a-longer-identifier-than-before"}}]"#
        func content() -> String { text(StoredResource(document, type: .patient, edits: edits).content) }
        #expect(content() == #"{"resourceType":"Patient","meta":{"source":"new","tag":[{"code":"t"}]},"# + link + "}")
        edits.drop(try #require(meta["source"]).index)
        edits.drop(try #require(meta["tag"]).index)
        #expect(content() == #"{"resourceType":"Patient","# + link + "}")
        edits.replace(meta.index, with: [UInt8](#"{ "versionId":"7", "security" : [ ] }"#.utf8))
        #expect(content() == #"{"resourceType":"Patient","meta":{"security":[]},"# + link + "}")
        edits.drop(meta.index)
        #expect(content() == #"{"resourceType":"Patient","# + link + "}")
    }

    @Test("a resource within a bundle is stored as if it had come alone")
    func entries() throws {
        let bundle = try JSONDocument.of(
            #"{"entry":[{"x":1},{"resource":{ "resourceType":"Patient", "id":"1", "name" : [ {"family":"A"} ] }}]}"#)
        let entry = try #require(bundle.root.elements("entry").dropFirst().first { _ in true }?["resource"])
        #expect(
            text(StoredResource(entry, type: .patient).content)
                == #"{"resourceType":"Patient","name":[{"family":"A"}]}"#)
    }

    /// Parses, stores, renders and parses again; the result must say the same.
    private func checkRoundTrip(_ resource: JSONNode, _ name: String) throws {
        guard let type = resource["resourceType"]?.string.flatMap({ ResourceType($0) }) else {
            Testing.Issue.record("\(name) has no type")
            return
        }
        let stored = StoredResource(resource, type: type)
        let again = try JSONDocument.parse(
            stored.rendered(id: "some-id", version: 12, lastUpdated: 1_700_000_000_123_456))
        let original = try JSONDocument.parse(JSONWriter.compact(resource))
        let isEqual = JSONDocument.semanticallyEqual(
            original, again,
            ignoring: ["id", "meta.versionId", "meta.lastUpdated", "meta._versionId", "meta._lastUpdated"])
        #expect(isEqual, "\(name)")
        #expect(again.root["id"]?.string == "some-id")
        #expect(again.root["meta"]?["versionId"]?.string == "12")
        #expect(again.root["meta"]?["lastUpdated"]?.string == "2023-11-14T22:13:20.123Z")
        #expect(StoredResource(again, type: type).content == stored.content, "\(name)")
    }

    @Test(
        "every resource of the Synthea records comes back as it was sent",
        .enabled(if: JSONCorpus.synthea.isPresent, "../shared/data is not here"))
    func synthea() throws {
        var count = 0
        for (name, bytes) in try JSONCorpus.synthea.files() {
            for entry in try JSONDocument.parse(bytes).root.elements("entry") {
                try checkRoundTrip(try #require(entry["resource"]), "\(name) entry \(count)")
                count += 1
            }
        }
        #expect(count == 12_952)
    }

    @Test(
        "every example of the specification comes back as it was sent",
        .enabled(if: JSONCorpus.specification.isPresent, "../shared/data is not here"))
    func specification() throws {
        var count = 0
        for (name, bytes) in try JSONCorpus.specification.files() {
            let document = try JSONDocument.parse(bytes)
            try checkRoundTrip(document.root, name)
            let pretty = try JSONDocument.parse(JSONWriter.pretty(document.root))
            #expect(JSONDocument.semanticallyEqual(document, pretty), "\(name)")
            #expect(JSONWriter.compact(pretty.root) == JSONWriter.compact(document.root), "\(name)")
            count += 1
        }
        #expect(count > 0)
    }
}
