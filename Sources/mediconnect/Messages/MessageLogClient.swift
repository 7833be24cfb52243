import AsyncHTTPClient
import Exchange
import FHIR
import NIOCore

/// Asks a server for its message log.
struct MessageLogClient: Sendable {
    enum Failure: Error, CustomStringConvertible, Equatable {
        case unreachable(server: String, reason: String)
        case refused(String)
        case noMessageLog(server: String)

        var description: String {
            switch self {
            case .unreachable(let server, let reason):
                "\(server) cannot be reached: \(reason). Is the server running there? --to names another."
            case .refused(let reason): reason
            case .noMessageLog(let server): "What answers at \(server) is no MediConnect with a message log."
            }
        }
    }

    /// Bytes of an answer: a message of the largest size with all its names.
    private static let limit = 1 << 30

    private let client: HTTPClient
    private let base: BaseURL

    /// - Parameter target: the server's address; the FHIR base is taken for it too.
    init?(_ target: String) {
        guard let whole = BaseURL(target) else { return nil }
        base = whole.text.hasSuffix("/fhir") ? BaseURL(String(whole.text.dropLast(5))) ?? whole : whole
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow, timeout: .init(connect: .seconds(10), read: .seconds(120)))
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.httpVersion = .http1Only
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    func close() async throws {
        try await client.shutdown()
    }

    /// A page of the log.
    func list(_ parameters: [(name: String, value: String)]) async throws -> MessagePage {
        let query = SearchQuery.encoded(parameters.map { .init(name: $0.name, value: $0.value) })
        return try await page("messages" + (query.isEmpty ? "" : "?\(query)"))
    }

    /// All messages that match, page by page, newest first.
    func all(_ parameters: [(name: String, value: String)]) async throws -> [JSONNode] {
        var page = try await list(parameters + [("limit", "1000")])
        var messages = page.messages
        while let next = page.next {
            page = try await self.page(String(next.drop { $0 == "/" }))
            messages += page.messages
        }
        return messages
    }

    func show(_ number: Int64) async throws -> JSONNode {
        try await node("messages/\(number)")
    }

    func raw(_ number: Int64) async throws -> [UInt8] {
        try await ask("messages/\(number)/raw")
    }

    func replay(_ number: Int64) async throws -> JSONNode {
        try await node("messages/\(number)/replay", posts: true)
    }

    private func page(_ path: String) async throws -> MessagePage {
        let root = try await node(path)
        guard root["messages"]?.kind == .array else { throw Failure.noMessageLog(server: base.text) }
        return MessagePage(root: root)
    }

    private func node(_ path: String, posts: Bool = false) async throws -> JSONNode {
        let bytes = try await ask(path, posts: posts)
        guard let document = try? JSONDocument.parse(bytes, limits: JSONLimits(maximumBytes: .max)) else {
            throw Failure.noMessageLog(server: base.text)
        }
        return document.root
    }

    private func ask(_ path: String, posts: Bool = false) async throws -> [UInt8] {
        var request = HTTPClientRequest(url: base.url(path))
        request.method = posts ? .POST : .GET
        let answer: Answer
        do {
            let response = try await client.execute(request, timeout: .seconds(120))
            let body = try await response.body.collect(upTo: Self.limit)
            answer = Answer(status: Int(response.status.code), body: Array(body.readableBytesView))
        } catch {
            switch HTTPSender.meaning(of: error) {
            case .notSent(let reason), .noAnswer(let reason):
                throw Failure.unreachable(server: base.text, reason: reason)
            case .answered: throw error
            }
        }
        guard answer.isSuccess else {
            guard answer.isOutcome else { throw Failure.noMessageLog(server: base.text) }
            throw Failure.refused(answer.problem.diagnostics)
        }
        return answer.body
    }
}

/// A page of the log, as the server wrote it.
struct MessagePage: Sendable {
    let root: JSONNode

    var messages: [JSONNode] { Array(root.elements("messages")) }
    /// Where the next page is; nil on the last.
    var next: String? { root["next"]?.string }
}
