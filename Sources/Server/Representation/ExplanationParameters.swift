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
                for step in explanation.steps {
                    json.object { json in
                        json.member("name", "statement")
                        json.array("part") { json in
                            Self.parameter("sql", step.sql, &json)
                            Self.parameter("plan", step.plan, &json)
                            json.object { json in
                                json.member("name", "estimatedRows")
                                json.key("valueDecimal")
                                json.value(step.rows)
                            }
                        }
                    }
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
