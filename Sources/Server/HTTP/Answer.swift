import HTTPTypes

/// An answer before it is sent: its body is known, so that it can be compressed, or left out for a HEAD.
struct Answer: Sendable {
    var status: HTTPResponse.Status
    var headers: HTTPFields
    var body: [UInt8]
    /// What is sent instead of the body, where that is long.
    var parts: AnswerParts?
    /// The body is only counted, not sent: the answer to a HEAD.
    var isHeadOnly = false
    /// The format in which it is sent, where that is known better than by the url and headers: a form may say it.
    var format: ResponseFormat?
    /// The connection ends with this answer.
    var closes = false

    init(status: HTTPResponse.Status, headers: HTTPFields = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    init(status: HTTPResponse.Status, text: String, contentType: String = "text/plain; charset=utf-8") {
        self.init(status: status, headers: [.contentType: contentType], body: Array(text.utf8))
    }

    /// The answer with its body compressed, above a packet's size and where the client takes gzip.
    func compressed(accepted: String?) async -> Answer {
        guard body.count > 1400, headers[.contentEncoding] == nil, Self.takesGzip(accepted) else { return self }
        return body.count > 16 * 1024 ? await offloaded { compressed() } : compressed()
    }

    private func compressed() -> Answer {
        guard let packed = body.withUnsafeBytes({ Gzip.deflate($0) }), packed.count < body.count else { return self }
        var answer = self
        answer.body = packed
        answer.headers[.contentEncoding] = "gzip"
        answer.headers[.vary] = headers[.vary].map { $0 + ", Accept-Encoding" } ?? "Accept-Encoding"
        return answer
    }

    /// RFC 9110 §12.5.3: named, or `*`, with a weight above 0.
    static func takesGzip(_ header: String?) -> Bool {
        guard let header else { return false }
        return header.split(separator: ",").contains { wish in
            let parts = wish.split(separator: ";").map { String($0).trimmingSpaces().lowercased() }
            guard let name = parts.first, name == "gzip" || name == "x-gzip" || name == "*" else { return false }
            let weight = parts.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) }
            return weight ?? 1 > 0
        }
    }
}
