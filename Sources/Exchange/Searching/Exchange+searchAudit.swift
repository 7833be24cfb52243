import FHIR
import Store

extension Exchange {
    /// A search over AuditEvents: those that clients sent, which are resources like others, then the server's own
    /// entries, which are rows of the audit. A page token of the second part begins with `a`.
    func findAudit(_ query: SearchQuery) async throws(Problem) -> SearchAnswer {
        var parameters = query.parameters
        var after: Int64?
        if let index = parameters.firstIndex(where: { $0.name == "_page" && $0.value.hasPrefix("a") }) {
            guard let key = PageToken.key(String(parameters[index].value.dropFirst())) else {
                throw Problem(
                    .invalid, .value, "The parameter _page is no page of this server; begin the search again.")
            }
            after = key
            parameters.remove(at: index)
        }
        let parsed = try parse(SearchQuery(parameters, base: query.base), type: .auditEvent)
        var search = try auditSearch(parsed)
        do {
            if parsed.countsOnly {
                let sent = try await store.count(parsed.request)
                return parsed.answer(matches: [], total: sent + (try await store.auditCount(search)), next: nil)
            }
            var matches: [StoredVersion] = []
            if after == nil {
                let page = try await store.search(parsed.request)
                matches = page.matches
                if let next = page.next {
                    return parsed.answer(matches: matches, total: nil, next: next)
                }
            }
            let wanted = parsed.request.count - matches.count
            search.after = after ?? 0
            search.count = wanted + 1
            let own = try await store.auditRecords(search)
            matches.append(contentsOf: own.prefix(wanted).map(\.asAuditEvent))
            let hasMore = own.count > wanted
            let last = own.prefix(wanted).last?.number ?? search.after
            let isWhole = !hasMore && after == nil && parsed.request.page == nil
            return parsed.answer(
                matches: matches, total: isWhole ? matches.count : nil,
                next: hasMore ? "a" + PageToken.text(last) : nil)
        } catch {
            throw Problem(error)
        }
    }

    /// The same conditions on the rows of the audit.
    private func auditSearch(_ parsed: ParsedSearch) throws(Problem) -> AuditSearch {
        var search = AuditSearch()
        for parameter in parsed.applied {
            let values = SearchEscape.split(parameter.value[...], at: ",").map(SearchEscape.unescaped)
            switch parameter.name {
            case "_count", "_format", "_pretty", "_summary": continue
            case "_id":
                search.numbers = Self.both(search.numbers, values.compactMap(AuditRecord.number(ofID:)))
            case "date", "_lastUpdated":
                search.recorded.append(.or(try dates(parameter)))
            case "action":
                let wanted = Set(values.map { Self.code($0) })
                search.interactions = Self.both(
                    search.interactions, AuditInteraction.allCases.filter { wanted.contains($0.action) })
            case "subtype":
                let wanted = Set(values.map { Self.code($0) })
                search.interactions = Self.both(
                    search.interactions, AuditInteraction.allCases.filter { wanted.contains($0.code) })
            case "type":
                if !values.contains(where: { Self.code($0) == "rest" }) { search.numbers = [] }
            case "outcome":
                let wanted = values.compactMap { Int16(Self.code($0)).flatMap(AuditEntry.Outcome.init(rawValue:)) }
                search.outcomes = Self.both(search.outcomes, wanted)
            case "entity":
                let wanted = values.compactMap { value -> (type: ResourceType, id: String)? in
                    let parts = value.split(separator: "/", omittingEmptySubsequences: false)
                    guard parts.count == 2, let type = ResourceType(String(parts[0])) else { return nil }
                    return (type, String(parts[1]))
                }
                guard wanted.count == values.count, search.entities == nil else {
                    throw Problem(
                        .invalid, .notSupported,
                        "entity: AuditEvents are searched by one entity parameter with values of the form Type/id.",
                        at: "http.entity")
                }
                search.entities = wanted
            default:
                throw Problem(
                    .invalid, .notSupported,
                    "The parameter \(parameter.name) is not supported for AuditEvent; supported are _id, _lastUpdated, "
                        + "date, action, subtype, type, outcome and entity.", at: "http.\(parameter.name)")
            }
        }
        return search
    }

    private func dates(_ parameter: SearchQuery.Parameter) throws(Problem) -> [DateCondition] {
        do {
            return try SearchQueryValue.parse(parameter.value, as: .date)
                .compactMap { value in
                    guard case .date(let prefix, let range) = value else { return nil }
                    return DateCondition(prefix, range, now: clock())
                }
        } catch {
            throw Problem(.invalid, .value, "\(parameter.name): \(error.message).", at: "http.\(parameter.name)")
        }
    }

    /// Repeated parameters must all hold.
    private static func both<Value: Equatable>(_ one: [Value]?, _ other: [Value]) -> [Value] {
        one.map { $0.filter(other.contains) } ?? other
    }

    /// The code of a token, whatever its system.
    private static func code(_ token: String) -> String {
        token.split(separator: "|", omittingEmptySubsequences: false).last.map(String.init) ?? token
    }
}
