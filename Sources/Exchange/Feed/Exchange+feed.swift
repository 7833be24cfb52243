import FHIR
import Store
import Synchronization

/// A message with all that its application needs.
struct FeedEntry: Sendable {
    let message: FeedMessage
    let origin: Origin
    let finish: @Sendable (FeedOutcome) -> (acknowledgement: [UInt8], report: [UInt8])
}

extension Exchange {
    /// Applies a message that is in the log: its resources, the movements, the beds, and its outcome in the log, all in
    /// one transaction; durable when this returns. A message that was applied before changes nothing.
    ///
    /// Messages that come at the same time share a transaction where they do not concern each other; what is refused of
    /// one is not refused of another.
    ///
    /// - Parameter finish: the acknowledgement and the conversion report to be kept with the message.
    public func apply(
        _ message: FeedMessage, origin: Origin,
        finish: @escaping @Sendable (FeedOutcome) -> (acknowledgement: [UInt8], report: [UInt8])
    ) async throws(Problem) -> FeedOutcome {
        let entry = FeedEntry(message: message, origin: origin, finish: finish)
        switch await lanes.take(entry) {
        case .done(let result): return try result.get()
        case .lead(let others): return try await lead(entry, others).get()
        }
    }

    /// One turn of a lane. Its first message always has an answer, so that there is always progress.
    private func lead(_ entry: FeedEntry, _ others: [FeedLanes.Waiting]) async -> Result<FeedOutcome, Problem> {
        var first: Result<FeedOutcome, Problem>
        var returned: [FeedLanes.Waiting] = []
        do {
            let answers = try await together([entry] + others.map(\.entry))
            first = answers[0] ?? Self.unanswered
            for (other, answer) in zip(others, answers.dropFirst()) {
                if let answer { other.answer.resume(returning: .done(answer)) } else { returned.append(other) }
            }
        } catch {
            let problem = Self.problem(error)
            first = .failure(problem)
            if Task.isCancelled {
                // The others' senders have nothing to do with whoever gave up here.
                returned = others
            } else if problem.kind == .unavailable {
                for other in others { other.answer.resume(returning: .done(first)) }
            } else if !others.isEmpty {
                for var other in others {
                    other.isAlone = true
                    returned.append(other)
                }
                first = await alone(entry)
            }
        }
        lanes.leave(returned, of: others.count + 1)
        return first
    }

    private func alone(_ entry: FeedEntry) async -> Result<FeedOutcome, Problem> {
        do {
            return try await together([entry])[0] ?? Self.unanswered
        } catch {
            return .failure(Self.problem(error))
        }
    }

    /// The first message of a transaction is always answered; this would be a defect.
    private static let unanswered: Result<FeedOutcome, Problem> = .failure(
        Problem(.internalError, .exception, "The message was not applied."))

    private static func problem(_ error: any Error) -> Problem {
        error as? Problem ?? Problem(error as? StoreError ?? .failed(String(describing: error)))
    }

    /// Applies messages in one transaction.
    ///
    /// - Returns: for each its outcome or why it was refused; nil for one that must see what another one writes, and for
    ///   one that would be refused by what may not hold any more when it is by itself.
    private func together(_ entries: [FeedEntry]) async throws -> [Result<FeedOutcome, Problem>?] {
        // Several that meet another writer are tried one by one: which of them met it is not known.
        let attempts = Attempts()
        return try await store.feedTransaction(attempts: entries.count == 1 ? Store.collisionAttempts : 1) {
            transaction in
            let attempt = attempts.next()
            var applications = entries.map { FeedApplication($0.message, in: transaction, of: self) }
            var answers = [Result<FeedOutcome, Problem>?](repeating: nil, count: entries.count)
            try await look(for: &applications, &answers, in: transaction)
            var claims = FeedApplication.Claims()
            var commits: [FeedCommit] = []
            for index in entries.indices where answers[index] == nil && claims.allow(applications[index]) {
                do {
                    try await applications[index].decide()
                } catch let problem as Problem {
                    if index == 0 { answers[0] = .failure(problem) }
                    continue
                }
                guard claims.allow(applications[index]) else { continue }
                claims.add(applications[index])
                let (outcome, commit) = commit(of: applications[index], entries[index])
                answers[index] = .success(outcome)
                commits.append(commit)
            }
            // What somebody deletes meanwhile is made again at the second attempt. What led to nothing before the message
            // came is not its fault, and a hospital's queue does not stand still for it.
            if !commits.isEmpty { try await transaction.commit(commits, isStrict: attempt < 3) }
            return answers
        }
    }

    /// What is in the record for messages, and its locks: those of what is one patient's, then those of places and people
    /// that are to be made, then those of beds; each kind in one order for all, so that no two transactions wait for each
    /// other.
    private func look(
        for applications: inout [FeedApplication], _ answers: inout [Result<FeedOutcome, Problem>?],
        in transaction: StoreTransaction
    ) async throws {
        let opened = try await transaction.open(
            messages: applications.map(\.message.number), applications.flatMap(\.identities),
            locking: applications.flatMap(\.locked))
        var rows = opened.found[...]
        for index in applications.indices {
            let own = Array(rows.prefix(applications[index].identities.count))
            rows = rows.dropFirst(own.count)
            let outcome = opened.outcomes[applications[index].message.number]
            guard outcome != .applied, outcome != .warned else {
                answers[index] = .success(FeedOutcome(isRepeat: true))
                continue
            }
            attempt(index, &answers) { () throws(Problem) in try applications[index].resolve(own) }
        }
        let open = applications.indices.filter { answers[$0] == nil }
        let missing = open.map { applications[$0].missing }
        if !missing.allSatisfy(\.isEmpty) {
            var rows = try await transaction.lockForFeed(missing.flatMap(\.self))[...]
            for (index, identities) in zip(open, missing) where !identities.isEmpty {
                let own = Array(rows.prefix(identities.count))
                rows = rows.dropFirst(own.count)
                attempt(index, &answers) { () throws(Problem) in try applications[index].resolveMissing(own) }
            }
        }
        let moving = open.filter { answers[$0] == nil && !applications[$0].message.movements.isEmpty }
        if moving.count > 1 {
            try await transaction.lockBeds(
                moving.flatMap { applications[$0].bedsToLock },
                ofEncounters: moving.flatMap { applications[$0].encounters }
            )
        }
    }

    private func attempt(
        _ index: Int, _ answers: inout [Result<FeedOutcome, Problem>?], _ body: () throws(Problem) -> Void
    ) {
        do { try body() } catch { answers[index] = .failure(error) }
    }

    private func commit(of application: FeedApplication, _ entry: FeedEntry) -> (FeedOutcome, FeedCommit) {
        var outcome = application.outcome
        outcome.warnings = entry.message.warnings + outcome.warnings
        let change = application.change
        outcome.wrote = change.writes.map { write in
            guard case .version(let version) = write.expectation else {
                return "\(write.type)/\(write.id)" + (write.isFresh ? "/_history/1" : "")
            }
            return "\(write.type)/\(write.id)/_history/\(version + 1)"
        }
        let (acknowledgement, report) = entry.finish(outcome)
        let result = MessageResult(
            number: entry.message.number, outcome: outcome.warnings.isEmpty ? .applied : .warned,
            reason: outcome.warnings.isEmpty ? nil : outcome.warnings.joined(separator: "\n"), wrote: outcome.wrote,
            report: report, acknowledgement: acknowledgement, patient: outcome.patient,
            occurred: entry.message.occurred)
        return (outcome, FeedCommit(change, result, origin: entry.origin))
    }
}

/// How often a transaction was begun.
private final class Attempts: Sendable {
    private let count = Atomic(0)

    func next() -> Int { count.add(1, ordering: .relaxed).newValue }
}
