import Access
import Exchange
import FHIR
import HTTPTypes
import Hummingbird
import NIOCore
import Store

/// A request to the FHIR API with what its headers say, read once.
struct FHIRRequest: Sendable {
    let request: Request
    /// The FHIR base as the client sees it, without a slash at its end.
    let base: String
    let origin: Origin
    let isPretty: Bool
    let query: SearchQuery

    init(_ request: Request, context: ServerContext, base: String) {
        self.request = request
        self.base = base
        let query = SearchQuery(query: request.uri.query ?? "", base: base)
        self.query = query
        origin = Origin(
            principal: Principal.loopbackDevelopment.id, channel: .fhir, remoteAddress: context.remoteAddress,
            requestID: request.headers[.requestID].map { String($0.prefix(128)) })
        isPretty = query.parameters.last { $0.name == "_pretty" }?.value == "true"
    }

    /// Refuses to answer in a format that is not there. A Binary is answered in whatever format its bytes are, unless
    /// FHIR is asked for.
    func requireFormat(for route: FHIRRoute) throws(HTTPProblem) {
        let parameter = query.parameters.last { $0.name == "_format" }?.value
        let accept = request.headers[.accept]
        if parameter ?? "" == "", accept?.contains("fhir+") != true, route.readsBinary { return }
        _ = try ResponseFormat(parameter: parameter, accept: accept)
    }

    /// What the client wants to get back of a write.
    func preference(otherwise: ReturnPreference) -> ReturnPreference {
        ReturnPreference(request.headers[.prefer], otherwise: otherwise)
    }

    /// The body, bounded.
    func body(limit: Int) async throws(HTTPProblem) -> [UInt8] {
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > limit {
            throw .tooLarge(limit: limit)
        }
        var request = request
        let buffer: ByteBuffer
        do {
            buffer = try await request.collectBody(upTo: limit)
        } catch is NIOTooManyBytesError {
            throw .tooLarge(limit: limit)
        } catch {
            throw .incompleteBody
        }
        let bytes = Array(buffer.readableBytesView)
        switch request.headers[.contentEncoding]?.lowercased() {
        case nil, "", "identity": return bytes
        case "gzip", "x-gzip":
            guard let inflated = try Gzip.inflate(bytes, limit: limit) else { throw .damagedEncoding }
            return inflated
        case let other?: throw .unsupportedEncoding(other)
        }
    }

    /// The body as JSON.
    func document(limit: Int) async throws -> JSONDocument {
        try ContentType(request.headers[.contentType]).requireJSON()
        let bytes = try await body(limit: limit)
        do {
            return try JSONDocument.parse(bytes, limits: JSONLimits(maximumBytes: limit))
        } catch {
            throw Problem(
                .invalid, [Issue(.structure, error.message, at: error.expression.isEmpty ? nil : error.expression)])
        }
    }

    /// The body as a resource, checked against R4's shape.
    func resource(of type: ResourceType?, limit: Int) async throws -> JSONDocument {
        let document = try await document(limit: limit)
        let (_, issues) = ShapeValidator.validate(document, as: type)
        if issues.contains(where: \.isError) { throw Problem(.invalid, issues) }
        return document
    }
}

/// `Prefer: return=…` (R4 §3.1.0.1.6).
enum ReturnPreference: String, Sendable {
    case minimal
    case representation
    case operationOutcome = "OperationOutcome"

    /// - Parameter otherwise: what an answer holds when the client does not say.
    init(_ header: String?, otherwise: ReturnPreference) {
        self = otherwise
        for part in (header ?? "").split(whereSeparator: { $0 == "," || $0 == ";" }) {
            let part = part.drop { $0 == " " }
            guard part.hasPrefix("return=") else { continue }
            if let preference = ReturnPreference(rawValue: String(part.dropFirst(7))) { self = preference }
        }
    }
}

extension HTTPField.Name {
    static let requestID = HTTPField.Name("X-Request-Id")!
    static let prefer = HTTPField.Name("Prefer")!
    static let ifNoneExist = HTTPField.Name("If-None-Exist")!
    static let forwarded = HTTPField.Name("Forwarded")!
    static let forwardedHost = HTTPField.Name("X-Forwarded-Host")!
    static let forwardedProto = HTTPField.Name("X-Forwarded-Proto")!
    static let forwardedPort = HTTPField.Name("X-Forwarded-Port")!
    static let forwardedPrefix = HTTPField.Name("X-Forwarded-Prefix")!
}
