import FHIR
import Store

extension Exchange {
    /// Carries out writes together, all or none, and answers when they are durable.
    ///
    /// Where nothing must be looked at first it is one statement and one round trip; criteria, patches, conditional
    /// references, and decisions of the domain that need state, take a transaction that looks, decides, and commits.
    ///
    /// - Parameters:
    ///   - provenance: a Provenance without targets, to be written with them: what the requests write becomes its targets.
    ///   - judge: looks at what patches make, before it is written.
    public func write(
        _ requests: [WriteRequest], origin: Origin, provenance: JSONNode? = nil,
        judge: @escaping Judgement = { _, _ in [] }
    ) async throws(Problem) -> [WriteOutcome] {
        do {
            let plan = try WritePlan(requests, makeID: makeID)
            if let plan, provenance == nil, isPlain(plan) { return try await plainly(plan, origin: origin) }
            return try await store.transaction { transaction in
                try await look(requests, plan, provenance, in: transaction, origin: origin, judge)
            }
        } catch {
            let problem = Self.problem(error)
            try await noteFailure(requests, problem, origin: origin)
            throw problem.noted
        }
    }

    /// Whether nothing must be looked at before it is written.
    func isPlain(_ plan: WritePlan) -> Bool {
        plan.conditionals.isEmpty && !plan.asksForVersions && !domainMustLook(plan)
            && !plan.steps.contains { mustAskReferrers($0.request) }
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
    ///
    /// - Parameter known: the plan of requests that say themselves what they concern.
    private func look(
        _ requests: [WriteRequest], _ known: WritePlan?, _ provenance: JSONNode?, in transaction: StoreTransaction,
        origin: Origin, _ judge: Judgement
    ) async throws -> [WriteOutcome] {
        var resolution: WriteResolution?
        let plan: WritePlan
        if let known, !known.steps.contains(where: { mustAskReferrers($0.request) }) {
            plan = known
        } else {
            let resolved = try await resolve(requests, in: transaction, judge)
            var links = try WriteLinks(requests)
            resolved.point(&links)
            plan = try WritePlan(resolved.all, links)
            try await refuseOverlaps(resolved.changing, plan)
            try await askReferrers(plan, in: transaction)
            resolution = resolved
        }
        let found = try await conditionalReferences(of: plan, in: transaction)
        let places = plan.steps.map(\.request.place)
        var decided = try await decide(plan.drafts(conditionals: found), places: places, in: transaction)
        if plan.asksForVersions {
            decided.drafts = try await versionSpecific(decided.drafts, places: places, in: transaction)
        }
        var outcomes = resolution?.outcomes ?? [:]
        do {
            let noted = audit(outcomes, requests, origin: origin)
            let results: [WriteResult]
            if let provenance {
                results = try await transaction.write(decided.drafts, stays: decided.stays, origin: origin)
                let drafts = Self.draft(provenance, of: zip(decided.drafts, results), id: makeID())
                _ = try await transaction.commit(drafts, audit: noted, origin: origin)
            } else {
                results = try await transaction.commit(
                    decided.drafts, stays: decided.stays, audit: noted, origin: origin)
            }
            for (step, (draft, result)) in zip(plan.steps, zip(decided.drafts, results)) {
                let own = outcome(of: step, draft, result)
                outcomes[step.position] = outcomes[step.position].map { $0.joined(with: own) } ?? own
            }
        } catch {
            throw Self.refusal(error, plan.steps)
        }
        for (twin, earlier) in resolution?.twins ?? [:] { outcomes[twin] = outcomes[earlier]?.asFound }
        return requests.indices.compactMap { outcomes[$0] }
    }

    /// Criteria under their locks, then what patches change under its own.
    private func resolve(
        _ requests: [WriteRequest], in transaction: StoreTransaction, _ judge: Judgement
    ) async throws -> WriteResolution {
        var criteria: [Int: WriteCriteria] = [:]
        for (position, request) in requests.enumerated() {
            if let text = request.criteria { criteria[position] = try await conditional(text, of: request) }
        }
        var resolution = try WriteResolution(requests, criteria, makeID: makeID)
        let (locks, asked) = resolution.questions(most: limits.conditionalDelete.most)
        let pages = try await transaction.look(locking: locks, asked.map(\.request))
        for ((position, _), page) in zip(asked, pages) { resolution.take(position, page) }
        try resolution.decide(deletes: limits.conditionalDelete)
        // Patches are made of what is locked; and who deletes what is locked can ask who refers to it.
        let patched = resolution.patched
        let deleted = resolution.all.filter { mustAskReferrers($0.request) }.map { (type: $0.type, id: $0.id) }
        let named = resolution.named
        if !patched.isEmpty || !deleted.isEmpty || !named.isEmpty {
            let current = try await transaction.lock(
                patched + deleted + named.map { (type: $0.step.type, id: $0.step.id) })
            try resolution.apply(to: current, judge: judge)
            for (step, criteria) in named { try await refuseAnother(step, criteria, current) }
        }
        return resolution
    }

    /// An id of the client's under which there is something that its criteria do not find. What they would find by now is
    /// looked for again.
    private func refuseAnother(
        _ step: WriteStep, _ criteria: WriteCriteria, _ current: [StoredVersion]
    ) async throws {
        guard let content = current.first(where: { $0.type == step.type && $0.id == step.id })?.content else { return }
        let there = try store.index([(step.id, content)], of: step.type)
        guard try await store.matches(of: criteria.request, in: there).isEmpty else { throw StoreError.collision }
        throw Problem(
            .conflict, .duplicate,
            "The criteria find no \(step.type), and the resource's id \(step.id) is that of another one; leave the id "
                + "out, or make the criteria find it.", at: step.request.criteriaPlace)
    }

    private func outcome(of step: WriteStep, _ draft: WriteDraft, _ result: WriteResult) -> WriteOutcome {
        let missing = result.missing.map { name in
            Issue(
                .notFound, "\(draft.type)/\(draft.id) refers to \(name), which is not there.",
                at: step.request.place.map { $0 + ".resource" } ?? draft.type.name, severity: .warning)
        }
        return WriteOutcome(
            kind: WriteOutcome.Kind(result.outcome), type: draft.type, id: draft.id, version: result.version,
            updated: result.updated, content: draft.content, remarks: step.remarks + missing)
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

    /// The Provenance of what was written, with the versions as its targets (R4 provenance.html#header); none where
    /// nothing was.
    private static func draft(
        _ provenance: JSONNode, of written: Zip2Sequence<[WriteDraft], [WriteResult]>, id: String
    ) -> [WriteDraft] {
        var json = JSONBuilder(capacity: 256)
        var count = 0
        json.array("target") { json in
            for (draft, result) in written where result.outcome != .nothing && result.outcome != .unchanged {
                guard let version = result.version else { continue }
                count += 1
                json.object { $0.member("reference", "\(draft.type)/\(draft.id)/_history/\(version)") }
            }
        }
        guard count > 0 else { return [] }
        var content = StoredResource(provenance, type: .provenance).content
        content.removeLast()
        content += Array(",".utf8)
        content += json.bytes
        content += Array("}".utf8)
        return [
            WriteDraft(
                type: .provenance, id: id, method: .create, isFresh: true,
                content: content, interaction: .create)
        ]
    }

    // MARK: Failing

    /// What a refusal by the record means for the steps that were written.
    private static func refusal(_ error: any Error, _ steps: [WriteStep]) -> any Error {
        guard case StoreError.refused(let entry, let refusal) = error else { return error }
        // What follows from other steps was looked at under lock.
        guard steps.indices.contains(entry) else { return StoreError.collision }
        let step = steps[entry]
        if step.isFound { return StoreError.collision }
        // Somebody has made meanwhile what the criteria did not find.
        if case .exists = refusal, step.request.criteria != nil { return StoreError.collision }
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
