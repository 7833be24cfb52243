import Exchange
import FHIR
import HTTPTypes
import Store

// read: https://hl7.org/fhir/R4/http.html#read
extension FHIRService {
    func read(_ type: ResourceType, _ id: String, _ request: FHIRRequest) async throws -> Answer {
        let version = try await exchange.read(type, id, origin: request.origin)
        return try answer(version, request)
    }

    /// The version, or 304 when the client has it already (R4 §3.1.0.1.5), or the bytes of a Binary.
    func answer(_ version: StoredVersion, _ request: FHIRRequest) throws -> Answer {
        if request.hasCurrent(version) {
            var response = Answer(status: .notModified)
            response.headers[.eTag] = EntityTag.text(version.version)
            response.headers[.lastModified] = Instant.formatHTTPDate(microseconds: version.updated)
            return response
        }
        if version.type == .binary, let response = try Answer(binary: version, request: request) { return response }
        return Answer(version, request: request)
    }
}

extension FHIRRequest {
    /// If-None-Match counts before If-Modified-Since (RFC 9110 §13.2.2).
    fileprivate func hasCurrent(_ version: StoredVersion) -> Bool {
        if let tags = request.headers[.ifNoneMatch] {
            return tags.split(separator: ",").contains { tag in
                let tag = String(tag).trimmingSpaces()
                return tag == "*" || EntityTag.version(tag) == version.version
            }
        }
        // Dates are compared as what Last-Modified said: clients send back what they were given.
        guard let since = request.headers[.ifModifiedSince] else { return false }
        return since == Instant.formatHTTPDate(microseconds: version.updated)
    }
}
