import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// A FHIR client that adds nothing of its own: what a test does not say is not sent.
struct Client: Sendable {
    /// `http://127.0.0.1:8080`.
    let root: String

    var port: Int { Int(root.split(separator: ":").last ?? "") ?? 0 }

    /// The FHIR base.
    var base: String { root + "/fhir" }

    /// Lives as long as the process; a hundred requests at once get a hundred connections.
    private static let http: HTTPClient = {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 128
        // What a test asks at once beyond that waits its turn.
        configuration.timeout.connect = .seconds(60)
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    /// - Parameters:
    ///   - path: below the FHIR base, `Patient/1`; with a slash at its begin below the root; or a whole URL.
    ///   - headers: exactly these; JSON's content type is added to a body that has none.
    func send(
        _ method: HTTPMethod, _ path: String, body: [UInt8]? = nil, _ headers: [String: String] = [:]
    ) async throws -> Reply {
        let isWhole = path.hasPrefix("http://")
        var request = HTTPClientRequest(
            url: isWhole ? path : path.hasPrefix("/") ? root + path : path.isEmpty ? base : base + "/" + path)
        request.method = method
        for (name, value) in headers { request.headers.replaceOrAdd(name: name, value: value) }
        if let body {
            if !request.headers.contains(name: "Content-Type") {
                request.headers.add(name: "Content-Type", value: "application/fhir+json")
            }
            request.body = .bytes(ByteBuffer(bytes: body))
        }
        let response = try await Self.http.execute(request, timeout: .seconds(120))
        let received = try await response.body.collect(upTo: 256 << 20)
        return Reply(
            status: Int(response.status.code), headers: response.headers, body: Array(received.readableBytesView))
    }

    func get(_ path: String, _ headers: [String: String] = [:]) async throws -> Reply {
        try await send(.GET, path, headers)
    }

    func head(_ path: String, _ headers: [String: String] = [:]) async throws -> Reply {
        try await send(.HEAD, path, headers)
    }

    func post(_ path: String, _ json: String, _ headers: [String: String] = [:]) async throws -> Reply {
        try await send(.POST, path, body: Array(json.utf8), headers)
    }

    func put(_ path: String, _ json: String, _ headers: [String: String] = [:]) async throws -> Reply {
        try await send(.PUT, path, body: Array(json.utf8), headers)
    }

    func delete(_ path: String, _ headers: [String: String] = [:]) async throws -> Reply {
        try await send(.DELETE, path, headers)
    }

    private func send(_ method: HTTPMethod, _ path: String, _ headers: [String: String]) async throws -> Reply {
        try await send(method, path, body: nil, headers)
    }
}
