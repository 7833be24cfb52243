import Access
import Exchange
import FHIR
import HTTPTypes
import NIOCore
import NIOHTTP1
import Store
import XML

/// A request to the FHIR API with what its headers say, read once.
struct FHIRRequest: Sendable {
    let call: HTTPCall
    /// The FHIR base as the client sees it, without a slash at its end.
    let base: String
    let origin: Origin
    let isPretty: Bool
    let query: SearchQuery

    /// - Parameter query: what is asked; the url's unless a form brought more.
    init(_ call: HTTPCall, base: String, query given: SearchQuery? = nil) {
        self.call = call
        self.base = base
        let query = given ?? SearchQuery(query: call.query, base: base)
        self.query = query
        origin = Origin(
            principal: Principal.loopbackDevelopment.id, channel: .fhir, remoteAddress: call.remoteAddress,
            requestID: call.requestID)
        isPretty = query.parameters.last { $0.name == "_pretty" }?.value == "true"
    }

    /// Refuses to answer in a format that is not there. A Binary is answered in whatever format its bytes are, unless
    /// FHIR is asked for.
    func requireFormat(for route: FHIRRoute) throws(HTTPProblem) {
        let parameter = query.parameters.last { $0.name == "_format" }?.value
        let accept = call.headers[.accept]
        if route.hasOwnFormat { return }
        if parameter ?? "" == "", accept?.contains("fhir+") != true, route.readsBinary { return }
        try requireFormat()
    }

    func requireFormat() throws(HTTPProblem) {
        _ = try format
    }

    /// Refuses a `_pretty` that is neither true nor false.
    func requirePretty() throws(Problem) {
        guard let value = query.parameters.last(where: { $0.name == "_pretty" })?.value,
            !["", "true", "false"].contains(value)
        else { return }
        throw Problem(.invalid, .value, "_pretty=\(value) is neither true nor false.", at: "http._pretty")
    }

    /// What the client wants to get back of a write.
    func preference(otherwise: ReturnPreference) -> ReturnPreference {
        ReturnPreference(call.headers[.prefer], otherwise: otherwise)
    }

    /// The body, bounded.
    func body(limit: Int) throws(HTTPProblem) -> [UInt8] {
        let bytes = Array(try call.body.get().readableBytesView)
        switch call.headers[.contentEncoding]?.lowercased() {
        case nil, "", "identity": return bytes
        case "gzip", "x-gzip":
            guard let inflated = try Gzip.inflate(bytes, limit: limit) else { throw .damagedEncoding }
            return inflated
        case let other?: throw .unsupportedEncoding(other)
        }
    }

    /// The body, JSON or XML by its content type.
    func document(_ configuration: ServerConfiguration) throws -> JSONDocument {
        let format = try ContentType(call.headers[.contentType]).requireFHIR()
        let bytes = try body(limit: configuration.maximumBody)
        switch format {
        case .json: return try Self.document(json: bytes, limit: configuration.maximumBody)
        case .xml: return try Self.document(xml: bytes, limits: configuration.xmlLimits)
        }
    }

    /// - Throws: ``Problem`` with the place of what is no JSON.
    static func document(json bytes: [UInt8], limit: Int) throws(Problem) -> JSONDocument {
        do {
            return try JSONDocument.parse(bytes, limits: JSONLimits(maximumBytes: limit))
        } catch {
            throw Problem(
                .invalid, [Issue(.structure, error.message, at: error.expression.isEmpty ? nil : error.expression)])
        }
    }

    /// - Throws: ``Problem`` with the place of what is no FHIR XML.
    static func document(xml bytes: [UInt8], limits: XMLLimits) throws(Problem) -> JSONDocument {
        let json: [UInt8]
        do throws(FHIRXMLError) {
            json = try FHIRXML.json(from: bytes, limits: limits)
        } catch {
            throw Problem(.invalid, error.issues)
        }
        return try document(json: json, limit: .max)
    }

    /// The format of the answer.
    var format: ResponseFormat {
        get throws(HTTPProblem) {
            try ResponseFormat(
                parameter: query.parameters.last { $0.name == "_format" }?.value, accept: call.headers[.accept])
        }
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

extension HTTPCall {
    /// What the client calls its request, so that its log and this server's can be laid side by side.
    var requestID: String? { headers[.requestID].map { String($0.prefix(128)) } }
}

extension HTTPField.Name {
    static let requestID = HTTPField.Name("X-Request-Id")!
    static let prefer = HTTPField.Name("Prefer")!
    static let ifNoneExist = HTTPField.Name("If-None-Exist")!
    static let host = HTTPField.Name("Host")!
    static let forwarded = HTTPField.Name("Forwarded")!
    static let forwardedHost = HTTPField.Name("X-Forwarded-Host")!
    static let forwardedProto = HTTPField.Name("X-Forwarded-Proto")!
    static let forwardedPort = HTTPField.Name("X-Forwarded-Port")!
    static let forwardedPrefix = HTTPField.Name("X-Forwarded-Prefix")!
}
