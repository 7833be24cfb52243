import HTTPTypes

/// The FHIR base as clients see it.
struct BaseURL: Sendable {
    /// The configured base; without one it is made from what the request and its proxies say.
    let configured: String?
    static let path = "/fhir"

    init(_ configured: String?) {
        var text = configured
        while let known = text, known.hasSuffix("/") { text = String(known.dropLast()) }
        self.configured = text
    }

    /// `Forwarded` (RFC 7239) before `X-Forwarded-*` before `Host`.
    func base(_ headers: RequestHeaders) -> String {
        if let configured { return configured }
        let authority = headers[.host]
        var scheme = headers[.forwardedProto].map(Self.first) ?? "http"
        var host = headers[.forwardedHost].map(Self.first) ?? authority ?? "localhost"
        if let port = headers[.forwardedPort].map(Self.first), headers[.forwardedHost] != nil, !host.contains(":"),
            port != (scheme == "https" ? "443" : "80")
        {
            host += ":" + port
        }
        if let forwarded = headers[.forwarded].map(Self.first) {
            for pair in forwarded.split(separator: ";") {
                let parts = pair.split(separator: "=", maxSplits: 1)
                guard parts.count == 2 else { continue }
                let value = parts[1].filter { $0 != "\"" }.description.trimmingSpaces()
                switch String(parts[0]).trimmingSpaces().lowercased() {
                case "proto": scheme = value
                case "host": host = value
                default: continue
                }
            }
        }
        guard scheme == "http" || scheme == "https", Self.isHost(host) else {
            return "http://\(authority ?? "localhost")\(Self.path)"
        }
        let prefix = headers[.forwardedPrefix].map(Self.first).flatMap(Self.path(_:)) ?? ""
        return "\(scheme)://\(host)\(prefix)\(Self.path)"
    }

    private static func first(_ list: String) -> String {
        String(list.prefix { $0 != "," }).trimmingSpaces()
    }

    /// What comes from headers goes into links: nothing but the characters of a host and port.
    private static func isHost(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: ":"),
                    UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }

    /// A path of unreserved characters (RFC 3986 §2.3), without a slash at its end.
    private static func path(_ text: String) -> String? {
        let segments = text.split(separator: "/", omittingEmptySubsequences: true)
        let isPlain = segments.allSatisfy { segment in
            segment != "." && segment != ".."
                && segment.utf8.allSatisfy { byte in
                    switch byte {
                    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                        UInt8(ascii: "~"):
                        true
                    default: false
                    }
                }
        }
        guard text.hasPrefix("/"), !text.hasPrefix("//"), isPlain else { return nil }
        return segments.map { "/" + $0 }.joined()
    }
}
