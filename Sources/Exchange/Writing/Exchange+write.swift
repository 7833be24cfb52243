import FHIR
import Store

extension Exchange {
    /// Carries out writes together, all or none, and answers when they are durable.
    ///
    /// Where nothing must be looked at first it is one statement and one round trip; conditional creates and references,
    /// and decisions of the domain that need state, take a transaction that looks, decides, and commits.
    public func write(_ requests: [WriteRequest], origin: Origin) async throws(Problem) -> [WriteOutcome] {
        do {
            let plan = try WritePlan(requests, makeID: makeID)
            if plan.mustLook || domainMustLook(plan) {
                return try await store.transaction { transaction in
                    try await look(plan, in: transaction, origin: origin)
                }
            }
            return try await commit(plan, plan.steps, in: nil) { drafts, _ in
                try await store.write(drafts, origin: origin)
            }
        } catch {
            let problem = Self.problem(error, requests)
            try await noteFailure(requests, problem, origin: origin)
            throw problem.noted
        }
    }

    /// Has the domain decide, writes the steps, and pairs the results with what was written.
    private func commit(
        _ plan: WritePlan, _ steps: [WritePlan.Step], conditionals: [String: String] = [:],
        in transaction: StoreTransaction?,
        _ write: ([WriteDraft], StayChange) async throws -> [WriteResult]
    ) async throws -> [WriteOutcome] {
        let drafts = steps.map { plan.draft(of: $0, conditionals: conditionals) }
        let decided = try await decide(drafts, places: steps.map(\.request.place), in: transaction)
        let results = try await write(decided.drafts, decided.stays)
        return zip(decided.drafts, results).prefix(drafts.count).map { draft, result in
            WriteOutcome(
                kind: WriteOutcome.Kind(result.outcome), type: draft.type, id: draft.id, version: result.version,
                updated: result.updated, content: draft.content)
        }
    }

    /// Resolves criteria under their locks, then writes.
    private func look(
        _ given: WritePlan, in transaction: StoreTransaction, origin: Origin
    ) async throws -> [WriteOutcome] {
        var plan = given
        var outcomes = [WriteOutcome?](repeating: nil, count: plan.steps.count)
        var criteria: [(step: Int, request: SearchRequest)] = []
        var locks: [String] = []
        for (index, step) in plan.steps.enumerated() {
            guard case .create(ifNoneExist: .some(let query)) = step.request.kind else { continue }
            let parsed = try conditional(step.request.type, query, at: step.request.place)
            guard !locks.contains(parsed.canonical) else {
                throw Problem(
                    .invalid, .duplicate,
                    "Two entries create a \(step.request.type) under the same criteria; refer to one of them instead.",
                    at: step.request.place.map { $0 + ".request.ifNoneExist" })
            }
            criteria.append((index, parsed.request))
            locks.append(parsed.canonical)
        }
        let references = try plan.conditionals.map { text in
            let mark = text.firstIndex(of: "?") ?? text.endIndex
            guard let type = ResourceType(String(text[..<mark])) else {
                throw Problem(.invalid, .invalid, "The conditional reference \(text) names no type of R4.")
            }
            return try conditional(type, String(text[mark...].dropFirst()), at: nil).request
        }
        let touched = plan.touched
        let pages = try await transaction.look(
            locking: locks, (criteria.map(\.request) + references).map { $0.seeing(beyond: touched) })
        for ((index, _), page) in zip(criteria, pages) {
            let step = plan.steps[index]
            let matches = page.matches.filter { !plan.deletes($0) }
            guard let match = matches.first else { continue }
            guard matches.count == 1 else {
                throw Problem(
                    .preconditionFailed, .multipleMatches,
                    "More than one \(step.request.type) fulfils the criteria of If-None-Exist; make them narrower.",
                    at: step.request.place)
            }
            plan.point(step, at: match.id)
            outcomes[index] = WriteOutcome(
                kind: .found, type: match.type, id: match.id, version: match.version, updated: match.updated,
                content: match.content)
        }
        var found: [String: String] = [:]
        for ((text, request), page) in zip(zip(plan.conditionals, references), pages.dropFirst(criteria.count)) {
            // They are resolved last: against what will be there when all entries are written (R4 §3.1.0.11.2).
            var matches = page.matches.filter { !touched.contains("\($0.type)/\($0.id)") }.map(\.id)
            for (index, step) in plan.steps.enumerated()
            where outcomes[index] == nil && request.types.contains(step.request.type) {
                guard let content = plan.content(of: step, conditionals: [:]),
                    try await store.holds(request, for: content, id: step.id)
                else { continue }
                matches.append(step.id)
            }
            guard let match = matches.first, matches.count == 1 else {
                throw Problem(
                    .preconditionFailed, matches.isEmpty ? .notFound : .multipleMatches,
                    matches.isEmpty
                        ? "The conditional reference \(text) finds no resource; load what it refers to first."
                        : "The conditional reference \(text) finds more than one resource; make it narrower.",
                    at: Self.place(of: text, in: plan))
            }
            found[text] = request.types.first.map { "\($0)/\(match)" }
        }
        let open = plan.steps.indices.filter { outcomes[$0] == nil }
        let written = try await commit(
            plan, open.map { plan.steps[$0] }, conditionals: found, in: transaction
        ) { drafts, stays in
            do {
                return try await transaction.commit(
                    drafts, stays: stays, audit: audit(outcomes, plan, origin: origin), origin: origin)
            } catch StoreError.refused(let entry, let refusal) {
                throw StoreError.refused(entry: open.indices.contains(entry) ? open[entry] : 0, refusal)
            }
        }
        for (index, outcome) in zip(open, written) { outcomes[index] = outcome }
        return outcomes.compactMap(\.self)
    }

    /// Entries for what If-None-Exist found: nothing is written, and yet it was an interaction.
    private func audit(_ outcomes: [WriteOutcome?], _ plan: WritePlan, origin: Origin) -> [AuditEntry] {
        zip(outcomes, plan.steps).compactMap { outcome, step in
            guard let outcome, outcome.kind == .found else { return nil }
            return AuditEntry(
                recorded: clock(), interaction: step.request.interaction, status: 200, type: outcome.type,
                id: outcome.id, version: outcome.version, origin: origin, detail: "If-None-Exist found it")
        }
    }

    private static func place(of conditional: String, in plan: WritePlan) -> String? {
        plan.steps.first { $0.links.contains { $0.text == conditional } }?.request.place.map { $0 + ".resource" }
    }

    private static func problem(_ error: any Error, _ requests: [WriteRequest]) -> Problem {
        switch error {
        case let problem as Problem: return problem
        case let error as StoreError:
            let place = error.refusedEntry.flatMap { requests.indices.contains($0) ? requests[$0].place : nil }
            return Problem(error).inside(place)
        default: return Problem(.internalError, .exception, String(describing: error))
        }
    }

    /// A write that was refused is an interaction too.
    private func noteFailure(_ requests: [WriteRequest], _ problem: Problem, origin: Origin) async throws(Problem) {
        guard problem.kind != .unavailable else { return }
        let first = requests.count == 1 ? requests.first : nil
        try await note(
            first?.interaction ?? .transaction, status: problem.status, type: first?.type, id: first?.id,
            origin: origin, detail: problem.issues.first?.diagnostics)
    }
}

extension WriteOutcome.Kind {
    init(_ outcome: WriteResult.Outcome) {
        switch outcome {
        case .created: self = .created
        case .updated: self = .updated
        case .deleted: self = .deleted
        case .nothing: self = .nothing
        }
    }
}
