import Foundation

@testable import FHIR

/// The public test data beside the project, which tests use where it is there.
enum SearchTestData {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../shared/data/fhir").standardizedFileURL

    static let isPresent = FileManager.default.fileExists(atPath: folder.appending(path: "search/assertions.json").path)

    static func bytes(_ path: String) throws -> [UInt8] {
        try Array(Data(contentsOf: folder.appending(path: path)))
    }

    static func document(_ path: String) throws -> JSONDocument {
        try JSONDocument.parse(try bytes(path))
    }

    /// The members of a .tar.gz by file name, unpacked by tar.
    static func unpack(_ path: String, body: (URL) throws -> Void) throws {
        let target = FileManager.default.temporaryDirectory.appending(path: "search-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: target, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: target) }
        let tar = Process()
        tar.executableURL = URL(filePath: "/usr/bin/env")
        tar.arguments = ["tar", "xzf", folder.appending(path: path).path, "-C", target.path]
        try tar.run()
        tar.waitUntilExit()
        try body(target)
    }
}

extension JSONDocument {
    /// A document from text that stands in a test.
    static func parse(text: String) throws -> JSONDocument {
        try parse(Array(text.utf8))
    }
}

extension SearchParameterFact {
    /// A parameter that a test makes up.
    init(id: Int32, code: String, kind: SearchParameterKind, expression: String, base: TypeFact) {
        self.init(
            id: id, code: code, url: "http://example.org/SearchParameter/\(code)", kind: kind, expression: expression,
            bases: [base], targets: [], components: [], allowsAlternatives: true, allowsRepeats: true,
            isExample: false)
    }
}
