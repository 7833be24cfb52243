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
        case .answered(let answer): answered(answer, &json)
        case .failed(let problem):
            json.object("response") { json in
                json.member("status", "\(problem.status) \(Self.reason(problem.status))")
                json.key("outcome")
                json.value(raw: OperationOutcome(problem.issues).json())
            }
        }
    }

    private func answered(_ answer: EntryAnswer, _ json: inout JSONBuilder) {
        if answer.status < 400, !answer.body.isEmpty {
            json.key("resource")
            json.value(raw: answer.body)
        }
        json.object("response") { json in
            json.member("status", "\(answer.status) \(Self.reason(answer.status))")
            if let location = answer.location { json.member("location", location) }
            if let etag = answer.etag { json.member("etag", etag) }
            if let time = answer.lastModified { json.member("lastModified", Instant.format(microseconds: time)) }
            guard answer.status >= 400, !answer.body.isEmpty else { return }
            json.key("outcome")
            json.value(raw: answer.body)
        }
    }

    private func written(_ write: WriteOutcome, _ findings: [Issue], _ json: inout JSONBuilder) {
        let remarks = findings + write.remarks
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

    static func reason(_ status: Int) -> String { reasons[status] ?? "Other" }

    private static let reasons: [Int: String] = [
        200: "OK", 201: "Created", 202: "Accepted", 204: "No Content", 304: "Not Modified", 400: "Bad Request",
        401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 406: "Not Acceptable",
        409: "Conflict", 410: "Gone", 412: "Precondition Failed", 413: "Content Too Large",
        415: "Unsupported Media Type", 422: "Unprocessable Content", 429: "Too Many Requests",
        500: "Internal Server Error", 503: "Service Unavailable", 504: "Gateway Timeout",
    ]
}
