import Exchange
import FHIR
import Synchronization

extension FHIRService {
    /// The API as an OpenAPI document, `[base]/OpenAPI`.
    func openAPI(_ request: FHIRRequest) async throws -> Answer {
        let key = OpenAPIDocuments.Key(base: request.base, parameters: exchange.additionalParameters)
        let document = openAPIs.bytes(of: key) {
            OpenAPIDocument(
                base: request.base, permits: { permission($0, $1) == nil },
                parameters: { exchange.searchParameters(of: $0) }
            ).json()
        }
        return Answer(status: .ok, headers: [.contentType: "application/json; charset=utf-8"], body: document)
    }
}

/// Documents that were made already, by the base that they name.
final class OpenAPIDocuments: Sendable {
    /// Bases come from requests, and documents are large.
    private static let limit = 4
    private let known = Mutex<[Key: [UInt8]]>([:])

    struct Key: Hashable {
        let base: String
        /// Search parameters that are not R4's own.
        let parameters: [SearchParameterFact]
    }

    func bytes(of key: Key, make: () -> [UInt8]) -> [UInt8] {
        if let bytes = known.withLock({ $0[key] }) { return bytes }
        let bytes = make()
        known.withLock { known in
            if known.count >= Self.limit { known.removeAll() }
            known[key] = bytes
        }
        return bytes
    }
}
