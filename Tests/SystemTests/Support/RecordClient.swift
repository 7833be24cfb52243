import AsyncHTTPClient
import Foundation
import NIOCore

/// A plain FHIR client.
struct RecordClient: Sendable {
    /// `http://127.0.0.1:8080`.
    let root: String

    private static let http: HTTPClient = {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
        // Who repeats here does it knowingly.
        configuration.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    struct Answer: Sendable, CustomStringConvertible {
        let status: Int
        let headers: [String: String]
        let text: String

        var description: String { "\(status) \(text.prefix(600))" }

        /// The version that the ETag names.
        var version: Int? { headers["etag"].flatMap { Int($0.dropFirst(3).dropLast()) } }

        /// What the client sent, if the server kept all of it: without the server's `meta`.
        var content: String { Self.content(text) }

        static func content(_ text: String) -> String {
            text.replacing(/"meta":\{"versionId":"\d+","lastUpdated":"[^"]+"\},?/, with: "")
        }

        /// The id that the server gave.
        var id: String? { text.firstMatch(of: /"id":"([^"]+)"/).map { String($0.1) } }

        /// The `total` of a searchset.
        var total: Int? { text.firstMatch(of: /"total":(\d+)/).flatMap { Int($0.1) } }

        /// What an OperationOutcome says; nil if it is none.
        var diagnostics: String? {
            guard text.contains(#""resourceType":"OperationOutcome""#) else { return nil }
            return text.firstMatch(of: /"diagnostics":"((?:[^"\\]|\\.)*)"/).map { String($0.1) }
        }
    }

    /// - Parameter path: below the FHIR base, or with a slash at its begin below the root.
    func send(
        _ method: String, _ path: String, _ body: String? = nil, _ headers: [String: String] = [:],
        within limit: Int64 = 60
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: path.hasPrefix("/") ? root + path : root + "/fhir/" + path)
        request.method = .init(rawValue: method)
        for (name, value) in headers { request.headers.replaceOrAdd(name: name, value: value) }
        if let body {
            if !request.headers.contains(name: "Content-Type") {
                request.headers.add(name: "Content-Type", value: "application/fhir+json")
            }
            request.body = .bytes(ByteBuffer(string: body))
        }
        let response = try await Self.http.execute(request, timeout: .seconds(limit))
        let received = try await response.body.collect(upTo: 64 << 20)
        let fields = response.headers.map { ($0.name.lowercased(), $0.value) }
        return Answer(
            status: Int(response.status.code), headers: Dictionary(fields, uniquingKeysWith: { first, _ in first }),
            text: String(buffer: received))
    }

    func get(_ path: String) async throws -> Answer {
        try await send("GET", path)
    }

    /// Sends until an answer says what became of it: a broken connection, 503 and 504 do not.
    ///
    /// - Returns: the answer, and whether the request may have been carried out before.
    func sendUntilAnswered(
        _ method: String, _ path: String, _ body: String? = nil, _ headers: [String: String] = [:],
        seen: (Answer) -> Void = { _ in }
    ) async throws -> (answer: Answer, isRepeated: Bool) {
        let deadline = ContinuousClock.now + .seconds(120)
        var isRepeated = false
        while true {
            do {
                let answer = try await send(method, path, body, headers)
                seen(answer)
                if answer.status != 503, answer.status != 504 { return (answer, isRepeated) }
            } catch  where !(error is CancellationError) && ContinuousClock.now < deadline {
                // Nobody answered.
            }
            guard ContinuousClock.now < deadline else { throw Unanswered(method: method, path: path) }
            isRepeated = true
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    struct Unanswered: Error {
        let method: String
        let path: String
    }
}
