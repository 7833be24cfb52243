import Exchange
import FHIR
import Store

/// A searchset (R4 §3.1.1.1.2): matches, what came along with them, and an outcome where there is something to say.
struct SearchBundle {
    let answer: SearchAnswer
    let base: String

    func json() -> [UInt8] {
        let content = (answer.matches + answer.included).reduce(1024) { $0 + ($1.content?.count ?? 0) + 400 }
        var json = JSONBuilder(capacity: content)
        append(to: &json)
        return json.bytes
    }

    func append(to json: inout JSONBuilder) {
        json.object { json in
            json.bundle(
                "searchset", total: answer.total,
                links: [
                    ("self", answer.applied), ("first", answer.first), ("previous", answer.previous),
                    ("next", answer.next),
                ].compactMap { relation, parameters in parameters.map { (relation, url($0)) } })
            guard !answer.matches.isEmpty || !answer.included.isEmpty || !answer.warnings.isEmpty else { return }
            json.array("entry") { json in
                for match in answer.matches { entry(match, "match", &json) }
                for resource in answer.included { entry(resource, "include", &json) }
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

    private func entry(_ resource: StoredVersion, _ mode: String, _ json: inout JSONBuilder) {
        json.object { json in
            json.member("fullUrl", "\(base)/\(resource.place)")
            json.resource(resource, answer.view)
            json.object("search") { $0.member("mode", mode) }
        }
    }

    private func url(_ parameters: [SearchQuery.Parameter]) -> String {
        let path = answer.place ?? answer.scope.path
        let place = path.isEmpty ? base : "\(base)/\(path)"
        return parameters.isEmpty ? place : "\(place)?\(SearchQuery.encoded(parameters))"
    }
}

extension StoredVersion {
    /// Below the base; of a contained resource within its container (R4 §3.1.1.5.6).
    fileprivate var place: String { container.map { "\($0.type)/\($0.id)#\(id)" } ?? "\(type)/\(id)" }
}
