import Exchange
import FHIR
import Store

/// A searchset (R4 §3.1.1.1.2).
struct SearchBundle {
    let answer: SearchAnswer
    let type: ResourceType
    let base: String

    func json() -> [UInt8] {
        var json = JSONBuilder(capacity: answer.matches.reduce(1024) { $0 + ($1.content?.count ?? 0) + 400 })
        append(to: &json)
        return json.bytes
    }

    func append(to json: inout JSONBuilder) {
        json.object { json in
            json.member("resourceType", "Bundle")
            json.member("type", "searchset")
            if let total = answer.total { json.member("total", total) }
            json.array("link") { json in
                json.link("self", url(answer.applied))
                if let next = answer.next { json.link("next", url(next)) }
            }
            guard !answer.matches.isEmpty || !answer.warnings.isEmpty else { return }
            json.array("entry") { json in
                for match in answer.matches { entry(match, &json) }
                if !answer.warnings.isEmpty {
                    json.object { json in
                        json.key("resource")
                        json.value(raw: OperationOutcome(answer.warnings).json())
                        json.object("search") { $0.member("mode", "outcome") }
                    }
                }
            }
        }
    }

    private func entry(_ match: StoredVersion, _ json: inout JSONBuilder) {
        json.object { json in
            json.member("fullUrl", "\(base)/\(match.type)/\(match.id)")
            json.resource(match)
            json.object("search") { $0.member("mode", "match") }
        }
    }

    private func url(_ parameters: [SearchQuery.Parameter]) -> String {
        parameters.isEmpty ? "\(base)/\(type)" : "\(base)/\(type)?\(SearchQuery.encoded(parameters))"
    }
}

/// A history (R4 §3.1.0.12).
struct HistoryBundle {
    let history: Exchange.History
    let type: ResourceType
    let id: String
    let base: String
    let query: [SearchQuery.Parameter]

    func json() -> [UInt8] {
        var json = JSONBuilder(capacity: history.versions.reduce(1024) { $0 + ($1.content?.count ?? 0) + 400 })
        append(to: &json)
        return json.bytes
    }

    func append(to json: inout JSONBuilder) {
        json.object { json in
            json.member("resourceType", "Bundle")
            json.member("type", "history")
            json.member("total", history.total)
            json.array("link") { json in
                json.link("self", url(query))
                if let next = history.next {
                    let kept = query.filter { $0.name != "_page" }
                    json.link("next", url(kept + [SearchQuery.Parameter(name: "_page", value: String(next))]))
                }
            }
            guard !history.versions.isEmpty else { return }
            json.array("entry") { json in
                for version in history.versions { entry(version, &json) }
            }
        }
    }

    private func entry(_ version: StoredVersion, _ json: inout JSONBuilder) {
        json.object { json in
            json.member("fullUrl", "\(base)/\(type)/\(id)")
            if version.content != nil { json.resource(version) }
            json.object("request") { json in
                json.member("method", version.method.httpMethod)
                json.member("url", version.method == .create ? type.name : "\(type)/\(id)")
            }
            json.object("response") { json in
                let created = version.version == 1 || version.method == .create
                json.member(
                    "status", version.content == nil ? "204 No Content" : created ? "201 Created" : "200 OK")
                json.member("etag", EntityTag.text(version.version))
                json.member("lastModified", Instant.format(microseconds: version.updated))
            }
        }
    }

    private func url(_ parameters: [SearchQuery.Parameter]) -> String {
        let path = "\(base)/\(type)/\(id)/_history"
        return parameters.isEmpty ? path : "\(path)?\(SearchQuery.encoded(parameters))"
    }
}

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
        case .found(let answer, let type):
            json.key("resource")
            SearchBundle(answer: answer, type: type, base: base).append(to: &json)
            json.object("response") { $0.member("status", "200 OK") }
        case .history(let history, let type, let id):
            json.key("resource")
            HistoryBundle(history: history, type: type, id: id, base: base, query: []).append(to: &json)
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

extension JSONBuilder {
    fileprivate mutating func link(_ relation: String, _ url: String) {
        object { json in
            json.member("relation", relation)
            json.member("url", url)
        }
    }

    /// `resource`, its stored bytes copied.
    fileprivate mutating func resource(_ version: StoredVersion) {
        guard let content = version.content else { return }
        key("resource")
        value { bytes in
            _ = StoredResource.render(
                content: content, id: version.id, version: version.version, lastUpdated: version.updated, into: &bytes)
        }
    }
}
