import FHIR
import Store

extension AuditRecord {
    /// The entry as R4's AuditEvent, after the patterns of IHE BALP: type `rest`, subtype the interaction, an agent for
    /// the principal, an entity for what was touched, one for the query, one for the request's id.
    public var asAuditEvent: StoredVersion {
        StoredVersion(
            type: .auditEvent, id: id, version: 1, method: .create, updated: entry.recorded, content: content)
    }

    private var content: [UInt8] {
        var json = JSONBuilder(capacity: 1024)
        json.object { json in
            json.member("resourceType", "AuditEvent")
            json.object("type") { $0.coding("http://terminology.hl7.org/CodeSystem/audit-event-type", "rest") }
            json.array("subtype") { json in
                json.object { $0.coding("http://hl7.org/fhir/restful-interaction", entry.interaction.code) }
            }
            json.member("action", entry.interaction.action)
            json.member("recorded", Instant.format(microseconds: entry.recorded))
            json.member("outcome", String(entry.outcome.rawValue))
            json.member("outcomeDesc", "\(entry.status)" + (entry.detail.map { ": \($0)" } ?? ""))
            json.array("agent") { json in json.object { agent(&$0) } }
            json.object("source") { json in
                json.object("observer") { $0.member("display", "MediConnect") }
                json.array("type") { json in
                    json.object { $0.coding("http://terminology.hl7.org/CodeSystem/security-source-type", "4") }
                }
            }
            entities(&json)
        }
        return json.bytes
    }

    private func agent(_ json: inout JSONBuilder) {
        json.object("who") { json in
            json.object("identifier") { $0.member("value", entry.origin.principal) }
        }
        json.member("requestor", true)
        if let address = entry.origin.remoteAddress {
            json.object("network") { json in
                json.member("address", address)
                json.member("type", "2")
            }
        }
    }

    private func entities(_ json: inout JSONBuilder) {
        guard entry.type != nil || entry.query != nil || entry.origin.requestID != nil else { return }
        json.array("entity") { json in
            if let type = entry.type, let id = entry.id {
                json.object { json in
                    let version = entry.version.map { "/_history/\($0)" } ?? ""
                    json.object("what") { $0.member("reference", "\(type.name)/\(id)\(version)") }
                }
            } else if let type = entry.type {
                json.object { json in
                    json.object("type") { $0.coding("http://hl7.org/fhir/resource-types", type.name) }
                }
            }
            if let query = entry.query, !query.isEmpty {
                json.object { json in
                    json.object("role") { $0.coding("http://terminology.hl7.org/CodeSystem/object-role", "24") }
                    json.member("query", Base64.encode(Array(query.utf8)))
                }
            }
            if let request = entry.origin.requestID {
                json.object { json in
                    json.object("what") { json in json.object("identifier") { $0.member("value", request) } }
                    json.object("type") {
                        $0.coding("https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType", "XrequestId")
                    }
                }
            }
        }
    }
}

extension JSONBuilder {
    fileprivate mutating func coding(_ system: String, _ code: String) {
        member("system", system)
        member("code", code)
    }
}
