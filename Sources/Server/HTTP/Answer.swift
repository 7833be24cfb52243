import HTTPTypes
import Hummingbird
import NIOCore

/// An answer before it is sent: its body is known, so that it can be compressed, or left out for a HEAD.
struct Answer: Sendable {
    var status: HTTPResponse.Status
    var headers: HTTPFields
    var body: [UInt8]

    init(status: HTTPResponse.Status, headers: HTTPFields = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    init(status: HTTPResponse.Status, text: String, contentType: String = "text/plain; charset=utf-8") {
        self.init(status: status, headers: [.contentType: contentType], body: Array(text.utf8))
    }

    /// Compresses a body above a packet's size, where the client takes gzip.
    mutating func compress(accepted: String?) {
        guard body.count > 1400, headers[.contentEncoding] == nil, Self.takesGzip(accepted),
            let packed = body.withUnsafeBytes({ Gzip.deflate($0) }), packed.count < body.count
        else { return }
        body = packed
        headers[.contentEncoding] = "gzip"
        headers[.vary] = headers[.vary].map { $0 + ", Accept-Encoding" } ?? "Accept-Encoding"
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

    /// What is sent; for a HEAD the head alone, with the length that the body would have.
    func response(isHead: Bool) -> Response {
        let whole = Response(
            status: status, headers: headers,
            body: body.isEmpty ? ResponseBody() : ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
        return isHead ? whole.createHeadResponse() : whole
    }
}
