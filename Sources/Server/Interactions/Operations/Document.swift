import Exchange
import FHIR
import HTTPTypes
import NIOHTTP1
import Store

// $document: https://hl7.org/fhir/R4/composition-operation-document.html
extension FHIRService {
    func document(_ call: OperationCall) async throws -> Answer {
        let input = try call.input()
        if input.has("graph") {
            throw Problem(
                .invalid, .notSupported,
                "GraphDefinitions are not supported; without graph the document holds what the composition refers to.",
                at: "http.graph")
        }
        let persists = input.flag("persist") ?? false
        guard !persists || call.request.call.method == .POST else {
            throw Problem(
                .methodNotAllowed, .notSupported, "persist=true writes the document: send it by POST.",
                at: "http.persist")
        }
        let found = try await exchange.document(
            try Self.composition(call, input), bases: [call.request.base], origin: call.request.origin)
        let bundle = DocumentBundle(
            document: found, base: call.request.base, identifier: "urn:uuid:\(Identifiers.uuid7(now: clock()))",
            timestamp: Instant.format(microseconds: clock())
        ).json()
        guard persists else { return try await answer(call, bundle) }
        if let refusal = permission(.create, .bundle) { throw refusal }
        let document = try FHIRRequest.document(json: bundle, limit: .max)
        let findings = try validation.check(document, as: .bundle)
        let outcome = try await write(
            WriteRequest(.create(ifNoneExist: nil), type: .bundle, resource: document.root), call.request)
        return answer(outcome, findings, call.request)
    }

    /// The id of the composition: of the instance, or `id`, alone or as `Composition/id` or a url of this server.
    private static func composition(_ call: OperationCall, _ input: OperationInput) throws(Problem) -> String {
        if let id = call.id {
            guard !input.has("id") else {
                throw Problem(
                    .invalid, .invalid, "Composition/\(id) is asked already; id is for Composition/$document.",
                    at: "http.id")
            }
            return id
        }
        guard let text = input.text("id") else {
            throw Problem(.invalid, .required, "Which composition? Give its id.", at: "http.id")
        }
        guard let query = try? SearchQueryValue.ReferenceQuery(parsing: text[...]) else {
            throw Problem(.invalid, .value, "id=\(text) names no composition.", at: "http.id")
        }
        switch query.resolved(against: [call.request.base]) {
        case .id(let id), .local(.composition, let id, _): return id
        case .local, .absolute:
            throw Problem(
                .invalid, .notSupported, "id=\(text) is no composition of this server; others cannot be fetched.",
                at: "http.id")
        }
    }
}

/// A document (R4 documents.html): a Bundle with a composition at its begin and what that refers to behind it.
struct DocumentBundle {
    let document: CompositionDocument
    let base: String
    let identifier: String
    let timestamp: String

    func json() -> [UInt8] {
        var json = JSONBuilder(capacity: 64 * 1024)
        json.object { json in
            json.member("resourceType", "Bundle")
            json.object("identifier") { json in
                json.member("system", "urn:ietf:rfc:3986")
                json.member("value", identifier)
            }
            json.member("type", "document")
            json.member("timestamp", timestamp)
            json.array("entry") { json in
                for version in [document.composition] + document.resources {
                    json.object { json in
                        json.member("fullUrl", "\(base)/\(version.type)/\(version.id)")
                        json.key("resource")
                        json.value(raw: version.rendered() ?? [])
                    }
                }
            }
        }
        return json.bytes
    }
}
