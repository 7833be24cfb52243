import FHIR
import Store

extension Exchange {
    /// Carries out writes together, all or none, and answers when they are durable.
    ///
    /// Where nothing must be looked at first it is one statement and one round trip; criteria, patches, conditional
    /// references, and decisions of the domain that need state, take a transaction that looks, decides, and commits.
    ///
    /// - Parameter judge: looks at what patches make, before it is written.
    public func write(
        _ requests: [WriteRequest], origin: Origin, judge: @escaping Judgement = { _, _ in [] }
    ) async throws(Problem) -> [WriteOutcome] {
        do {
            if let plan = try WritePlan(requests, makeID: makeID), plan.conditionals.isEmpty, !domainMustLook(plan) {
                return try await plainly(plan, origin: origin)
            }
            return try await store.transaction { transaction in
                try await look(requests, in: transaction, origin: origin, judge)
            }
        } catch {
            let problem = Self.problem(error)
            try await noteFailure(requests, problem, origin: origin)
            throw problem.noted
        }
    }

    /// Writes what needs no look.
    func plainly(_ plan: WritePlan, origin: Origin) async throws -> [WriteOutcome] {
        let decided = try await decide(
            plan.drafts(), places: plan.steps.map(\.request.place), in: nil)
        do {
            let results = try await store.write(decided.drafts, origin: origin)
            return zip(plan.steps, zip(decided.drafts, results)).map { outcome(of: $0, $1.0, $1.1) }
        } catch {
            throw Self.refusal(error, plan.steps)
        }
    }

    /// Finds out what the requests concern, then writes.
    private func look(
        _ requests: [WriteRequest], in transaction: StoreTransaction, origin: Origin, _ judge: Judgement
    ) async throws -> [WriteOutcome] {
        let resolution = try await resolve(requests, in: transaction, judge)
        var links = try WriteLinks(requests)
        resolution.point(&links)
        let plan = try WritePlan(resolution.all, links)
        try refuseOverlaps(resolution.changing, plan)
        let found = try await conditionalReferences(of: plan, in: transaction)
        let decided = try await decide(
            plan.drafts(conditionals: found), places: plan.steps.map(\.request.place), in: transaction)
        var outcomes = resolution.outcomes
        do {
            let results = try await transaction.commit(
                decided.drafts, stays: decided.stays, audit: audit(outcomes, requests, origin: origin), origin: origin)
            for (step, (draft, result)) in zip(plan.steps, zip(decided.drafts, results)) {
                let own = outcome(of: step, draft, result)
                outcomes[step.position] = outcomes[step.position].map { $0.joined(with: own) } ?? own
            }
        } catch {
            throw Self.refusal(error, plan.steps)
        }
        for (twin, earlier) in resolution.twins { outcomes[twin] = outcomes[earlier]?.asFound }
        return requests.indices.compactMap { outcomes[$0] }
    }

    /// Criteria under their locks, then what patches change under its own.
    private func resolve(
        _ requests: [WriteRequest], in transaction: StoreTransaction, _ judge: Judgement
    ) async throws -> WriteResolution {
        var resolution = try WriteResolution(requests, makeID: makeID) { request, text throws(Problem) in
            try conditional(text, of: request)
        }
        let (locks, asked) = resolution.questions(most: limits.conditionalDelete.most)
        let pages = try await transaction.look(locking: locks, asked.map(\.request))
        for ((position, _), page) in zip(asked, pages) { resolution.take(position, page) }
        try resolution.decide(deletes: limits.conditionalDelete)
        let patched = resolution.patched
        if !patched.isEmpty {
            try resolution.apply(to: try await transaction.lock(patched), judge: judge)
        }
        return resolution
    }

    private func outcome(of step: WriteStep, _ draft: WriteDraft, _ result: WriteResult) -> WriteOutcome {
        WriteOutcome(
            kind: WriteOutcome.Kind(result.outcome), type: draft.type, id: draft.id, version: result.version,
            updated: result.updated, content: draft.content, remarks: step.remarks)
    }

    /// Entries for criteria by which nothing was written: they were interactions, too.
    private func audit(
        _ outcomes: [Int: WriteOutcome], _ requests: [WriteRequest], origin: Origin
    ) -> [AuditEntry] {
        outcomes.sorted { $0.key < $1.key }.map { position, outcome in
            AuditEntry(
                recorded: clock(), interaction: requests[position].interaction, status: outcome.status,
                type: outcome.type, id: outcome.id.isEmpty ? nil : outcome.id, version: outcome.version,
                query: outcome.id.isEmpty ? requests[position].criteria : nil, origin: origin,
                detail: outcome.kind == .found ? "If-None-Exist found it" : "the criteria found nothing")
        }
    }

    // MARK: Failing

    /// What a refusal by the record means for the steps that were written.
    private static func refusal(_ error: any Error, _ steps: [WriteStep]) -> any Error {
        guard case StoreError.refused(let entry, let refusal) = error else { return error }
        // What follows from other steps was looked at under lock.
        guard steps.indices.contains(entry) else { return StoreError.collision }
        let step = steps[entry]
        if step.isFound { return StoreError.collision }
        if case .exists = refusal, step.request.criteria != nil, case .update(_, _, false) = step.request.kind {
            return Problem(
                .conflict, .duplicate,
                "The criteria find no \(step.type), and the resource's id \(step.id) is that of another one; leave the id "
                    + "out, or make the criteria find it.", at: step.request.criteriaPlace)
        }
        return Problem(.refused(entry: entry, refusal)).inside(step.request.place)
    }

    private static func problem(_ error: any Error) -> Problem {
        switch error {
        case let problem as Problem: problem
        case let error as StoreError: Problem(error)
        default: Problem(.internalError, .exception, String(describing: error))
        }
    }

    /// A write that was refused is an interaction too.
    private func noteFailure(_ requests: [WriteRequest], _ problem: Problem, origin: Origin) async throws(Problem) {
        guard problem.kind != .unavailable else { return }
        let first = requests.count == 1 ? requests.first : nil
        try await note(
            first?.interaction ?? .transaction, status: problem.status, type: first?.type, id: first?.id,
            query: first?.criteria, origin: origin, detail: problem.issues.first?.diagnostics)
    }
}

extension WriteOutcome {
    /// Of several resources that one request deletes: how many they were is told as a remark.
    fileprivate func joined(with other: WriteOutcome) -> WriteOutcome {
        WriteOutcome(
            kind: kind == .deleted || other.kind == .deleted ? .deleted : kind, type: type, id: id, version: nil,
            updated: max(updated, other.updated), content: nil, count: count + other.count,
            remarks: remarks + other.remarks)
    }

    /// The same as the answer to a create under the criteria of the one that made it.
    fileprivate var asFound: WriteOutcome {
        WriteOutcome(kind: .found, type: type, id: id, version: version, updated: updated, content: content)
    }
}
