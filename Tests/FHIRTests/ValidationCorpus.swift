import FHIR
import Foundation

/// An archive of the reference data that lies beside the project, `../shared/data`; absent on most machines.
struct ReferenceArchive: Sendable {
    let url: URL

    init(_ path: String) {
        url =
            URL(filePath: #filePath).deletingLastPathComponent()  // FHIRTests
            .appending(path: "../../../shared/data/fhir").appending(path: path).standardizedFileURL
    }

    var exists: Bool { FileManager.default.fileExists(atPath: url.path) }

    static let specificationExamples = ReferenceArchive("examples/spec-pairs.tar.gz")
    static let generatedExamples = ReferenceArchive("examples/generated.tar.gz")
    static let selfContained = ReferenceArchive("synthea/self-contained.tar.gz")
    static let conditionalReferences = ReferenceArchive("synthea/conditional-references")
    static let schema = ReferenceArchive("definitions/json-schema.tar.gz")

    struct Failure: Error {
        let command: String
    }

    /// Every JSON file of a .tar.gz, or of a folder of .json.bz2, by path.
    func files() throws -> [(name: String, bytes: [UInt8])] {
        let folder = FileManager.default.temporaryDirectory.appending(path: "mediconnect-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        if url.pathExtension == "gz" {
            try run("tar", "-xzf", url.path, "-C", folder.path)
        } else {
            for file in try FileManager.default.contentsOfDirectory(at: url, includingPropertiesForKeys: nil)
            where file.pathExtension == "bz2" {
                let copy = folder.appending(path: file.lastPathComponent)
                try FileManager.default.copyItem(at: file, to: copy)
                try run("bunzip2", copy.path)
            }
        }
        let paths = try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted()
        return try paths.filter { $0.hasSuffix(".json") }.map {
            ($0, [UInt8](try Data(contentsOf: folder.appending(path: $0))))
        }
    }

    private func run(_ command: String...) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = command
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(command: command.joined(separator: " ")) }
    }
}

extension Issue {
    /// For lists of expectations: `value Patient.birthDate`.
    var brief: String { "\(code.rawValue) \(expression ?? "-")" }
}

/// The findings about a resource that is written in the test.
func findings(_ json: String, as expected: ResourceType? = nil) throws -> [Issue] {
    ShapeValidator.validate(try JSONDocument.parse(Array(json.utf8)), as: expected).issues
}
