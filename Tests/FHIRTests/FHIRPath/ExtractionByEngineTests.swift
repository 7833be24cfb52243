import Foundation
import Testing

@testable import FHIR

@Suite(
    "FHIRPath: search parameters on the official examples, against an independent engine",
    .enabled(if: SearchTestData.isPresent, "needs ../shared/data"))
struct ExtractionByEngineTests {
    @Test("5,431 evaluations give as many values, of the same types and content")
    func extraction() throws {
        let lines = String(decoding: try SearchTestData.bytes("search/extraction.tsv"), as: UTF8.self)
            .split(separator: "\n")
        var differences: [String] = []
        try SearchTestData.unpack("examples/spec-pairs.tar.gz") { folder in
            var documents: [Substring: JSONDocument] = [:]
            for line in lines {
                let columns = line.split(separator: "\t", maxSplits: 4, omittingEmptySubsequences: false)
                if documents[columns[0]] == nil {
                    let data = try Data(contentsOf: folder.appending(path: "json/\(columns[0])"))
                    documents[columns[0]] = try JSONDocument.parse(Array(data))
                }
                let document = try #require(documents[columns[0]])
                let items = try evaluate(String(columns[1]), document)
                let theirs = columns[4].components(separatedBy: " ;; ")
                if String(items.count) != columns[3] {
                    differences.append(
                        "\(columns[0]) \(columns[1]): \(columns[3]), here \(items.map(\.rendering.line))")
                } else if theirs.count == items.count, !Self.areSame(items, theirs) {
                    differences.append("\(columns[0]) \(columns[1]): \(theirs), here \(items.map(\.rendering.line))")
                }
            }
        }
        print("extraction by the engine: \(lines.count - differences.count) of \(lines.count) the same")
        for difference in differences.prefix(40) { print(difference.prefix(600)) }
        // Parameters/_id, twice: the independent engine counts the missing id of a Parameters resource as a value.
        #expect(differences.count <= 2)
    }

    private func evaluate(_ code: String, _ document: JSONDocument) throws -> [FHIRPathItem] {
        let node = FHIRPathNode(resource: document.root)
        let type = try #require(node.type.resourceType)
        let parameter = try #require(R4.table.searchParameter(type, code))
        return try FHIRPath(parameter.expression, dialect: .specification, context: node.type)
            .evaluate(node, in: .default)
    }

    /// Their values are `Type=json` or `Type=text`; an id is written with its type, and its version.
    private static func areSame(_ items: [FHIRPathItem], _ theirs: [String]) -> Bool {
        var rest = items
        return theirs.allSatisfy { value in
            guard let equals = value.firstIndex(of: "=") else { return false }
            let type = value[..<equals]
            let text = value[value.index(after: equals)...]
            guard let match = rest.firstIndex(where: { $0.isNamed(type) && $0.says(text) }) else { return false }
            rest.remove(at: match)
            return true
        }
    }
}

extension FHIRPathItem {
    fileprivate func isNamed(_ type: Substring) -> Bool {
        typeName == type || typeName == "System.\(type.prefix(1).uppercased())\(type.dropFirst())"
    }

    fileprivate func says(_ theirs: Substring) -> Bool {
        // Resources and elements without a type's name are named there, not written.
        if theirs == "<\(typeName)>" { return true }
        guard case .node(let node) = self, let json = node.json, json.kind == .object else {
            guard let text else { return false }
            // White space at the ends of lines was lost on their side.
            if text.split(whereSeparator: \.isWhitespace) == theirs.split(whereSeparator: \.isWhitespace) {
                return true
            }
            if let one = FHIRDecimal(text), let other = FHIRDecimal(String(theirs)) { return one == other }
            return typeName == "id" && theirs.split(separator: "/").contains { $0 == text }
        }
        guard let other = try? JSONDocument.parse(Array(theirs.utf8)),
            let mine = try? JSONDocument.parse(JSONWriter.compact(json))
        else { return false }
        return JSONDocument.semanticallyEqual(mine, other)
    }
}
