import FHIR

/// One path of the document, with what can be done there.
struct OpenAPIPath {
    let path: String
    var operations: [OpenAPIOperation] = []

    func append(to json: inout JSONBuilder) {
        guard !operations.isEmpty else { return }
        json.key(path)
        json.object { json in
            for operation in operations { operation.append(to: &json) }
        }
    }
}

/// What a method does at a path.
struct OpenAPIOperation {
    /// What a body holds.
    enum Content {
        case resource(String)
        case patch(String)
        case form
        /// NDJSON, in full or in part.
        case lines
        case manifest
        case document
    }

    struct Answer {
        let status: String
        let description: String
        let content: Content?
        let headers: [String]

        init(_ status: String, _ description: String, _ content: Content? = nil, headers: [String] = []) {
            (self.status, self.description, self.content, self.headers) = (status, description, content, headers)
        }
    }

    /// A parameter described where it stands.
    struct Parameter {
        enum Place: String { case query, path, header }

        let name: String
        let place: Place
        let description: String
        /// May stand several times.
        var isRepeated = false
        var isRequired = false
        /// The only value.
        var value: String?
    }

    /// `get`
    let method: StaticString
    let id: String
    let tag: String
    let summary: String
    /// The names of components.
    var shared: [String] = []
    var parameters: [Parameter] = []
    var body: Content?
    var needsBody = true
    let answers: [Answer]

    func append(to json: inout JSONBuilder) {
        json.object(method) { json in
            json.member("operationId", id)
            json.array("tags") { $0.value(tag) }
            json.member("summary", summary)
            if !shared.isEmpty || !parameters.isEmpty {
                json.array("parameters") { json in
                    for name in shared {
                        json.object { $0.member("$ref", "#/components/parameters/\(name)") }
                    }
                    for parameter in parameters { json.object { parameter.append(to: &$0) } }
                }
            }
            if let body {
                json.object("requestBody") { json in
                    json.member("required", needsBody)
                    json.object("content") { body.append(to: &$0) }
                }
            }
            json.object("responses") { json in
                for answer in answers {
                    json.key(answer.status)
                    json.object { answer.append(to: &$0) }
                }
                json.object("default") { $0.member("$ref", "#/components/responses/outcome") }
            }
        }
    }
}

extension OpenAPIOperation.Parameter {
    func append(to json: inout JSONBuilder) {
        json.member("name", name)
        json.member("in", place.rawValue)
        if !description.isEmpty { json.member("description", description) }
        if place == .path || isRequired { json.member("required", true) }
        json.object("schema") { json in
            if isRepeated {
                json.member("type", "array")
                json.object("items") { $0.member("type", "string") }
            } else {
                json.member("type", "string")
                if let value { json.array("enum") { $0.value(value) } }
            }
        }
    }
}

extension OpenAPIOperation.Answer {
    func append(to json: inout JSONBuilder) {
        json.member("description", description)
        if !headers.isEmpty {
            json.object("headers") { json in
                for name in headers {
                    json.key(name)
                    json.object { $0.member("$ref", "#/components/headers/\(name)") }
                }
            }
        }
        if let content { json.object("content") { content.append(to: &$0) } }
    }
}

extension OpenAPIOperation.Content {
    /// The member `content` of a body or an answer, by media type.
    func append(to json: inout JSONBuilder) {
        switch self {
        case .resource(let type):
            Self.schema("application/fhir+json", "#/components/schemas/\(type)", &json)
            // XML is the same content; its shape is not JSON Schema's to describe.
            Self.text("application/fhir+xml", &json)
        case .patch(let type):
            json.object("application/json-patch+json") { json in
                json.object("schema") { json in
                    json.member("type", "array")
                    json.object("items") { $0.member("$ref", "#/components/schemas/PatchOperation") }
                }
            }
            Self.text("application/xml-patch+xml", &json)
            Self.schema("application/fhir+json", "#/components/schemas/\(type)", &json)
            Self.text("application/fhir+xml", &json)
        case .form:
            json.object("application/x-www-form-urlencoded") { json in
                json.object("schema") { json in
                    json.member("type", "object")
                    json.object("additionalProperties") { $0.member("type", "string") }
                }
            }
        case .lines: Self.text("application/fhir+ndjson", &json)
        case .manifest: Self.schema("application/json", "#/components/schemas/ExportManifest", &json)
        case .document:
            json.object("application/json") { json in json.object("schema") { $0.member("type", "object") } }
        }
    }

    private static func schema(_ media: StaticString, _ reference: String, _ json: inout JSONBuilder) {
        json.object(media) { json in json.object("schema") { $0.member("$ref", reference) } }
    }

    private static func text(_ media: StaticString, _ json: inout JSONBuilder) {
        json.object(media) { json in json.object("schema") { $0.member("type", "string") } }
    }
}
