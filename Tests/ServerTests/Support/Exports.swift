import FHIR
import NIOHTTP1
import Testing

/// An export as a client sees it.
struct Exported {
    let manifest: Reply
    /// By type; deletions and errors are apart.
    let lines: [String: [JSONNode]]
    let deleted: [JSONNode]
    let errors: [JSONNode]

    func ids(_ type: String) -> [String] { (lines[type] ?? []).compactMap { $0["id"]?.string } }
    var types: [String] { lines.keys.sorted() }
}

extension Client {
    static let asynchronous = ["Prefer": "respond-async"]

    /// Hands a request in that is answered in the background, and gives the address of its job.
    func kickOff(
        _ path: String, body: String? = nil, _ headers: [String: String] = asynchronous,
        at place: SourceLocation = #_sourceLocation
    ) async throws -> String {
        let reply = try await send(body == nil ? .GET : .POST, path, body: body.map { Array($0.utf8) }, headers)
        #expect(reply.status == 202, "\(reply)", sourceLocation: place)
        return try #require(reply.header("Content-Location"), sourceLocation: place)
    }

    /// Asks until there is something other than 202.
    func outcome(of job: String) async throws -> Reply {
        while true {
            let reply = try await get(job)
            guard reply.status == 202 else { return reply }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// Everything that a job's files hold.
    func fetch(_ job: String, at place: SourceLocation = #_sourceLocation) async throws -> Exported {
        let manifest = try await outcome(of: job)
        try #require(manifest.status == 200, "\(manifest)", sourceLocation: place)
        var lines: [String: [JSONNode]] = [:]
        let json = try #require(manifest.json, sourceLocation: place)
        for file in json.elements("output") {
            let type = try #require(file["type"]?.string)
            lines[type, default: []] += try await self.lines(of: file)
        }
        return Exported(
            manifest: manifest, lines: lines, deleted: try await all("deleted", manifest),
            errors: try await all("error", manifest))
    }

    private func all(_ name: StaticString, _ manifest: Reply) async throws -> [JSONNode] {
        var lines: [JSONNode] = []
        guard let json = manifest.json else { return lines }
        for file in json.elements(name) { lines += try await self.lines(of: file) }
        return lines
    }

    private func lines(of file: JSONNode) async throws -> [JSONNode] {
        let reply = try await get(try #require(file["url"]?.string))
        #expect(reply.status == 200, "\(reply)")
        #expect(reply.header("Content-Type") == "application/fhir+ndjson")
        let lines = try reply.text.split(separator: "\n").map { try JSONDocument.parse(Array($0.utf8)).root }
        #expect(file["count"]?.numberText == "\(lines.count)")
        return lines
    }

    func export(_ path: String, body: String? = nil) async throws -> Exported {
        try await fetch(try await kickOff(path, body: body))
    }
}
