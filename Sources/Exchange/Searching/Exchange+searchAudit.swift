import FHIR
import Store

extension Exchange {
    /// What a page token of the second part begins with; those of the first part hold no dot.
    private static let ownPages = "audit."

    /// A search over AuditEvents: those that clients sent, which are resources like others, then the server's own
    /// entries, which are rows of the audit.
    func findAudit(_ scope: SearchScope, _ parsed: ParsedSearch) async throws(Problem) -> SearchAnswer {
        var answer = SearchAnswer(scope, parsed)
        var search = try auditSearch(scope, parsed)
        let place = try parsed.page.flatMap { page throws(Problem) in
            page.hasPrefix(Self.ownPages) ? try Self.place(page.dropFirst(Self.ownPages.count)) : nil
        }
        let request = try await request(parsed)
        do {
            if parsed.view == .count {
                answer.total = try await store.count(request) + store.auditCount(search)
                return answer
            }
            if place == nil {
                let page = try await store.search(request)
                answer.matches = page.matches
                answer.nextPage = page.next
                if page.next != nil { return answer }
            }
            let wanted = request.count - answer.matches.count
            search.after = place ?? 0
            search.count = wanted + 1
            let own = try await store.auditRecords(search)
            answer.matches.append(contentsOf: own.prefix(wanted).map(\.asAuditEvent))
            if own.count > wanted {
                answer.nextPage = Self.ownPages + String(own.prefix(wanted).last?.number ?? search.after, radix: 36)
            } else if parsed.page == nil {
                answer.total = answer.matches.count
            }
            if answer.total == nil, parsed.total != .none {
                search.after = 0
                answer.total = try await store.count(request) + store.auditCount(search)
            }
        } catch {
            throw Problem(error)
        }
        return answer
    }

    private static func place(_ text: Substring) throws(Problem) -> Int64 {
        guard let place = Int64(text, radix: 36), place >= 0 else {
            throw Problem(
                .invalid, .value, "_page is no page of this server; begin the search again.", at: "http._page")
        }
        return place
    }

    /// The same conditions on the rows of the audit.
    private func auditSearch(_ scope: SearchScope, _ parsed: ParsedSearch) throws(Problem) -> AuditSearch {
        var search = AuditSearch()
        if case .compartment(let compartment, let id, _) = scope {
            guard compartment == .patient || compartment == .encounter else {
                throw Problem(
                    .invalid, .notSupported, "AuditEvents are searched in the compartments of patients and encounters.")
            }
            search.entities = [(compartment.resourceType, id)]
        }
        for parameter in parsed.applied {
            let values = SearchEscape.split(parameter.value[...], at: ",").map(SearchEscape.unescaped)
            switch parameter.name {
            case "_count", "_format", "_pretty", "_summary", "_elements", "_total", "_page", "_type": continue
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
