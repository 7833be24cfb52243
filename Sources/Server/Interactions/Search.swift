import Access
import Exchange
import FHIR

// search: https://hl7.org/fhir/R4/http.html#search
extension FHIRService {
    func search(_ scope: SearchScope, isForm: Bool, _ request: FHIRRequest) async throws -> Answer {
        let request = isForm ? try request.with(form: configuration.maximumBody) : request
        try request.requireFormat()
        if request.asksForExplanation, let refusal = Access.explanation(to: .loopbackDevelopment).refusal {
            throw Problem(.forbidden, .forbidden, refusal.reason, at: "http._explain")
        }
        let found = try await exchange.search(
            scope, request.query, handling: request.handling, origin: request.origin)
        let body =
            found.explanation.map { ExplanationParameters(explanation: $0, answer: found).json() }
            ?? SearchBundle(answer: found, base: request.base).json()
        var answer = Answer(status: .ok, fhir: body, pretty: request.isPretty)
        answer.format = try request.format
        return answer
    }
}

extension FHIRRequest {
    /// POST _search: the parameters of the url and of the body together (R4 §3.1.0.9).
    func with(form limit: Int) throws -> FHIRRequest {
        let content = ContentType(call.headers[.contentType])
        let body = try body(limit: limit)
        guard body.isEmpty || content.essence == "application/x-www-form-urlencoded" else {
            throw HTTPProblem.unsupportedContent(
                "\(content.text) (a search is sent as application/x-www-form-urlencoded)")
        }
        let form = SearchQuery(query: String(decoding: body, as: UTF8.self))
        return FHIRRequest(call, base: base, query: SearchQuery(query.parameters + form.parameters, base: base))
    }

    fileprivate var asksForExplanation: Bool {
        query.parameters.contains { $0.name == "_explain" && $0.value == "true" }
    }

    /// `Prefer: handling=…` (R4 §3.1.1.2): what is done about parameters that are not known. Strict where it is not said.
    var handling: SearchHandling {
        for part in (call.headers[.prefer] ?? "").split(whereSeparator: { $0 == "," || $0 == ";" }) {
            let wish = String(part).trimmingSpaces().lowercased()
            if wish == "handling=lenient" { return .lenient }
            if wish == "handling=strict" { return .strict }
        }
        return .strict
    }
}
