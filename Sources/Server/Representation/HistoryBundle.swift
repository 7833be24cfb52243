import Exchange
import FHIR
import Store

/// A history (R4 §3.1.0.12).
struct HistoryBundle {
    let answer: HistoryAnswer
    let base: String
    /// What of each version is told.
    var view = SearchView.whole

    func json() -> [UInt8] {
        var json = JSONBuilder(
            capacity: answer.entries.reduce(1024) { $0 + ($1.version.content?.count ?? 0) + 400 })
        append(to: &json)
        return json.bytes
    }

    func append(to json: inout JSONBuilder) {
        json.object { json in
            json.bundle(
                "history", total: answer.total,
                links: [
                    ("self", answer.applied), ("first", answer.first), ("previous", answer.previous),
                    ("next", answer.next),
                ].compactMap { relation, parameters in parameters.map { (relation, url($0)) } })
            guard !answer.entries.isEmpty else { return }
            json.array("entry") { json in
                for one in answer.entries { entry(one, &json) }
            }
        }
    }

    private func entry(_ entry: HistoryEntry, _ json: inout JSONBuilder) {
        let version = entry.version
        let path = "\(version.type)/\(version.id)"
        json.object { json in
            json.member("fullUrl", "\(base)/\(path)")
            if version.content != nil { json.resource(version, view) }
            json.object("request") { json in
                json.member("method", version.method.httpMethod)
                json.member("url", version.method == .create ? version.type.name : path)
            }
            json.object("response") { json in
                json.member(
                    "status",
                    version.content == nil ? "204 No Content" : entry.isCreation ? "201 Created" : "200 OK")
                json.member("etag", EntityTag.text(version.version))
                json.member("lastModified", Instant.format(microseconds: version.updated))
            }
        }
    }

    private func url(_ parameters: [SearchQuery.Parameter]) -> String {
        let place = [answer.scope.type?.name, answer.scope.id].compactMap(\.self).map { $0 + "/" }.joined()
        let query = parameters.isEmpty ? "" : "?" + SearchQuery.encoded(parameters)
        return "\(base)/\(place)_history\(query)"
    }
}
