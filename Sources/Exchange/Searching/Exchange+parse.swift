import FHIR
import Store

extension Exchange {
    /// Reads the parameters of a type search; what is not supported is refused by its name, never ignored.
    func parse(_ query: SearchQuery, type: ResourceType) throws(Problem) -> ParsedSearch {
        var parsed = ParsedSearch(
            request: SearchRequest(types: [type], expression: .and([]), count: limits.defaultPage))
        var conditions: [SearchExpression] = []
        for parameter in query.parameters {
            if parameter.value.isEmpty {
                parsed.warn("The parameter \(parameter.name) has no value and was ignored.", parameter)
            } else if limits.ignoredParameters.contains(parameter.name) {
                parsed.warn("The parameter \(parameter.name) is not part of FHIR and was ignored.", parameter)
            } else if try !control(parameter, &parsed) {
                conditions.append(try condition(parameter, type, base: query.base))
                parsed.applied.append(parameter)
            }
        }
        parsed.request.expression = .and(conditions)
        parsed.canonical =
            "\(type.name)?"
            + parsed.applied.map { "\($0.name)=\($0.value)" }.sorted().joined(separator: "&")
        return parsed
    }

    /// The criteria of a conditional interaction: at least one, none that steers the answer.
    func conditional(
        _ type: ResourceType, _ query: String, at place: String?
    ) throws(Problem) -> (request: SearchRequest, canonical: String) {
        var text = query[...]
        if let mark = text.firstIndex(of: "?") { text = text[text.index(after: mark)...] }
        let parsed: ParsedSearch
        do {
            parsed = try parse(SearchQuery(query: text), type: type)
        } catch {
            throw error.inside(place)
        }
        guard parsed.request.expression != .and([]), !parsed.countsOnly else {
            throw Problem(
                .preconditionFailed, .required,
                "The criteria '\(query)' hold no search parameter with a value; name one, such as identifier.",
                at: place)
        }
        var request = parsed.request
        // Two are enough to know that there are several.
        request.count = 2
        return (request, parsed.canonical)
    }

    /// Parameters that steer the answer; false if it is not one of them.
    private func control(
        _ parameter: SearchQuery.Parameter, _ parsed: inout ParsedSearch
    ) throws(Problem) -> Bool {
        switch parameter.name {
        case "_format", "_pretty": break
        case "_count":
            guard let count = Int(parameter.value), count >= 0 else {
                throw Self.refusal(parameter, "is no number of entries; give 0 for a count alone, or more")
            }
            parsed.countsOnly = parsed.countsOnly || count == 0
            parsed.request.count = max(1, min(count, limits.maximumPage))
            if count > limits.maximumPage {
                parsed.warnings.append(
                    Issue(
                        .tooCostly, "A page holds at most \(limits.maximumPage) matches; follow the next link.",
                        severity: .information))
            }
        case "_summary":
            switch parameter.value {
            case "count": parsed.countsOnly = true
            case "false": break
            default: throw Self.refusal(parameter, "is not supported yet; supported are count and false")
            }
        case "_page":
            guard PageToken.key(parameter.value) != nil else {
                throw Self.refusal(parameter, "is no page of this server; begin the search again")
            }
            parsed.request.page = parameter.value
            return true
        default: return false
        }
        parsed.applied.append(parameter)
        return true
    }

    private func condition(
        _ parameter: SearchQuery.Parameter, _ type: ResourceType, base: String?
    ) throws(Problem) -> SearchExpression {
        guard !parameter.value.utf8.contains(0), !parameter.name.utf8.contains(0) else {
            throw Problem(.invalid, .value, "A search holds the character U+0000, which no FHIR text can hold.")
        }
        let name: SearchParameterName
        do {
            name = try SearchParameterName(parsing: parameter.name)
        } catch {
            throw Self.refusal(parameter, error.message, isSentence: true)
        }
        if let modifier = name.modifier, name.code != "_has" {
            throw Self.refusal(parameter, "has the modifier :\(modifier), and modifiers are not supported yet")
        }
        if name.chain != nil { throw Self.refusal(parameter, "is chained, and chains are not supported yet") }
        if Self.later.contains(name.code) { throw Self.refusal(parameter, "is not supported yet") }
        switch name.code {
        case "_id":
            return .id(SearchEscape.split(parameter.value[...], at: ",").map(SearchEscape.unescaped))
        case "_lastUpdated":
            return .or(
                try values(parameter, .date)
                    .compactMap { value in
                        if case .date(let prefix, let range) = value { .lastUpdated(prefix, range) } else { nil }
                    })
        default: break
        }
        guard let fact = R4.table.searchParameter(type, name.code) else {
            throw Self.refusal(parameter, Self.unknown(name.code, type), isSentence: true)
        }
        guard SearchExtractor.extracts(fact) else {
            throw Self.refusal(parameter, "is of kind \(fact.kind), which is not supported yet")
        }
        let written = try values(parameter, fact.kind)
        let values = base.map { base in written.map { $0.resolved(against: base) } } ?? written
        return .or(values.map { .value(fact, Self.test($0)) })
    }

    private static func test(_ value: SearchQueryValue) -> SearchTest {
        switch value {
        case .token(let token): .token(token)
        case .reference(let reference): .reference(reference)
        case .string(let text): .string(text)
        case .date(let prefix, let range): .date(prefix, range)
        case .number(let prefix, let number): .number(prefix, number)
        case .quantity(let quantity): .quantity(quantity)
        case .uri(let uri): .uri(uri)
        }
    }

    /// Parameters of R4 that a later version of the server will know.
    private static let later: Set<String> = [
        "_has", "_include", "_revinclude", "_sort", "_elements", "_contained", "_containedType", "_total", "_list",
        "_text", "_content", "_filter", "_query", "_type",
    ]

    private func values(
        _ parameter: SearchQuery.Parameter, _ kind: SearchParameterKind
    ) throws(Problem) -> [SearchQueryValue] {
        do {
            return try SearchQueryValue.parse(parameter.value, as: kind)
        } catch {
            throw Self.refusal(parameter, error.message, isSentence: true)
        }
    }

    private static func refusal(
        _ parameter: SearchQuery.Parameter, _ reason: String, isSentence: Bool = false
    ) -> Problem {
        let text =
            isSentence
            ? "\(parameter.name): \(reason)." : "The parameter \(parameter.name)=\(parameter.value) \(reason)."
        return Problem(.invalid, .notSupported, text, at: "http.\(parameter.name)")
    }

    private static func unknown(_ code: String, _ type: ResourceType) -> String {
        let known = R4.table.searchParameters(for: type).filter(SearchExtractor.extracts).map(\.code)
        let nearest = NearestName.of(code, among: known)
        return "\(type) has no such search parameter"
            + (nearest.map { "; did you mean \($0)?" } ?? "")
            + " Known are \((["_id", "_lastUpdated"] + known).joined(separator: ", "))"
    }
}

extension ParsedSearch {
    fileprivate mutating func warn(_ text: String, _ parameter: SearchQuery.Parameter) {
        warnings.append(Issue(.informational, text, at: "http.\(parameter.name)", severity: .warning))
    }
}

/// What a `next` link carries: the place in the record behind which the next page begins.
enum PageToken {
    static func text(_ key: Int64) -> String { String(key, radix: 36) }

    static func key(_ text: String) -> Int64? {
        guard let key = Int64(text, radix: 36), key >= 0 else { return nil }
        return key
    }
}

extension SearchQueryValue {
    /// A reference below the server's own base is a local one.
    fileprivate func resolved(against base: String) -> SearchQueryValue {
        guard case .reference(let reference) = self else { return self }
        return .reference(reference.resolved(against: [base]))
    }
}
