import Foundation
import Testing

/// The stream of a simulated hospital, where the reference data lies beside the project.
@Suite("A real feed")
struct StreamTests {
    private static let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "../shared/data/hl7v2/simhospital/stream.hl7").standardized

    @Test(
        "1,010 messages are in the record, each once, and the record is right about beds",
        .enabled(if: FileManager.default.fileExists(atPath: file.path), "the reference data is not here"))
    func stream() async throws {
        let text = String(decoding: try Data(contentsOf: Self.file), as: UTF8.self)
            .replacing("\r\n", with: "\r").replacing("\n", with: "\r")
        let messages = text.split(separator: "MSH|").map { "MSH|" + $0 }.filter { $0.count > 10 }
        try await House.with { house in
            let feed = Feed(house.client)
            var queues = [[String]](repeating: [], count: 8)
            for message in messages {
                let patient =
                    message.split(separator: "\r").first { $0.hasPrefix("PID|") }?
                    .split(separator: "|", omittingEmptySubsequences: false)[3] ?? ""
                queues[Int(patient.utf8.reduce(UInt(5)) { ($0 &* 31) &+ UInt($1) } % 8)].append(message)
            }
            let codes = try await withThrowingTaskGroup(of: [String: Int].self) { [queues] group in
                for queue in queues {
                    group.addTask {
                        var codes: [String: Int] = [:]
                        for message in queue { codes[try await feed.send(message).code, default: 0] += 1 }
                        return codes
                    }
                }
                return try await group.reduce(into: [:]) { $0.merge($1, uniquingKeysWith: +) }
            }
            #expect(codes == ["AA": 1010, "AR": 3])
            for (type, count) in ["Patient": 401, "Encounter": 400, "Observation": 3323, "Provenance": 1010] {
                #expect(try await house.client.get("\(type)?_summary=count")["total"] == "\(count)", "\(type)")
            }
            try await house.maintenance().rebuild(checkOnly: true)
        }
    }
}
