import Access
import Exchange
import FHIR
import Store
import Synchronization

// capabilities: https://hl7.org/fhir/R4/http.html#capabilities
extension FHIRService {
    func capabilities(_ request: FHIRRequest) async throws -> Answer {
        for parameter in request.query.parameters
        where !["_format", "_pretty", "mode", "_summary"].contains(parameter.name) {
            throw Problem(
                .invalid, .notSupported, "The parameter \(parameter.name) is not supported for metadata.",
                at: "http.\(parameter.name)")
        }
        let (profiles, generation) = validation.profiles.known
        let statement = statements.bytes(of: .init(base: request.base, generation: generation)) {
            CapabilityStatement(
                base: request.base, made: clock(), profiles: profiles, permits: { permission($0, $1) == nil }
            ).json()
        }
        try await exchange.note(.capabilities, status: 200, origin: request.origin)
        return Answer(status: .ok, fhir: statement, pretty: request.isPretty)
    }
}

/// What the server can do, made from what is really there: the types and parameters of the table, and what access
/// permits at all.
struct CapabilityStatement {
    let base: String
    /// Microseconds since 1970 UTC: what a server offers changes when another version starts.
    let made: Int64
    /// The profiles that resources are judged by where they claim them.
    let profiles: ProfileSet
    let permits: (AuditInteraction, ResourceType) -> Bool

    private static let interactions: [AuditInteraction] = [
        .read, .vread, .create, .update, .patch, .delete, .historyInstance, .searchType,
    ]

    func json() -> [UInt8] {
        var json = JSONBuilder(capacity: 256 * 1024)
        json.object { json in
            json.member("resourceType", "CapabilityStatement")
            json.member("status", "active")
            json.member("date", Instant.format(microseconds: made))
            json.member("kind", "instance")
            json.object("software") { json in
                json.member("name", "MediConnect")
                json.member("version", ServerVersion.text)
            }
            json.object("implementation") { json in
                json.member("description", "MediConnect, FHIR R4 on PostgreSQL")
                json.member("url", base)
            }
            json.member("fhirVersion", "4.0.1")
            json.array("format") { json in
                for name in ["json", "xml", "application/fhir+json", "application/fhir+xml"] { json.value(name) }
            }
            json.array("patchFormat") { json in
                for name in [
                    "application/json-patch+json", "application/xml-patch+xml", "application/fhir+json",
                    "application/fhir+xml",
                ] {
                    json.value(name)
                }
            }
            json.array("rest") { json in json.object { rest(&$0) } }
        }
        return json.bytes
    }

    private func rest(_ json: inout JSONBuilder) {
        json.member("mode", "server")
        json.member(
            "documentation",
            "Search parameters that are unknown, malformed or not supported are refused with 400 and named, instead of "
                + "being ignored as R4 suggests: a search that looks answered and is not is worse than an error.")
        json.array("resource") { json in
            for type in ResourceType.all where type != .parameters && type != .operationOutcome {
                json.object { resource(type, &$0) }
            }
        }
        json.array("interaction") { json in
            for code in ["transaction", "batch"] { json.object { $0.member("code", code) } }
        }
        operations(OperationTable.ofSystem, &json)
    }

    private func operations(_ operations: [Operation], _ json: inout JSONBuilder) {
        guard !operations.isEmpty else { return }
        json.array("operation") { json in
            for operation in operations {
                json.object { json in
                    json.member("name", operation.name)
                    json.member("definition", operation.definition)
                }
            }
        }
    }

    private func resource(_ type: ResourceType, _ json: inout JSONBuilder) {
        json.member("type", type.name)
        json.member("profile", "http://hl7.org/fhir/StructureDefinition/\(type.name)")
        let supported = profiles.profiles.filter { $0.type.resourceType == type }
        if !supported.isEmpty {
            json.array("supportedProfile") { json in for profile in supported { json.value(profile.url) } }
        }
        json.array("interaction") { json in
            for interaction in Self.interactions where permits(interaction, type) {
                json.object { $0.member("code", interaction.code) }
            }
        }
        json.member("versioning", permits(.update, type) ? "versioned-update" : "versioned")
        json.member("readHistory", true)
        json.member("updateCreate", permits(.update, type))
        json.member("conditionalCreate", true)
        json.member("conditionalRead", "full-support")
        json.member("conditionalUpdate", false)
        json.member("conditionalDelete", "not-supported")
        json.array("referencePolicy") { $0.value("literal") }
        operations(OperationTable.offered(by: type), &json)
        json.array("searchParam") { json in
            json.object { json in
                json.member("name", "_id")
                json.member("definition", "http://hl7.org/fhir/SearchParameter/Resource-id")
                json.member("type", "token")
            }
            json.object { json in
                json.member("name", "_lastUpdated")
                json.member("definition", "http://hl7.org/fhir/SearchParameter/Resource-lastUpdated")
                json.member("type", "date")
            }
            for parameter in Exchange.searchParameters(of: type) {
                json.object { json in
                    json.member("name", parameter.code)
                    json.member("definition", parameter.url)
                    json.member("type", "\(parameter.kind)")
                }
            }
        }
    }
}

/// Statements that were made already, by the base that they name and the profiles that are in force: nothing else of
/// them changes while a server runs.
final class CapabilityStatements: Sendable {
    /// Bases come from headers; no more than this many are remembered.
    private static let limit = 16
    private let known = Mutex<[Key: [UInt8]]>([:])

    struct Key: Hashable {
        let base: String
        /// Of the profiles.
        let generation: Int64
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
