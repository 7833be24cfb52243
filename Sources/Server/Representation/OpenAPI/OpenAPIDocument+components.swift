import FHIR

extension OpenAPIDocument {
    func components(_ json: inout JSONBuilder) {
        json.object("parameters") { json in
            for (name, parameter) in Self.sharedParameters {
                json.key(name)
                json.object { parameter.append(to: &$0) }
            }
        }
        json.object("headers") { json in
            for (name, description) in Self.headers {
                json.key(name)
                json.object { json in
                    json.member("description", description)
                    json.object("schema") { $0.member("type", "string") }
                }
            }
        }
        json.object("responses") { json in
            json.object("outcome") { json in
                json.member("description", "What went wrong, where, and what to do")
                json.object("content") { OpenAPIOperation.Content.resource("OperationOutcome").append(to: &$0) }
            }
        }
        json.object("schemas") { schemas(&$0) }
    }

    private static let headers = [
        ("ETag", "W/\"n\": the version's number"), ("Last-Modified", "When the version was made"),
        ("Location", "The address of the version"), ("Content-Location", "Where to ask what became of it"),
        ("X-Progress", "How far it is, for people"), ("Retry-After", "Seconds until it is worth asking again"),
        ("Expires", "When the result is removed"), ("Content-Range", "Which part of the file this is"),
    ]

    private typealias Parameter = OpenAPIOperation.Parameter

    /// Parameters that many operations have, by the names of their components.
    private static let sharedParameters: [(String, OpenAPIOperation.Parameter)] = places + headerParameters + queries

    private static let places: [(String, OpenAPIOperation.Parameter)] = [
        ("id", "The logical id"), ("vid", "The version's number"),
        ("job", "A background job, as Content-Location names it"), ("file", "A file, as the manifest names it"),
    ].map { ($0.0, Parameter(name: $0.0, place: .path, description: $0.1)) }

    private static let headerParameters: [(String, OpenAPIOperation.Parameter)] =
        [
            ("If-Match", "Only if it is still at this version"),
            ("If-None-Match", "A version that is known already, or *"),
            ("If-None-Exist", "Search criteria: nothing is made where they find something"),
            (
                "Prefer",
                "return=minimal, representation or OperationOutcome; handling=strict or lenient; respond-async for searches"
            ),
            ("Range", "bytes=n-: to go on with a download"),
        ].map { ($0.0, Parameter(name: $0.0, place: .header, description: $0.1)) } + [
            (
                "respond-async",
                Parameter(
                    name: "Prefer", place: .header, description: "It is done in the background only", isRequired: true,
                    value: "respond-async")
            )
        ]

    private static let queries: [(String, OpenAPIOperation.Parameter)] = {
        var queries = Offered.commonParameters.map { known in
            (known.name, Parameter(name: known.name, place: .query, description: known.documentation, isRepeated: true))
        }
        for (name, description, isRepeated) in steering {
            queries.append(
                (name, Parameter(name: name, place: .query, description: description, isRepeated: isRepeated)))
        }
        return queries
    }()

    /// Name, what it says, and whether it may stand several times.
    private static let steering: [(String, String, Bool)] = [
        ("_type", "The types that a search of the whole system is about", true),
        ("_count", "Matches of a page; 0 only counts", false),
        ("_sort", "Parameters, with - for descending", true),
        ("_include", "What matches refer to: Type:parameter[:Target]", true),
        ("_revinclude", "What refers to matches: Type:parameter[:Target]", true),
        ("_summary", "true, text, data, count or false", false),
        ("_elements", "The elements that are told, beside those that have to be there", true),
        ("_total", "none, estimate or accurate", false),
        ("_since", "Only what was made after this instant", false),
        ("_format", "json or xml, over Accept", false),
        ("_pretty", "true: with line breaks", false),
    ]

    private func schemas(_ json: inout JSONBuilder) {
        json.object("Resource") { json in
            json.member("type", "object")
            json.array("required") { $0.value("resourceType") }
            json.object("properties") { json in
                json.object("resourceType") { $0.member("type", "string") }
            }
            json.member("additionalProperties", true)
        }
        for type in ResourceType.all {
            json.key(type.name)
            json.object { json in
                json.member("type", "object")
                json.object("externalDocs") { json in
                    json.member("description", "Elements, JSON Schema and XML Schema")
                    json.member("url", "https://hl7.org/fhir/R4/\(type.name.lowercased()).html")
                }
                json.array("required") { $0.value("resourceType") }
                json.object("properties") { json in
                    json.object("resourceType") { json in
                        json.member("type", "string")
                        json.array("enum") { $0.value(type.name) }
                    }
                    json.object("id") { json in
                        json.member("type", "string")
                        json.member("pattern", "^[A-Za-z0-9\\-.]{1,64}$")
                    }
                    json.object("meta") { $0.member("type", "object") }
                }
                json.member("additionalProperties", true)
            }
        }
        json.object("PatchOperation") { json in
            json.member("type", "object")
            json.array("required") { json in
                json.value("op")
                json.value("path")
            }
            json.object("properties") { json in
                for name in ["op", "path", "from"] {
                    json.key(name)
                    json.object { $0.member("type", "string") }
                }
                json.object("value") { _ in }
            }
        }
        json.object("ExportManifest") { json in
            json.member("type", "object")
            json.object("externalDocs") { json in
                json.member("url", "https://hl7.org/fhir/uv/bulkdata/STU2/export.html")
            }
            json.object("properties") { json in
                for name in ["transactionTime", "request"] {
                    json.key(name)
                    json.object { $0.member("type", "string") }
                }
                json.object("requiresAccessToken") { $0.member("type", "boolean") }
                for name in ["output", "deleted", "error"] {
                    json.key(name)
                    json.object { json in
                        json.member("type", "array")
                        json.object("items") { Self.manifestFile(&$0) }
                    }
                }
            }
        }
    }

    private static func manifestFile(_ json: inout JSONBuilder) {
        json.member("type", "object")
        json.object("properties") { json in
            for name in ["type", "url"] {
                json.key(name)
                json.object { $0.member("type", "string") }
            }
            json.object("count") { $0.member("type", "integer") }
        }
    }
}
