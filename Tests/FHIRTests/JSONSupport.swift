import FHIR
import Foundation

extension JSONDocument {
    static func of(_ text: String, limits: JSONLimits = .default) throws(JSONError) -> JSONDocument {
        try parse([UInt8](text.utf8), limits: limits)
    }
}

/// What the parser says against a text; nil if it accepts it.
func refusal(of bytes: [UInt8], limits: JSONLimits = .default) -> JSONError? {
    do throws(JSONError) {
        _ = try JSONDocument.parse(bytes, limits: limits)
        return nil
    } catch {
        return error
    }
}

func refusal(of text: String, limits: JSONLimits = .default) -> JSONError? {
    refusal(of: [UInt8](text.utf8), limits: limits)
}

func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

/// Archives of real resources that lie beside the project where they are available.
struct JSONCorpus: Sendable {
    static let synthea = JSONCorpus(archive: "fhir/synthea/self-contained.tar.gz")
    static let specification = JSONCorpus(archive: "fhir/examples/spec-pairs.tar.gz")

    private let archive: URL

    private init(archive path: String) {
        let project = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        archive = project.appendingPathComponent("../shared/data").standardizedFileURL.appendingPathComponent(path)
    }

    var isPresent: Bool { FileManager.default.isReadableFile(atPath: archive.path) }

    /// The JSON files of the archive, by name.
    func files() throws -> [(name: String, bytes: [UInt8])] {
        let manager = FileManager.default
        let directory = manager.temporaryDirectory.appendingPathComponent("corpus-\(UUID().uuidString)")
        try manager.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? manager.removeItem(at: directory) }
        let tar = Process()
        tar.executableURL = URL(fileURLWithPath: "/usr/bin/tar")
        tar.arguments = ["-xzf", archive.path, "-C", directory.path, "--wildcards", "*.json"]
        try tar.run()
        tar.waitUntilExit()
        var files: [(name: String, bytes: [UInt8])] = []
        for case let url as URL in manager.enumerator(at: directory, includingPropertiesForKeys: nil) ?? .init()
        where url.pathExtension == "json" {
            files.append((url.lastPathComponent, [UInt8](try Data(contentsOf: url))))
        }
        return files.sorted { $0.name < $1.name }
    }
}
