import Testing

@testable import FHIR

@Suite("Hostile JSON Patches")
struct JSONPatchHostileTests {
    @Test("copies of copies are refused before they fill the memory")
    func doubling() throws {
        let resource = #"{"resourceType":"Basic","a":["0123456789"]}"#
        let doubling =
            "[" + Array(repeating: #"{"op":"copy","from":"/a","path":"/a/-"}"#, count: 200).joined(separator: ",") + "]"
        #expect(try refusal(resource, doubling)?.issue.code == .tooCostly)
        let nested = "[" + (0..<200).map { #"{"op":"copy","from":"","path":"/x\#($0)"}"# }.joined(separator: ",") + "]"
        #expect(try refusal(resource, nested)?.issue.code == .tooCostly)
        // One large text that is never opened: few values, many bytes.
        let large = #"{"resourceType":"Basic","a":[["\#(String(repeating: "x", count: 100_000))"]]}"#
        let error = try #require(try refusal(large, doubling))
        #expect(error.issue.code == .tooCostly && error.issue.diagnostics.contains("larger"))
    }

    @Test("the size counts what is there in the end, not what was there in between")
    func sizeShrinks() {
        var operations: [String] = []
        for _ in 0..<100 {
            operations.append(#"{"op":"copy","from":"/a","path":"/b"}"#)
            operations.append(#"{"op":"remove","path":"/b"}"#)
        }
        let resource = #"{"resourceType":"Basic","a":"\#(String(repeating: "x", count: 10_000))"}"#
        let limits = PatchLimits(maximumResultBytes: 30_000)
        #expect(patched(resource, "[\(operations.joined(separator: ","))]", limits: limits) == resource)
    }

    @Test("too many operations are refused unread")
    func operations() throws {
        let many = "[" + Array(repeating: #"{"op":"remove","path":"/a"}"#, count: 10_001).joined(separator: ",") + "]"
        let error = try #require(try refusal(patient, many))
        #expect(error.fault == .document && error.issue.code == .tooCostly)
    }

    @Test("thousands of operations on a long list end at the limit of steps")
    func steps() throws {
        let list = "[" + Array(repeating: "1", count: 100_000).joined(separator: ",") + "]"
        let resource = #"{"resourceType":"Basic","a":\#(list)}"#
        let inserts =
            "[" + Array(repeating: #"{"op":"add","path":"/a/0","value":2}"#, count: 9_000).joined(separator: ",") + "]"
        #expect(try refusal(resource, inserts)?.issue.code == .tooCostly)
    }

    @Test("depth that grows with every operation never overflows a stack")
    func depth() throws {
        let deep = String(repeating: "[", count: 90) + String(repeating: "]", count: 90)
        // Each move wraps all that was there before.
        var operations = [#"{"op":"add","path":"/a","value":\#(deep)}"#]
        for _ in 0..<400 {
            operations.append(#"{"op":"add","path":"/b","value":[]}"#)
            operations.append(#"{"op":"move","from":"/a","path":"/b/0"}"#)
            operations.append(#"{"op":"move","from":"/b","path":"/a"}"#)
        }
        let result = patched(#"{"resourceType":"Basic"}"#, "[\(operations.joined(separator: ","))]")
        #expect(result.hasPrefix("resource too-costly"), "\(result.prefix(300))")
    }

    @Test("a long pointer leads nowhere, in a short sentence")
    func longPointer() throws {
        let pointer = String(repeating: "/a", count: 200_000)
        let error = try #require(try refusal(patient, #"[{"op":"remove","path":"\#(pointer)"}]"#))
        #expect(error.issue.diagnostics.utf8.count < 1_000)
        #expect((error.issue.expression ?? "").utf8.count < 1_000)
    }
}
