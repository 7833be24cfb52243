import FHIR
import TestSupport
import Testing

@Suite("Any bytes at all")
struct JSONFuzzTests {
    static let documents: [String] = [
        #"{"resourceType":"Patient","id":"a","meta":{"versionId":"1","tag":[{"code":"x"}]},"name":[{"given":["Zoë"]}]}"#,
        "{\n  \"a\" : [ 1.50, -0, 1E+400 , true,false , null ],\t\"\\u00e9\\n\": \"\\uD83D\\uDE00 \\\"q\\\"\",\r\n \"😀\" : {} }",
        #"[[],{},"",{"":[{"k":"€"}]},"abcdefgh\\ijklmnop","0123456789"]"#,
    ]

    /// Reads the bytes and, where they are accepted, everything in them.
    private func exercise(_ bytes: [UInt8]) {
        let document: JSONDocument
        do throws(JSONError) {
            document = try JSONDocument.parse(bytes)
        } catch {
            #expect(error.offset <= bytes.count)
            #expect(error.line >= 1 && error.column >= 1 && !error.message.isEmpty)
            return
        }
        let compact = JSONWriter.compact(document.root)
        let pretty = JSONWriter.pretty(document.root)
        for written in [compact, pretty] {
            guard let again = try? JSONDocument.parse(written) else {
                Testing.Issue.record("not readable again: \(text(bytes))")
                continue
            }
            #expect(JSONDocument.semanticallyEqual(document, again))
            #expect(JSONWriter.compact(again.root) == compact)
        }
        let stored = StoredResource(document, type: .patient)
        #expect((try? JSONDocument.parse(stored.content)) != nil)
        #expect((try? JSONDocument.parse(stored.rendered(id: "i", version: 1, lastUpdated: 0))) != nil)
    }

    @Test("every beginning of a document is refused or read", arguments: documents)
    func prefixes(_ document: String) {
        let bytes = [UInt8](document.utf8)
        for length in 0...bytes.count {
            exercise(Array(bytes[..<length]))
            if length < bytes.count { #expect(refusal(of: Array(bytes[..<length])) != nil) }
        }
    }

    @Test("every change of one byte of a document is refused or read", arguments: documents)
    func mutations(_ document: String) {
        // One letter in a string is like another; what remains are 256 values less the 50 for which nothing differs.
        let values = (UInt8.min...UInt8.max).filter { !(0x47...0x5A ~= $0) && !(0x76...0x7A ~= $0) && $0 != 0x67 }
        var bytes = [UInt8](document.utf8)
        for offset in bytes.indices {
            let original = bytes[offset]
            for value in values {
                bytes[offset] = value
                exercise(bytes)
            }
            bytes[offset] = original
        }
    }

    @Test("random bytes and random tokens are refused or read")
    func random() {
        var random = SeededRandom(state: 2_026)
        let tokens = [
            "{", "}", "[", "]", ",", ":", "\"a\"", "\"b\"", "\"\\u0061\"", "1", "-0.5e1", "true", "null", " ", "\n",
            "\"resourceType\"", "\"meta\"", "\"id\"", "\"é\"",
        ]
        for _ in 0..<5_000 {
            let count = Int.random(in: 0..<24, using: &random)
            exercise((0..<count).map { _ in UInt8.random(in: 0...255, using: &random) })
            exercise(
                (0..<count).flatMap { _ in [UInt8](tokens[Int.random(in: 0..<tokens.count, using: &random)].utf8) })
        }
    }
}
