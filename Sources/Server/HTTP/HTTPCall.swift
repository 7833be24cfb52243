import HTTPTypes
import NIOCore
import NIOHTTP1

/// A request that has arrived whole: what it asks for, and its body within the server's limit.
struct HTTPCall: Sendable {
    let method: HTTPMethod
    /// The path as it was sent, with its percent-encoding.
    let path: String
    /// What follows the question mark; empty where there is none.
    let query: String
    let headers: RequestHeaders
    /// The peer's address without its port; nil for a unix socket.
    let remoteAddress: String?
    /// The body as it was sent, still compressed where it came so; empty where there is none.
    let body: Result<ByteBuffer, HTTPProblem>
    /// Whether the one who asked still waits.
    let client: ClientPresence

    init(
        _ head: HTTPRequestHead, remoteAddress: String?, body: Result<ByteBuffer, HTTPProblem>, client: ClientPresence
    ) {
        method = head.method
        (path, query) = Self.target(head.uri)
        headers = RequestHeaders(fields: head.headers)
        self.remoteAddress = remoteAddress
        self.body = body
        self.client = client
    }

    /// The forms of RFC 9112 §3.2: `/path?query`, and `http://host/path?query` as proxies write it.
    private static func target(_ uri: String) -> (path: String, query: String) {
        var rest = Substring(uri)
        if rest.utf8.first != UInt8(ascii: "/"), let scheme = rest.firstRange(of: "://") {
            rest = rest[scheme.upperBound...].drop { $0 != "/" && $0 != "?" }
            if rest.utf8.first != UInt8(ascii: "/") { rest = "/" + rest }
        }
        if let end = rest.utf8.firstIndex(of: UInt8(ascii: "#")) { rest = rest[..<end] }
        guard let mark = rest.utf8.firstIndex(of: UInt8(ascii: "?")) else { return (String(rest), "") }
        return (String(rest[..<mark]), String(rest[rest.utf8.index(after: mark)...]))
    }
}

/// The headers of a request.
struct RequestHeaders: Sendable {
    let fields: HTTPHeaders

    /// What the fields of a name say; several are one list (RFC 9110 §5.3).
    subscript(name: HTTPField.Name) -> String? {
        let values = fields[name.rawName]
        return values.count > 1 ? values.joined(separator: ", ") : values.first
    }
}
