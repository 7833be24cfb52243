import FHIR
import Store

extension Exchange {
    /// A search (R4 §3.1.1). Audited with its query.
    public func search(
        _ scope: SearchScope, _ query: SearchQuery, handling: SearchHandling = .strict, origin: Origin
    ) async throws(Problem) -> SearchAnswer {
        let text = noted(query)
        let answer: SearchAnswer
        do {
            answer = try await find(scope, query, handling)
        } catch {
            let problem = Task.isCancelled && error.kind == .timeout ? Problem.abandoned : error
            try await note(
                scope.interaction, status: problem.status, type: scope.type, query: text, origin: origin,
                detail: problem.issues.first?.diagnostics)
            throw problem.noted
        }
        try await note(scope.interaction, status: 200, type: scope.type, query: text, origin: origin)
        return answer
    }

    /// A query as the audit keeps it: without what gateways add, which may be a key.
    public func noted(_ query: SearchQuery) -> String {
        SearchQuery.encoded(query.parameters.filter { !limits.ignoredParameters.contains($0.name) })
    }

    private func find(
        _ scope: SearchScope, _ query: SearchQuery, _ handling: SearchHandling
    ) async throws(Problem) -> SearchAnswer {
        let parsed = try parse(query, scope, handling)
        if parsed.types == [.auditEvent] { return try await findAudit(scope, parsed) }
        let request = try await request(parsed)
        if parsed.explains { return try await explain(request, scope, parsed) }
        guard parsed.isWide(request) else { return try await carryOut(request, scope, parsed, base: query.base) }
        return try await gate.pass { () async throws(Problem) in
            try await carryOut(request, scope, parsed, base: query.base)
        }
    }

    /// What the record is asked.
    func request(_ parsed: ParsedSearch) async throws(Problem) -> SearchRequest {
        var request = SearchRequest(
            types: parsed.types, expression: try await codes.resolve(parsed.expression), sort: parsed.sort,
            includes: parsed.includes, count: max(1, min(parsed.count ?? limits.defaultPage, limits.maximumPage)),
            page: parsed.page, asOf: parsed.asOf, includedLimit: limits.includedResources)
        request.contained = parsed.contained
        return request
    }

    private func carryOut(
        _ request: SearchRequest, _ scope: SearchScope, _ parsed: ParsedSearch, base: String?
    ) async throws(Problem) -> SearchAnswer {
        var answer = SearchAnswer(scope, parsed)
        do {
            if parsed.view == .count {
                answer.total = try await total(request, parsed.total == .estimate ? .estimate : .accurate)
                return answer
            }
            let page = try await store.search(request)
            answer.matches = page.matches
            answer.included = page.included
            answer.nextPage = page.next
            answer.previousPage = page.previous
            answer.firstPage = page.first
            answer.total = parsed.refusesTotal ? nil : page.total
            if answer.total == nil, parsed.total != .none {
                let told = try await total(request, parsed.total)
                // An estimate is never less than what is there to see.
                answer.total = max(told, page.matches.count + (page.next == nil ? 0 : 1))
            }
            answer.warnings += page.omissionIssues(base: base ?? "")
        } catch StoreError.timeout {
            throw Self.tooSlow
        } catch {
            throw Problem(error)
        }
        return answer
    }

    private func total(_ request: SearchRequest, _ kind: SearchTotal) async throws(StoreError) -> Int {
        kind == .estimate && request.contained == nil
            ? try await store.estimate(request) : try await store.count(request)
    }

    private func explain(
        _ request: SearchRequest, _ scope: SearchScope, _ parsed: ParsedSearch
    ) async throws(Problem) -> SearchAnswer {
        var answer = SearchAnswer(scope, parsed)
        do {
            answer.explanation = try await store.explain(request)
        } catch {
            throw Problem(error)
        }
        return answer
    }

    private static let tooSlow = Problem(
        .timeout, .timeout,
        "The search took longer than this server lets it. Narrow it: name a patient, an identifier, a code or a range of "
            + "dates; leave out _sort and _total=accurate; or take much data with $export.")
}

extension ParsedSearch {
    /// `_total=none` was asked for, which is more than not asking.
    fileprivate var refusesTotal: Bool {
        total == .none && applied.contains { $0.name == "_total" }
    }

    /// Whether much of the record has to be looked at before the first answer is there.
    fileprivate func isWide(_ request: SearchRequest) -> Bool {
        if contained != nil { return true }
        guard !request.expression.isLookup else { return false }
        return view == .count || total == .accurate || !sort.isEmpty || asOf != nil || request.expression.looksWidely
    }
}

extension Exchange {
    /// The parameters, beside those of all types, by which a type can be searched: those whose index is complete.
    public func searchParameters(of type: ResourceType) -> [SearchParameterFact] {
        let all = searchParameters
        let known = all.parameters(for: type).filter {
            SearchParameterSet.isSearchable($0) && !all.unfinished.contains($0.id)
        }
        return type == .auditEvent ? known.filter { Self.auditParameters.contains($0.code) } : known
    }

    /// Those of them that are not R4's own.
    public var additionalParameters: [SearchParameterFact] {
        let all = searchParameters
        return all.additional.filter { !all.unfinished.contains($0.id) }
    }

    /// The parameters that both kinds of AuditEvents can be searched by.
    static let auditParameters: Set<String> = ["date", "action", "subtype", "type", "outcome", "entity"]
}
