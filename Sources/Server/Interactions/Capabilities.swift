import Access
import Exchange
import FHIR
import Store
import Synchronization

// capabilities: https://hl7.org/fhir/R4/http.html#capabilities
extension FHIRService {
    func capabilities(_ request: FHIRRequest) async throws -> Answer {
        let view = try request.view(of: .capabilityStatement)
        let (profiles, generation) = validation.profiles.known
        let key = CapabilityStatements.Key(
            base: request.base, generation: generation, parameters: exchange.additionalParameters, view: view)
        let statement = try statements.bytes(of: key) {
            let whole = CapabilityStatement(
                base: request.base, made: clock(), profiles: profiles, permits: { permission($0, $1) == nil },
                conditionalDelete: exchange.limits.conditionalDelete == .single ? "single" : "multiple",
                parameters: { exchange.searchParameters(of: $0) }
            ).json()
            let subset = ResourceSubset(view, of: .capabilityStatement)
            return subset.isWhole ? whole : subset.json(of: try JSONDocument.parse(whole).root)
        }
        try await exchange.note(.capabilities, status: 200, origin: request.origin)
        return Answer(status: .ok, fhir: statement, pretty: request.isPretty)
    }
}

/// Statements that were made already, by the base that they name, and the profiles and search parameters that are in
/// force: nothing else of them changes while a server runs.
final class CapabilityStatements: Sendable {
    /// Bases and views come from requests; no more than this many are remembered.
    private static let limit = 16
    private let known = Mutex<[Key: [UInt8]]>([:])

    struct Key: Hashable {
        let base: String
        /// Of the profiles.
        let generation: Int64
        /// Those that are not R4's own.
        let parameters: [SearchParameterFact]
        let view: SearchView
    }

    func bytes(of key: Key, make: () throws -> [UInt8]) rethrows -> [UInt8] {
        if let bytes = known.withLock({ $0[key] }) { return bytes }
        let bytes = try make()
        known.withLock { known in
            if known.count >= Self.limit { known.removeAll() }
            known[key] = bytes
        }
        return bytes
    }
}
