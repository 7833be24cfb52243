import Exchange
import FHIR
import HTTPTypes
import Store

// create: https://hl7.org/fhir/R4/http.html#create, conditional create: https://hl7.org/fhir/R4/http.html#ccreate
extension FHIRService {
    func create(_ type: ResourceType, _ request: FHIRRequest) async throws -> Answer {
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
        guard
            let outcome = try await exchange.write(
                [write], origin: request.origin, provenance: try provenance(request), judge: judge
            ).first
        else {
            throw Problem(.internalError, .exception, "The write gave no outcome.")
        }
        await validation.noteWritten([write.type])
        return outcome
    }

    /// What patches make is judged as what clients send.
    var judge: Judgement {
        { [validation] document, type throws(Problem) in try validation.check(document, as: type) }
    }

    /// As much of what was written as the client asks to see. The wish was checked before anything was written.
    private func resource(_ outcome: WriteOutcome, _ request: FHIRRequest) -> [UInt8]? {
        guard let content = outcome.content, let version = outcome.version,
            let view = try? request.view(of: outcome.type), view != .whole
        else { return outcome.resource }
        return StoredVersion(
            type: outcome.type, id: outcome.id, version: version, method: .update, updated: outcome.updated,
            content: content
        ).rendered(view)
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
            response = Answer(status: status, fhir: resource(outcome, request) ?? [], pretty: request.isPretty)
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
