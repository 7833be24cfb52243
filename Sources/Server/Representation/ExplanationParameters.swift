import Exchange
import FHIR
import Store

/// How a search would be carried out, as Parameters: the SQL, PostgreSQL's plan, and how many rows it expects.
struct ExplanationParameters {
    let explanation: SearchExplanation
    let answer: SearchAnswer

    func json() -> [UInt8] {
        var json = JSONBuilder(capacity: 4096)
        json.object { json in
            json.member("resourceType", "Parameters")
            json.array("parameter") { json in
                Self.parameter("query", SearchQuery.encoded(answer.applied), &json)
                Self.parameter("way", explanation.way, &json)
                Self.parameter("sql", explanation.sql, &json)
                Self.parameter("plan", explanation.plan.joined(separator: "\n"), &json)
                json.object { json in
                    json.member("name", "estimatedRows")
                    json.member("valueInteger", min(explanation.rows, Int(Int32.max)))
                }
                for warning in answer.warnings { Self.parameter("warning", warning.diagnostics, &json) }
            }
        }
        return json.bytes
    }

    private static func parameter(_ name: String, _ text: String, _ json: inout JSONBuilder) {
        guard !text.isEmpty else { return }
        json.object { json in
            json.member("name", name)
            json.member("valueString", text)
        }
    }
}
