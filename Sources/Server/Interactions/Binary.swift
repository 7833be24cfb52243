import Exchange
import FHIR
import HTTPTypes
import Store

// Binary: https://hl7.org/fhir/R4/binary.html#rest
extension FHIRService {
    /// A body that is not FHIR becomes a Binary: its content type, the X-Security-Context, and its bytes.
    func binary(_ request: FHIRRequest) throws -> JSONDocument {
        guard let type = request.call.headers[.contentType], !type.isEmpty else {
            throw HTTPProblem.unsupportedContent("(none)")
        }
        let bytes = try request.body(limit: configuration.maximumBody)
        var json = JSONBuilder(capacity: bytes.count * 4 / 3 + 256)
        json.object { json in
            json.member("resourceType", "Binary")
            json.member("contentType", type)
            if let context = request.call.headers[.securityContext], !context.isEmpty {
                json.object("securityContext") { $0.member("reference", context) }
            }
            if !bytes.isEmpty { json.member("data", Base64.encode(bytes)) }
        }
        let document: JSONDocument
        do {
            document = try JSONDocument.parse(json.bytes, limits: JSONLimits(maximumBytes: .max))
        } catch {
            throw Problem(.invalid, .structure, error.message)
        }
        return document
    }
}

extension Answer {
    /// The bytes of a Binary, when the client does not ask for FHIR; nil when it does.
    init?(binary version: StoredVersion, request: FHIRRequest) throws {
        let accept = request.call.headers[.accept] ?? "*/*"
        guard !accept.contains("fhir+"), !accept.contains("application/json"),
            !request.query.parameters.contains(where: { $0.name == "_format" }),
            let content = version.content,
            let root = try? JSONDocument.parse(content, limits: JSONLimits(maximumBytes: .max)).root,
            let type = root["contentType"]?.string,
            let bytes = Base64.decode((root["data"]?.string ?? "").utf8)
        else { return nil }
        self.init(
            status: .ok, headers: [.contentType: type], body: bytes)
        tell(version: version.version, updated: version.updated)
        if let context = root["securityContext"]?["reference"]?.string { headers[.securityContext] = context }
        // Whatever was stored is data for the client, never a page of this server.
        headers[.xContentTypeOptions] = "nosniff"
        headers[.contentSecurityPolicy] = "sandbox; default-src 'none'"
    }
}

extension HTTPField.Name {
    fileprivate static let securityContext = HTTPField.Name("X-Security-Context")!
}
