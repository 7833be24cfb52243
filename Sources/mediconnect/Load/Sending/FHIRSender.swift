import AsyncHTTPClient
import Foundation
import NIOCore
import NIOPosix

/// Sends one request once; what happens then is for ``RetryPolicy`` to say.
protocol FHIRSender: Sendable {
    /// - Parameter requestID: the same for all tries of one request.
    func attempt(_ submission: Submission, requestID: String) async -> RetryPolicy.Attempt
}

/// Sends over HTTP.
struct HTTPSender: FHIRSender {
    let client: HTTPClient
    let base: BaseURL
    /// Header fields that the user wants sent, such as Authorization.
    let headers: [(name: String, value: String)]
    var timeout = TimeAmount.seconds(120)
    /// The most bytes of an answer that are read.
    var answerBytes = 64 << 20

    func attempt(_ submission: Submission, requestID: String) async -> RetryPolicy.Attempt {
        var request = HTTPClientRequest(url: base.url(submission.path))
        request.method = .init(rawValue: submission.method.rawValue)
        request.headers.add(name: "Content-Type", value: "application/fhir+json")
        request.headers.add(name: "Accept", value: "application/fhir+json")
        request.headers.add(name: "Prefer", value: "return=minimal")
        request.headers.add(name: "X-Request-Id", value: requestID)
        for header in headers {
            request.headers.replaceOrAdd(name: header.name, value: header.value)
        }
        request.body = .bytes(ByteBuffer(bytes: submission.body))
        do {
            let response = try await client.execute(request, timeout: timeout)
            let body = try await response.body.collect(upTo: answerBytes)
            return .answered(
                Answer(
                    status: Int(response.status.code), location: response.headers.first(name: "Location"),
                    retryAfter: response.headers.first(name: "Retry-After").flatMap(RetryAfter.duration),
                    body: Array(body.readableBytesView)))
        } catch {
            return Self.meaning(of: error)
        }
    }

    /// Whether the request can have reached the server.
    static func meaning(of error: any Error) -> RetryPolicy.Attempt {
        switch error {
        case let error as HTTPClientError where neverSent.contains(error):
            .notSent(error.shortDescription)
        case let error as HTTPClientError:
            .noAnswer(error == .deadlineExceeded ? "no answer within the time allowed" : error.shortDescription)
        case is NIOConnectionError:
            .notSent("cannot connect")
        case let error as IOError where [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, ENOENT].contains(error.errnoCode):
            .notSent(String(cString: strerror(error.errnoCode)))
        case let error as IOError:
            .noAnswer(String(cString: strerror(error.errnoCode)))
        case is NIOTooManyBytesError:
            .noAnswer("the answer is too long to read")
        default:
            .noAnswer(String(describing: error).onOneLine)
        }
    }

    private static let neverSent: [HTTPClientError] = [
        .connectTimeout, .getConnectionFromPoolTimeout, .tlsHandshakeTimeout, .emptyHost, .invalidURL,
    ]
}

/// The server's base URL.
struct BaseURL: Sendable, Equatable {
    /// Without a slash at its end.
    let text: String

    init?(_ text: String) {
        guard let url = URLComponents(string: text), let scheme = url.scheme?.lowercased(),
            ["http", "https"].contains(scheme), let host = url.host, !host.isEmpty, url.query == nil,
            url.fragment == nil, url.user == nil, url.password == nil
        else { return nil }
        var text = text
        while text.hasSuffix("/") { text.removeLast() }
        self.text = text
    }

    func url(_ path: String) -> String {
        path.isEmpty ? text : text + "/" + path
    }
}

/// Retry-After (RFC 9110 §10.2.3): seconds, or a date.
enum RetryAfter {
    static func duration(_ text: String) -> Duration? {
        duration(text, now: Date())
    }

    static func duration(_ text: String, now: Date) -> Duration? {
        if let seconds = Int(text), (0..<1_000_000).contains(seconds) { return .seconds(seconds) }
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = TimeZone(identifier: "GMT")
        format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss zzz"
        guard let date = format.date(from: text) else { return nil }
        return .seconds(max(0, date.timeIntervalSince(now)))
    }
}
