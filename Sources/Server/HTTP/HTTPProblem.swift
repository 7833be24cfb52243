import FHIR

/// What is wrong with a request as HTTP, before FHIR has a say.
enum HTTPProblem: Error, Sendable {
    case tooLarge(limit: Int)
    case incompleteBody
    case damagedEncoding
    case unsupportedEncoding(String)
    case unsupportedContent(String)
    case notAcceptable(String)
    case invalidHeader(String, String)

    var status: Int {
        switch self {
        case .tooLarge: 413
        case .incompleteBody, .damagedEncoding, .invalidHeader: 400
        case .unsupportedEncoding, .unsupportedContent: 415
        case .notAcceptable: 406
        }
    }

    var issue: Issue {
        switch self {
        case .tooLarge(let limit):
            Issue(
                .tooLong,
                "The body is larger than the \(limit / 1_048_576) MiB that this server takes at once; send it in parts."
            )
        case .incompleteBody: Issue(.incomplete, "The body ended before it was complete; send it again.")
        case .damagedEncoding: Issue(.structure, "The body is no gzip data, or is damaged.")
        case .unsupportedEncoding(let name):
            Issue(.notSupported, "The content encoding \(name) is not supported; send gzip or none.")
        case .unsupportedContent(let type):
            Issue(.notSupported, "The content type \(type) is not supported here; send application/fhir+json.")
        case .notAcceptable(let wish):
            Issue(.notSupported, "The format \(wish) is not supported; ask for application/fhir+json.")
        case .invalidHeader(let name, let reason): Issue(.value, "The header \(name) \(reason).", at: "http.\(name)")
        }
    }
}
