import Exchange
import FHIR
import Store

/// The answer to a transaction or batch (R4 §3.1.0.11.3).
struct ResponseBundle {
    let type: String
    let outcomes: [EntryOutcome]
    /// What is to be said of entries although they were written, by their number.
    let remarks: [Int: [Issue]]
    let base: String
    let preference: ReturnPreference

    func json() -> [UInt8] {
        var json = JSONBuilder(capacity: outcomes.count * 256 + 256)
        json.object { json in
            json.member("resourceType", "Bundle")
            json.member("type", type)
            guard !outcomes.isEmpty else { return }
            json.array("entry") { json in
                for (number, outcome) in outcomes.enumerated() {
                    json.object { entry(outcome, remarks[number] ?? [], &$0) }
                }
            }
        }
        return json.bytes
    }

    private func entry(_ outcome: EntryOutcome, _ remarks: [Issue], _ json: inout JSONBuilder) {
        switch outcome {
        case .written(let write): written(write, remarks, &json)
        case .read(let version):
            json.resource(version)
            json.object("response") { json in
                json.member("status", "200 OK")
                json.member("etag", EntityTag.text(version.version))
                json.member("lastModified", Instant.format(microseconds: version.updated))
            }
        case .found(let answer):
            json.key("resource")
            SearchBundle(answer: answer, base: base).append(to: &json)
            json.object("response") { $0.member("status", "200 OK") }
        case .history(let answer):
            json.key("resource")
            HistoryBundle(answer: answer, base: base).append(to: &json)
            json.object("response") { $0.member("status", "200 OK") }
        case .failed(let problem):
            json.object("response") { json in
                json.member("status", "\(problem.status) \(Self.reason(problem.status))")
                json.key("outcome")
                json.value(raw: OperationOutcome(problem.issues).json())
            }
        }
    }

    private func written(_ write: WriteOutcome, _ remarks: [Issue], _ json: inout JSONBuilder) {
        // Without a wish the answer to a transaction stays small: the client has what it sent.
        if preference == .representation, let version = write.version, let content = write.content {
            json.resource(
                StoredVersion(
                    type: write.type, id: write.id, version: version, method: .update, updated: write.updated,
                    content: content))
        }
        json.object("response") { json in
            json.member("status", "\(write.status) \(Self.reason(write.status))")
            if let version = write.version {
                json.member("location", "\(write.type)/\(write.id)/_history/\(version)")
                json.member("etag", EntityTag.text(version))
                json.member("lastModified", Instant.format(microseconds: write.updated))
            }
            guard !remarks.isEmpty else { return }
            json.key("outcome")
            json.value(raw: OperationOutcome(remarks).json())
        }
    }

    static func reason(_ status: Int) -> String {
        switch status {
        case 200: "OK"
        case 201: "Created"
        case 204: "No Content"
        case 400: "Bad Request"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 409: "Conflict"
        case 410: "Gone"
        case 412: "Precondition Failed"
        case 413: "Content Too Large"
        case 422: "Unprocessable Entity"
        case 429: "Too Many Requests"
        case 503: "Service Unavailable"
        case 504: "Gateway Timeout"
        default: "Internal Server Error"
        }
    }
}
