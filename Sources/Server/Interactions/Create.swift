import Exchange
import FHIR
import HTTPTypes

// create: https://hl7.org/fhir/R4/http.html#create, conditional create: https://hl7.org/fhir/R4/http.html#ccreate
extension FHIRService {
    func create(_ type: ResourceType, _ request: FHIRRequest) async throws -> Answer {
        for parameter in request.query.parameters where !["_format", "_pretty"].contains(parameter.name) {
            throw Problem(
                .invalid, .notSupported,
                "A create takes no parameters such as \(parameter.name). Send criteria of a conditional create in the "
                    + "header If-None-Exist, and a search by POST to \(type)/_search.", at: "http.\(parameter.name)")
        }
        let criteria = request.call.headers[.ifNoneExist]
        if let criteria, criteria.isEmpty {
            throw HTTPProblem.invalidHeader("If-None-Exist", "is empty; give search parameters or leave it out")
        }
        let document = try resource(type, request)
        let findings = try validation.check(document, as: type)
        let outcome = try await write(
            WriteRequest(.create(ifNoneExist: criteria), type: type, resource: document.root), request)
        return answer(outcome, findings, request)
    }

    /// The request's resource; a Binary may come as its bytes.
    func resource(_ type: ResourceType, _ request: FHIRRequest) throws -> JSONDocument {
        if type == .binary, !ContentType(request.call.headers[.contentType]).isBinaryAsFHIR {
            return try binary(request)
        }
        return try request.document(configuration)
    }

    func write(_ write: WriteRequest, _ request: FHIRRequest) async throws -> WriteOutcome {
        guard let outcome = try await exchange.write([write], origin: request.origin, judge: judge).first else {
            throw Problem(.internalError, .exception, "The write gave no outcome.")
        }
        await validation.noteWritten([write.type])
        return outcome
    }

    /// What patches make is judged as what clients send.
    var judge: Judgement {
        { [validation] document, type throws(Problem) in try validation.check(document, as: type) }
    }

    /// Status, Location, ETag, Last-Modified, and the body that the client prefers.
    ///
    /// - Parameter findings: what is to be said of the content although it was written; an OperationOutcome has it.
    func answer(_ outcome: WriteOutcome, _ findings: [Issue], _ request: FHIRRequest) -> Answer {
        let status = HTTPResponse.Status(code: outcome.status)
        let findings = findings + outcome.remarks
        var response: Answer
        switch request.preference(otherwise: .representation) {
        case .representation where outcome.content != nil:
            response = Answer(status: status, fhir: outcome.resource ?? [], pretty: request.isPretty)
        case .operationOutcome:
            response = Answer(
                status: outcome.status == 204 ? .ok : status,
                fhir: OperationOutcome(findings).json(), pretty: request.isPretty)
        case .minimal, .representation:
            response = Answer(status: status)
        }
        if let version = outcome.version {
            response.tell(version: version, updated: outcome.updated)
            if outcome.kind == .created || outcome.kind == .found {
                response.headers[.location] = "\(request.base)/\(outcome.type)/\(outcome.id)/_history/\(version)"
            }
        }
        return response
    }
}
