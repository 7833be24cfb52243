import Exchange
import FHIR

// search: https://hl7.org/fhir/R4/http.html#search
extension FHIRService {
    func search(
        _ type: ResourceType, _ query: SearchQuery, _ request: FHIRRequest
    ) async throws -> Answer {
        let answer = try await exchange.search(type, query, origin: request.origin)
        let bundle = SearchBundle(answer: answer, type: type, base: request.base)
        return Answer(status: .ok, fhir: bundle.json(), pretty: request.isPretty)
    }

    /// POST _search: the parameters of the body and of the url together.
    func searchForm(_ type: ResourceType, _ request: FHIRRequest) async throws -> Answer {
        let query = SearchQuery(request.query.parameters + (try formParameters(request)), base: request.base)
        return try await search(type, query, request)
    }

    /// The parameters in the body of a form.
    func formParameters(_ request: FHIRRequest) throws -> [SearchQuery.Parameter] {
        let content = ContentType(request.call.headers[.contentType])
        let body = try request.body(limit: configuration.maximumBody)
        guard body.isEmpty || content.essence == "application/x-www-form-urlencoded" else {
            throw HTTPProblem.unsupportedContent(
                "\(content.text) (a search is sent as application/x-www-form-urlencoded)")
        }
        return SearchQuery(query: String(decoding: body, as: UTF8.self)).parameters
    }
}
