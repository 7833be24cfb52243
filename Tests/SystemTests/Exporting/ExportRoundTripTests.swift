import Foundation
import TestSupport
import Testing

/// What leaves one record as NDJSON makes another one that leaves as the same.
@Suite("Export and load")
struct ExportRoundTripTests {
    @Test("an export, loaded into an empty server, is exported again identically", .timeLimit(.minutes(5)))
    func roundTrip() async throws {
        let first = try await ServerProcess.with { server in
            let loaded = try await ServerProcess.run(["load", Self.fixtures, "--to", server.client.root + "/fhir"])
            #expect(loaded.status == 0, "\(loaded.output)")
            return try await Self.export(server.client)
        }
        #expect(first.count > 8)
        let place = FileManager.default.temporaryDirectory.appending(path: "export-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: place) }
        for (type, lines) in first {
            try (lines.joined(separator: "\n") + "\n").write(
                to: place.appending(path: "\(type).ndjson"), atomically: true, encoding: .utf8)
        }
        let second = try await ServerProcess.with { server in
            let loaded = try await ServerProcess.run(["load", place.path, "--to", server.client.root + "/fhir"])
            #expect(loaded.status == 0, "\(loaded.output)")
            return try await Self.export(server.client)
        }
        #expect(Set(second.keys) == Set(first.keys))
        for (type, lines) in first {
            #expect(second[type]?.map(Self.content).sorted() == lines.map(Self.content).sorted(), "\(type)")
        }
    }

    private static let fixtures: String = {
        var root = URL(filePath: #filePath)
        for _ in 0..<4 { root.deleteLastPathComponent() }
        return root.appending(path: "Fixtures").path
    }()

    /// A line without what each server says of its own.
    private static func content(_ line: String) -> String {
        line.replacing(/"versionId":"\d+","lastUpdated":"[^"]+",?/, with: "").replacing(#""meta":{},"#, with: "")
    }

    /// The lines of all files, by type.
    private static func export(_ client: RecordClient) async throws -> [String: [String]] {
        let started = try await client.send(
            "GET", "$export", nil, ["Prefer": "respond-async", "Accept": "application/fhir+json"])
        try #require(started.status == 202, "\(started)")
        let job = local(try #require(started.headers["content-location"]))
        var answer = try await client.get(job)
        while answer.status == 202 || answer.status == 429 {
            try await Task.sleep(for: .milliseconds(100))
            answer = try await client.get(job)
        }
        try #require(answer.status == 200, "\(answer)")
        let manifest = try JSONDecoder().decode(Manifest.self, from: Data(answer.text.utf8))
        var found: [String: [String]] = [:]
        for file in manifest.output {
            let lines = try await client.get(local(file.url)).text.split(separator: "\n").map(String.init)
            #expect(lines.count == file.count)
            found[file.type, default: []] += lines
        }
        return found
    }

    /// A url's path, which is below the client's root.
    private static func local(_ url: String) -> String {
        URL(string: url).map { $0.path + ($0.query.map { "?" + $0 } ?? "") } ?? url
    }

    private struct Manifest: Decodable {
        struct File: Decodable {
            let type: String
            let url: String
            let count: Int
        }

        let output: [File]
    }
}
