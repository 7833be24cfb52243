import FHIR
import Store

/// What became of an entry.
public enum EntryOutcome: Sendable {
    case written(WriteOutcome)
    case read(StoredVersion)
    case history(HistoryAnswer)
    case found(SearchAnswer)
    case failed(Problem)
}

extension Exchange {
    /// Refuses an interaction that its principal may not do; nil lets it pass.
    public typealias Permission = @Sendable (AuditInteraction, ResourceType?) -> Problem?

    /// All entries together or none (R4 §3.1.0.11.2): deletes, creates and updates as one write, then the reads, which
    /// see its result.
    public func transaction(
        _ entries: [Result<BundleEntry, Problem>], origin: Origin, permission: Permission
    ) async throws(Problem) -> [EntryOutcome] {
        let understood: [BundleEntry]
        do {
            try checkSize(entries.count)
            understood = try entries.map { result throws(Problem) in
                let entry = try result.get()
                if let refusal = permission(entry.kind, entry.type) { throw refusal.inside(entry.place) }
                return entry
            }
        } catch {
            try await note(
                .transaction, status: error.status, origin: origin, detail: error.issues.first?.diagnostics)
            throw error.noted
        }
        var outcomes = [EntryOutcome?](repeating: nil, count: understood.count)
        var writes: [(position: Int, request: WriteRequest)] = []
        for (position, entry) in understood.enumerated() {
            if case .write(let request) = entry.interaction { writes.append((position, request)) }
        }
        if !writes.isEmpty {
            let results = try await write(writes.map(\.request), origin: origin)
            for (write, result) in zip(writes, results) { outcomes[write.position] = .written(result) }
        }
        for (position, entry) in understood.enumerated() where outcomes[position] == nil {
            outcomes[position] = await perform(entry, origin: origin)
        }
        return outcomes.compactMap(\.self)
    }

    /// Each entry by itself: what fails answers with its own outcome (R4 §3.1.0.11.1).
    public func batch(
        _ entries: [Result<BundleEntry, Problem>], origin: Origin, permission: Permission
    ) async throws(Problem) -> [EntryOutcome] {
        try checkSize(entries.count)
        var outcomes: [EntryOutcome] = []
        outcomes.reserveCapacity(entries.count)
        for result in entries {
            switch result {
            case .failure(let problem):
                try await note(
                    .batch, status: problem.status, origin: origin, detail: problem.issues.first?.diagnostics)
                outcomes.append(.failed(problem))
            case .success(let entry):
                if let refusal = permission(entry.kind, entry.type) {
                    try await note(
                        entry.kind, status: refusal.status, type: entry.type, id: entry.id, origin: origin,
                        detail: refusal.issues.first?.diagnostics)
                    outcomes.append(.failed(refusal.inside(entry.place)))
                } else {
                    outcomes.append(await perform(entry, origin: origin))
                }
            }
        }
        return outcomes
    }

    private func checkSize(_ count: Int) throws(Problem) {
        guard count > limits.bundleEntries else { return }
        throw Problem(
            .tooLarge, .tooCostly,
            "The bundle has \(count) entries; at most \(limits.bundleEntries) are taken at once. Send it in parts.",
            at: "Bundle.entry")
    }

    private func perform(_ entry: BundleEntry, origin: Origin) async -> EntryOutcome {
        do {
            switch entry.interaction {
            case .write(let request):
                guard let outcome = try await write([request], origin: origin).first else {
                    throw Problem(.internalError, .exception, "The write gave no outcome.")
                }
                return .written(outcome)
            case .read(let type, let id):
                return .read(try await read(type, id, origin: origin))
            case .vread(let type, let id, let version):
                return .read(try await vread(type, id, version: version, origin: origin))
            case .history(let scope, let query):
                return .history(try await history(scope, query, origin: origin))
            case .search(let type, let query):
                return .found(try await search(.type(type), query, origin: origin))
            }
        } catch let problem as Problem {
            return .failed(problem.inside(entry.place))
        } catch {
            return .failed(Problem(.internalError, .exception, String(describing: error)))
        }
    }
}
