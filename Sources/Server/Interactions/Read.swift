import Exchange
import FHIR
import HTTPTypes
import Store

// read: https://hl7.org/fhir/R4/http.html#read
extension FHIRService {
    func read(_ type: ResourceType, _ id: String, _ request: FHIRRequest) async throws -> Answer {
        let version = try await exchange.read(type, id, asOf: try request.asOf(), origin: request.origin)
        return try answer(version, request)
    }

    /// The version, or 304 when the client has it already (R4 §3.1.0.1.5), or the bytes of a Binary.
    func answer(_ version: StoredVersion, _ request: FHIRRequest) throws -> Answer {
        if request.hasCurrent(version) {
            var response = Answer(status: .notModified)
            response.tell(version: version.version, updated: version.updated)
            return response
        }
        if version.type == .binary, let response = try Answer(binary: version, request: request) { return response }
        return Answer(version, try request.view(of: version.type), request: request)
    }
}

extension FHIRRequest {
    /// If-None-Match counts before If-Modified-Since (RFC 9110 §13.2.2).
    fileprivate func hasCurrent(_ version: StoredVersion) -> Bool {
        if let tags = call.headers[.ifNoneMatch] {
            return tags.split(separator: ",").contains { tag in
                let tag = String(tag).trimmingSpaces()
                return tag == "*" || EntityTag.version(tag) == version.version
            }
        }
        // A date that cannot be read is no condition (RFC 9110 §13.1.3); fractions of a second are not in dates.
        guard let since = call.headers[.ifModifiedSince].flatMap(Instant.parseHTTPDate) else { return false }
        return version.updated < since + 1_000_000
    }
}
