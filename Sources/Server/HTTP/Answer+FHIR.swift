import Exchange
import FHIR
import HTTPTypes
import Logging
import NIOHTTP1
import Store

extension Answer {
    /// JSON bytes as FHIR; who accepts XML may get the same as XML (``FHIRService/render(_:_:)``).
    init(status: HTTPResponse.Status, fhir bytes: [UInt8], pretty: Bool = false) {
        var bytes = bytes
        if pretty, let document = try? JSONDocument.parse(bytes, limits: JSONLimits(maximumBytes: .max)) {
            bytes = JSONWriter.pretty(document.root)
        }
        self.init(
            status: status, headers: [.contentType: ResponseFormat.contentType, .vary: "Accept"], body: bytes)
    }

    /// One version of a resource, with the headers that tell it (R4 §3.1.0.1.3).
    init(_ version: StoredVersion, _ view: SearchView, request: FHIRRequest) {
        self.init(status: .ok, fhir: version.rendered(view) ?? [], pretty: request.isPretty)
        tell(version: version.version, updated: version.updated)
    }

    /// The headers ETag and Last-Modified; the answer has none yet.
    mutating func tell(version: Int32, updated: Int64) {
        headers.append(HTTPField(name: .eTag, value: EntityTag.text(version)))
        headers.append(HTTPField(name: .lastModified, value: Instant.formatHTTPDate(microseconds: updated)))
    }

    /// What was sent is no HTTP, or more of it than is taken before the body.
    init(malformed error: HTTPParserError) {
        let isTooLong = error == .headerOverflow
        let issue =
            isTooLong
            ? Issue(
                .tooLong,
                "The request's line or one of its headers is too long; the connection is closed. Send a long search by POST to "
                    + "_search, with its parameters in the body.")
            : Issue(
                .structure,
                "This is no HTTP request that can be read (\(error)); the connection is closed. Send HTTP/1.1 to this port."
            )
        self.init(status: isTooLong ? .contentTooLarge : .badRequest, fhir: OperationOutcome(issue).json())
        closes = true
    }

    /// While the database is away every request says so; the log does once in a while.
    private static let absences = Throttle(every: .seconds(5))

    /// An OperationOutcome that says what went wrong.
    init(failure error: any Error, logger: Logger) {
        switch error {
        case let problem as Problem:
            self.init(status: .init(code: problem.status), fhir: OperationOutcome(problem.issues).json())
            if case .gone(let version) = problem.kind { headers[.eTag] = EntityTag.text(version) }
            if problem.kind == .unavailable {
                headers[.retryAfter] = "2"
                Self.absences.noteOne { count in
                    logger.warning(
                        "the database is away", metadata: ["reason": "\(problem.cause ?? "")", "requests": "\(count)"])
                }
            }
            if problem.kind == .throttled { headers[.retryAfter] = "1" }
            if let cause = problem.cause, problem.kind == .tooLarge || problem.kind == .throttled {
                logger.warning(
                    "a request was refused", metadata: ["status": "\(problem.status)", "reason": "\(cause)"])
            }
            if problem.kind == .internalError {
                logger.error("request failed", metadata: ["reason": "\(problem.issues.first?.diagnostics ?? "")"])
            }
        case let problem as HTTPProblem:
            self.init(status: .init(code: problem.status), fhir: OperationOutcome(problem.issue).json())
            if case .noSuchRange(let count) = problem { headers[.contentRange] = "bytes */\(count)" }
        default:
            logger.error("request failed", metadata: ["reason": "\(error)"])
            self.init(
                status: .internalServerError,
                fhir: OperationOutcome(Issue(.exception, "The server failed; its log says more.")).json())
        }
    }
}
