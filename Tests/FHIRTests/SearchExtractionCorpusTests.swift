import Foundation
import Testing

@testable import FHIR

@Suite(
    "Expressions on the official examples, against an independent engine",
    .enabled(if: SearchTestData.isPresent, "needs ../shared/data"))
struct SearchExtractionCorpusTests {
    @Test("each of 5,431 evaluations finds as many values, of the same types")
    func extraction() throws {
        let lines = String(decoding: try SearchTestData.bytes("search/extraction.tsv"), as: UTF8.self)
            .split(separator: "\n")
        var (same, differences) = (0, [String]())
        try SearchTestData.unpack("examples/spec-pairs.tar.gz") { folder in
            var documents: [Substring: JSONDocument] = [:]
            for line in lines {
                let columns = line.split(separator: "\t", maxSplits: 4, omittingEmptySubsequences: false)
                let file = columns[0]
                if documents[file] == nil {
                    let data = try Data(contentsOf: folder.appending(path: "json/\(file)"))
                    documents[file] = try JSONDocument.parse(Array(data))
                }
                let document = try #require(documents[file])
                let theirs = Self.types(columns[4])
                let ours = try evaluate(String(columns[1]), document)
                if String(ours.count) == columns[3], theirs.count != ours.count || theirs.sorted() == ours.sorted() {
                    same += 1
                } else {
                    differences.append("\(file) \(columns[1]): \(columns[3]) \(theirs), here \(ours)")
                }
            }
        }
        print("extraction: \(same) of \(lines.count) the same\n" + differences.joined(separator: "\n"))
        // Parameters/_id, twice: the independent engine counts the missing id of a Parameters resource as a value.
        #expect(differences.count <= 2)
    }

    private func evaluate(_ code: String, _ document: JSONDocument) throws -> [String] {
        let type = try #require(ResourceType(document.root["resourceType"]?.string ?? ""))
        let parameter = try #require(R4.table.searchParameter(type, code))
        return try FHIRPathCompiler.compile(parameter.expression, for: R4.table.type(type))
            .evaluate(document.root).map(\.type)
    }

    /// `Type=json ;; Type=json`
    private static func types(_ values: Substring) -> [String] {
        values.components(separatedBy: " ;; ").map { String($0.prefix { $0 != "=" }) }
    }
}
