import FHIR
import Store

/// The criteria of a conditional interaction.
struct WriteCriteria: Sendable {
    let type: ResourceType
    var request: SearchRequest
    /// The criteria in one order, however they were written: what simultaneous interactions with them lock.
    let canonical: String
    /// As they were given.
    let text: String
    /// How many a delete may delete, by the client's own wish (`_count`).
    var cap: Int?
}

extension Exchange {
    /// Reads the criteria of a conditional interaction: at least one, each with a value, none that steers the answer. What
    /// is not understood is refused, also for who wants lenient handling: otherwise they would mean more than was asked.
    func conditional(
        _ type: ResourceType, _ query: String, at place: String?
    ) async throws(Problem) -> WriteCriteria {
        var text = query[...]
        if let mark = text.firstIndex(of: "?") { text = text[text.index(after: mark)...] }
        let parameters = SearchQuery(query: text).parameters.filter { !Self.formats.contains($0.name) }
        for parameter in parameters {
            if Self.steering.contains(parameter.name.prefix { $0 != ":" }.description) {
                throw Problem(
                    .preconditionFailed, .invalid,
                    "\(parameter.name) steers the answer of a search and is no criterion; leave it out.", at: place)
            }
            guard !parameter.value.isEmpty || limits.ignoredParameters.contains(parameter.name) else {
                throw Problem(
                    .preconditionFailed, .required,
                    "The criterion \(parameter.name) has no value; give it one or leave it out.", at: place)
            }
        }
        let parsed: ParsedSearch
        do {
            parsed = try parse(SearchQuery(parameters), .type(type))
        } catch {
            throw error.inside(place)
        }
        guard parsed.hasCriteria else {
            throw Problem(
                .preconditionFailed, .required,
                "The criteria '\(query)' hold no search parameter with a value; name one, such as identifier.",
                at: place)
        }
        let expression: SearchExpression
        do {
            expression = try await codes.resolve(parsed.expression)
        } catch {
            throw error.inside(place)
        }
        // Two are enough to know that there are several.
        let request = SearchRequest(types: parsed.types, expression: expression, count: 2)
        return WriteCriteria(type: type, request: request, canonical: parsed.canonical, text: String(text))
    }

    /// The criteria of a write; those of a delete may say how many it may delete.
    func conditional(_ text: String, of request: WriteRequest) async throws(Problem) -> WriteCriteria {
        guard case .delete = request.kind else {
            return try await conditional(request.type, text, at: request.criteriaPlace)
        }
        var parameters = SearchQuery(query: text).parameters
        var cap: Int?
        if let index = parameters.firstIndex(where: { $0.name == "_count" }) {
            guard let count = Int(parameters[index].value), count > 0 else {
                throw Problem(
                    .invalid, .value, "_count=\(parameters[index].value) is no number of resources to delete.",
                    at: request.criteriaPlace ?? "http._count")
            }
            cap = count
            parameters.remove(at: index)
        }
        var criteria = try await conditional(
            request.type, SearchQuery.encoded(parameters), at: request.criteriaPlace)
        criteria.cap = cap
        return criteria
    }

    private static let formats: Set<String> = ["_format", "_pretty"]
    private static let steering: Set<String> = [
        "_count", "_page", "_summary", "_elements", "_sort", "_total", "_include", "_revinclude", "_contained",
        "_containedType", "_asOf", "_explain",
    ]
}
