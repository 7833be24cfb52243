import Foundation
import TestSupport
import Testing

extension SystemTests {
    @Suite("What is exported is the record")
    struct ExportTests {
        @Test("NDJSON of an export loads into an empty server, and is exported again the same", .timeLimit(.minutes(5)))
        func roundTrip() async throws {
            let directory = TestDirectory.unused()
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            let first = try await ServerProcess.with { server in
                try await fill(server.client)
                let exported = try await Exported(server.client)
                for (type, text) in exported.files {
                    try text.write(toFile: "\(directory)/\(type).ndjson", atomically: true, encoding: .utf8)
                }
                return exported
            }
            #expect(first.files.keys.sorted() == ["Basic", "Group", "Observation", "Organization", "Patient"])
            let second = try await ServerProcess.with { server in
                let load = try await ServerProcess.run(["load", directory, "--to", server.client.root + "/fhir"])
                #expect(load.status == 0, "\(load.output)")
                return try await Exported(server.client)
            }
            #expect(first.resources.count == 125)
            #expect(second.resources == first.resources)
        }

        /// Things that are lost easily: digits, escapes, extensions of primitives, tags, what is contained, references in
        /// a circle, versions of before, deletions.
        private func fill(_ client: RecordClient) async throws {
            for number in 0..<60 {
                let patient = Samples.patient("p\(number)", identifier: "p\(number)", number: number)
                let observation = Samples.observation("o\(number)", of: "p\(number)", value: number)
                let answer = try await client.send(
                    "POST", "",
                    Samples.transaction([
                        Samples.entry(patient, "PUT", "Patient/p\(number)"),
                        Samples.entry(observation, "PUT", "Observation/o\(number)"),
                    ]))
                #expect(answer.status == 200, "\(answer)")
            }
            let long = String(repeating: "long ", count: 100_000) + "."
            let others = [
                ("Patient/p1", Samples.patient("p1", identifier: "p1", number: 1001)),
                (
                    "Organization/a",
                    #"{"resourceType":"Organization","id":"a","name":"A","partOf":{"reference":"Organization/b"}}"#
                ),
                (
                    "Organization/b",
                    #"{"resourceType":"Organization","id":"b","name":"Größe \u0041\n\"","alias":["x"]}"#
                ),
                (
                    "Basic/t",
                    #"{"resourceType":"Basic","id":"t","meta":{"tag":[{"system":"urn:t","code":"t"}]},"#
                        + #""contained":[{"resourceType":"Patient","id":"c","birthDate":"1970"}],"#
                        + ##""code":{"text":"c"},"subject":{"reference":"#c"},"##
                        + #""_created":{"extension":[{"url":"urn:e","valueDecimal":1.500}]}}"#
                ),
                (
                    "Group/g",
                    #"{"resourceType":"Group","id":"g","type":"person","actual":true,"member":[{"entity":{"reference":"Patient/p2"}}]}"#
                ),
                ("Basic/gone", #"{"resourceType":"Basic","id":"gone","code":{"text":"c"}}"#),
                (
                    "Observation/big",
                    #"{"resourceType":"Observation","id":"big","status":"final","code":{"text":"\#(long)"}}"#
                ),
            ]
            for (path, content) in others {
                let answer = try await client.send("PUT", path, content)
                #expect(answer.status < 300, "\(path) \(answer)")
            }
            let answer = try await client.send("DELETE", "Basic/gone")
            #expect(answer.status < 300, "\(answer)")
        }

        @Test("a server that is killed while it exports goes on after its start", .timeLimit(.minutes(5)))
        func killed() async throws {
            let directory = TestDirectory.unused()
            let patients = 6000
            let job = try await ServerProcess.with(in: directory) { server in
                for start in stride(from: 0, to: patients, by: 500) {
                    let entries = (start..<(start + 500)).map { number in
                        Samples.entry(
                            Samples.patient("p\(number)", identifier: "p\(number)", number: number, padding: 4000),
                            "PUT", "Patient/p\(number)")
                    }
                    let answer = try await server.client.send("POST", "", Samples.transaction(entries))
                    #expect(answer.status == 200, "\(answer)")
                }
                let job = try await Exported.kickOff(server.client, "$export?_type=Patient")
                // Something is written, and not all: it dies in the middle.
                let isUnderWay = await waited(.seconds(60)) {
                    guard let answer = try? await server.client.get(job) else { return false }
                    return answer.status != 202 || answer.headers["x-progress"]?.first?.isNumber == true
                }
                #expect(isUnderWay)
                return job
            }
            try await ServerProcess.with(in: directory) { server in
                let exported = try await Exported(server.client, job)
                let ids = exported.files["Patient"]?.matches(of: /"resourceType":"Patient","id":"([^"]+)"/) ?? []
                #expect(ids.map { String($0.1) } == (0..<patients).map { "p\($0)" }.sorted())
            }
        }
    }
}

/// What an export made.
private struct Exported {
    /// The lines of each type.
    private(set) var files: [String: String] = [:]

    init(_ client: RecordClient) async throws {
        try await self.init(client, try await Self.kickOff(client, "$export"))
    }

    /// - Parameter job: its path below the root.
    init(_ client: RecordClient, _ job: String) async throws {
        var manifest = try await client.get(job)
        while manifest.status == 202 {
            try await Task.sleep(for: .milliseconds(100))
            manifest = try await client.get(job)
        }
        try #require(manifest.status == 200, "\(manifest)")
        for file in manifest.text.matches(of: /"type":"([A-Za-z]+)","url":"http:\/\/[^\/]+([^"]+)"/) {
            let answer = try await client.get(String(file.2))
            #expect(answer.status == 200, "\(answer)")
            files[String(file.1), default: ""] += answer.text
        }
    }

    static func kickOff(_ client: RecordClient, _ path: String) async throws -> String {
        let answer = try await client.send("GET", path, nil, ["Prefer": "respond-async"])
        let address = try #require(answer.headers["content-location"], "\(answer)")
        return String(address.dropFirst(client.root.count))
    }

    /// All resources in one order, without what a server says of its own.
    var resources: [String] {
        files.values.flatMap { $0.split(separator: "\n") }.map {
            String($0.replacing(/"versionId":"\d+","lastUpdated":"[^"]+",?/, with: ""))
        }.sorted()
    }
}
