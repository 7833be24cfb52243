import Exchange
import FHIR
import Store

/// The API as an OpenAPI 3.0 document, made from what the CapabilityStatement is made from: types, search parameters,
/// interactions, operations, and what access permits at all.
///
/// Source: OpenAPI Specification 3.0.3.
struct OpenAPIDocument {
    let base: String
    let permits: (AuditInteraction, ResourceType) -> Bool
    /// What a type can be searched by.
    let parameters: (ResourceType) -> [SearchParameterFact]

    func json() -> [UInt8] {
        var json = JSONBuilder(capacity: 2 << 20)
        json.object { json in
            json.member("openapi", "3.0.3")
            json.object("info") { json in
                json.member("title", "MediConnect, FHIR R4")
                json.member("description", Self.description)
                json.member("version", ServerVersion.text)
            }
            json.object("externalDocs") { json in
                json.member("description", "The FHIR R4 RESTful API")
                json.member("url", "https://hl7.org/fhir/R4/http.html")
            }
            json.array("servers") { json in json.object { $0.member("url", base) } }
            json.array("tags") { json in
                json.object { json in
                    json.member("name", Self.systemTag)
                    json.member("description", "What concerns no type alone")
                }
                for type in Self.types {
                    json.object { json in
                        json.member("name", type.name)
                        json.object("externalDocs") { json in
                            json.member("url", "https://hl7.org/fhir/R4/\(type.name.lowercased()).html")
                        }
                    }
                }
            }
            json.object("paths") { json in
                for path in paths() { path.append(to: &json) }
            }
            json.object("components") { components(&$0) }
        }
        return json.bytes
    }

    static let systemTag = "System"

    private static let description = """
        Every path below is FHIR R4; what is not described here is answered with an OperationOutcome that says so. JSON \
        and XML are taken and given alike: choose by Content-Type and Accept, or by _format. Search parameters are shown \
        by their names; prefixes, modifiers and chains (name:exact, subject:Patient.name) are as R4 has them.
        """

    static let types = ResourceType.all.filter { $0 != .parameters && $0 != .operationOutcome }
}
