import FHIR

/// What is wrong with a request as HTTP, before FHIR has a say.
enum HTTPProblem: Error, Sendable {
    case tooLarge(limit: Int)
    case damagedEncoding
    case unsupportedEncoding(String)
    case unsupportedContent(String)
    case unsupportedPatch(String)
    case notAcceptable(String)
    case invalidHeader(String, String)
    /// Of a body with that many bytes.
    case noSuchRange(count: Int)

    var status: Int {
        switch self {
        case .tooLarge: 413
        case .damagedEncoding, .invalidHeader: 400
        case .unsupportedEncoding, .unsupportedContent, .unsupportedPatch: 415
        case .notAcceptable: 406
        case .noSuchRange: 416
        }
    }

    /// In the largest unit that gives a whole number.
    private static func size(_ bytes: Int) -> String {
        if bytes >= 1 << 20, bytes % (1 << 20) == 0 { return "\(bytes >> 20) MiB" }
        if bytes >= 1 << 10, bytes % (1 << 10) == 0 { return "\(bytes >> 10) KiB" }
        return "\(bytes) bytes"
    }

    var issue: Issue {
        switch self {
        case .tooLarge(let limit):
            Issue(
                .tooLong,
                "The body is larger than the \(Self.size(limit)) that this server takes at once; send it in parts."
            )
        case .damagedEncoding: Issue(.structure, "The body is no gzip data, or is damaged.")
        case .unsupportedEncoding(let name):
            Issue(.notSupported, "The content encoding \(name) is not supported; send gzip or none.")
        case .unsupportedContent(let type):
            Issue(
                .notSupported,
                "The content type \(type) is not supported here; send application/fhir+json or application/fhir+xml.")
        case .unsupportedPatch(let type):
            Issue(
                .notSupported,
                "A patch of the content type \(type) is not supported; send application/json-patch+json, "
                    + "application/xml-patch+xml, or Parameters (FHIRPath Patch) as application/fhir+json or "
                    + "application/fhir+xml.")
        case .notAcceptable(let wish):
            Issue(
                .notSupported,
                "The format \(wish) is not supported; ask for application/fhir+json or application/fhir+xml.")
        case .noSuchRange(let count):
            Issue(.value, "The file has \(count) bytes in this coding, and none in that range.", at: "http.Range")
        case .invalidHeader(let name, let reason): Issue(.value, "The header \(name) \(reason).", at: "http.\(name)")
        }
    }
}
