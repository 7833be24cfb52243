import Exchange
import FHIR
import Store

/// What the server can do, made from what is really there: the types and parameters of the table, and what access
/// permits at all.
struct CapabilityStatement {
    let base: String
    /// Microseconds since 1970 UTC: what a server offers changes when another version starts.
    let made: Int64
    /// The profiles that resources are judged by where they claim them.
    let profiles: ProfileSet
    let permits: (AuditInteraction, ResourceType) -> Bool
    /// single or multiple
    let conditionalDelete: String
    /// What a type can be searched by.
    let parameters: (ResourceType) -> [SearchParameterFact]

    func json() -> [UInt8] {
        var json = JSONBuilder(capacity: 256 * 1024)
        json.object { json in
            json.member("resourceType", "CapabilityStatement")
            json.object("meta") { $0.member("lastUpdated", Instant.format(microseconds: made)) }
            json.member("status", "active")
            json.member("date", Instant.format(microseconds: made))
            json.member("kind", "instance")
            json.array("instantiates") { $0.value("http://hl7.org/fhir/uv/bulkdata/CapabilityStatement/bulk-data") }
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

    private static let documentation = """
        Search parameters that are unknown, malformed or not supported are refused with 400 and named, instead of being \
        ignored as R4 suggests: a search that looks answered and is not is worse than an error. Prefer: handling=lenient \
        ignores unknown ones with a warning, and the self link shows what was applied. A total is given where it is known \
        without counting, and else for _total=accurate or _total=estimate. What _include and _revinclude would bring beyond \
        a page's room is named in an outcome entry together with the search that finds it. The server's own AuditEvents are \
        found by searches of AuditEvent alone.
        """

    private func rest(_ json: inout JSONBuilder) {
        json.member("mode", "server")
        json.member("documentation", Self.documentation)
        let types = ResourceType.all.filter { $0 != .parameters && $0 != .operationOutcome }
        let references = References(types, parameters)
        json.array("resource") { json in
            for type in types { json.object { resource(type, references, &$0) } }
        }
        json.array("interaction") { json in
            for interaction in Offered.systemInteractions { json.object { $0.member("code", interaction.code) } }
        }
        json.array("searchParam") { json in
            common(&json)
            json.object { json in
                json.member("name", "_type")
                json.member("type", "special")
                json.member("documentation", "The types that a search of the whole system is about.")
            }
        }
        operations(OperationTable.ofSystem, &json)
        json.array("compartment") { json in
            for compartment in Compartment.allCases {
                json.value(
                    "http://hl7.org/fhir/CompartmentDefinition/\(compartment.resourceType.name.lowerCamelCase)")
            }
        }
    }

    private func resource(_ type: ResourceType, _ references: References, _ json: inout JSONBuilder) {
        json.member("type", type.name)
        json.member("profile", "http://hl7.org/fhir/StructureDefinition/\(type.name)")
        let supported = profiles.profiles.filter { $0.type.resourceType == type }
        if !supported.isEmpty {
            json.array("supportedProfile") { json in for profile in supported { json.value(profile.url) } }
        }
        json.array("interaction") { json in
            for interaction in Offered.interactions
            where permits(interaction, type) && Exchange.offers(interaction, type) {
                json.object { $0.member("code", interaction.code) }
            }
        }
        json.member("versioning", permits(.update, type) ? "versioned-update" : "versioned")
        json.member("readHistory", true)
        json.member("updateCreate", permits(.update, type))
        json.member("conditionalCreate", Offered.conditionalCreate)
        json.member("conditionalRead", Offered.conditionalRead)
        json.member("conditionalUpdate", Offered.conditionalUpdate && permits(.update, type))
        json.member("conditionalDelete", permits(.delete, type) ? conditionalDelete : "not-supported")
        json.array("referencePolicy") { $0.value("literal") }
        if type != .auditEvent {
            json.strings("searchInclude", ["*"] + references.out(of: type))
            json.strings("searchRevInclude", references.into(type))
        }
        json.array("searchParam") { json in
            common(&json, of: type)
            for parameter in parameters(type) {
                json.object { json in
                    json.member("name", parameter.code)
                    json.member("definition", parameter.url)
                    json.member("type", "\(parameter.kind)")
                    json.member(
                        "documentation",
                        type == .auditEvent
                            ? "Without modifiers. Finds what clients sent and the server's own entries."
                            : Offered.documentation(of: parameter.kind))
                }
            }
        }
        operations(OperationTable.offered(by: type, permits), &json)
    }

    private func common(_ json: inout JSONBuilder, of type: ResourceType? = nil) {
        // AuditEvents are searched in two places, and only by what both know.
        let known = type == .auditEvent ? Array(Offered.commonParameters.prefix(2)) : Offered.commonParameters
        // These two have no narrative.
        for parameter in known where parameter.name != "_text" || type != .binary && type != .bundle {
            json.object { json in
                json.member("name", parameter.name)
                json.member(
                    "definition", ifPresent: parameter.definition.map { "http://hl7.org/fhir/SearchParameter/" + $0 })
                json.member("type", parameter.kind)
                json.member("documentation", parameter.documentation)
            }
        }
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
}

/// Which type refers to which by what parameter: `_include` and `_revinclude`.
private struct References {
    private var outgoing: [ResourceType: [String]] = [:]
    private var incoming: [ResourceType: [String]] = [:]

    init(_ types: [ResourceType], _ parameters: (ResourceType) -> [SearchParameterFact]) {
        for type in types where type != .auditEvent {
            for parameter in parameters(type) where parameter.kind == .reference {
                let name = "\(type):\(parameter.code)"
                outgoing[type, default: []].append(name)
                for target in parameter.targets.isEmpty ? types : parameter.targets {
                    incoming[target, default: []].append(name)
                }
            }
        }
    }

    func out(of type: ResourceType) -> [String] { outgoing[type] ?? [] }

    func into(_ type: ResourceType) -> [String] { incoming[type] ?? [] }
}

extension JSONBuilder {
    /// Nothing at all if there are none.
    fileprivate mutating func strings(_ key: StaticString, _ texts: [String]) {
        guard !texts.isEmpty else { return }
        array(key) { json in for text in texts { json.value(text) } }
    }
}

extension String {
    /// `RelatedPerson` as `relatedPerson`, the way CompartmentDefinitions are named.
    fileprivate var lowerCamelCase: String { prefix(1).lowercased() + dropFirst() }
}
