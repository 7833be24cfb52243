import FHIR
import Store

extension Exchange {
    /// Each entry by itself: what fails answers with its own outcome (R4 §3.1.0.11.1).
    ///
    /// Entries are carried out in their order, as far as somebody could tell: writes of different resources that follow
    /// each other and need no look are written together, and apart again where one of them is refused.
    public func batch(
        _ entries: [Result<BundleEntry, Problem>], origin: Origin, _ handling: BundleHandling
    ) async throws(Problem) -> [EntryOutcome] {
        try checkSize(entries.count)
        var outcomes: [EntryOutcome] = []
        outcomes.reserveCapacity(entries.count)
        var waiting = BatchRun()
        for result in entries {
            switch result {
            case .success(let entry):
                if let request = entry.write, handling.permission(request.interaction, request.type) == nil,
                    standsAlone(request)
                {
                    if !waiting.takes(request) { outcomes += await flush(&waiting, origin) }
                    waiting.add(request)
                    continue
                }
                outcomes += await flush(&waiting, origin)
                outcomes.append(try await perform(entry, origin: origin, handling))
            case .failure(let problem):
                outcomes += await flush(&waiting, origin)
                try await note(
                    .batch, status: problem.status, origin: origin, detail: problem.issues.first?.diagnostics)
                outcomes.append(.failed(problem))
            }
        }
        return outcomes + (await flush(&waiting, origin))
    }

    /// Whether a write needs no look into the record.
    private func standsAlone(_ request: WriteRequest) -> Bool {
        guard let plan = try? WritePlan([request], makeID: makeID) else { return false }
        return isPlain(plan)
    }

    private func flush(_ run: inout BatchRun, _ origin: Origin) async -> [EntryOutcome] {
        defer { run = BatchRun() }
        return await together(run.requests[...], origin)
    }

    /// Writes together what need not be together: where that is refused, in two halves.
    private func together(_ requests: ArraySlice<WriteRequest>, _ origin: Origin) async -> [EntryOutcome] {
        guard let first = requests.first else { return [] }
        guard requests.count > 1 else { return [await alone(first, origin, { _, _ in [] })] }
        do {
            let steps = requests.enumerated().compactMap { WriteStep($0.offset, $0.element, makeID: makeID) }
            let plan = try WritePlan(apart: steps)
            return try await plainly(plan, origin: origin).map(EntryOutcome.written)
        } catch {
            let middle = requests.startIndex + requests.count / 2
            let head = await together(requests[..<middle], origin)
            return head + (await together(requests[middle...], origin))
        }
    }

    private func alone(_ request: WriteRequest, _ origin: Origin, _ judge: @escaping Judgement) async -> EntryOutcome {
        do throws(Problem) {
            guard let outcome = try await write([request], origin: origin, judge: judge).first else {
                throw Problem(.internalError, .exception, "The write gave no outcome.")
            }
            return .written(outcome)
        } catch {
            return .failed(error.inside(request.place))
        }
    }

    private func perform(
        _ entry: BundleEntry, origin: Origin, _ handling: BundleHandling
    ) async throws(Problem) -> EntryOutcome {
        switch entry.interaction {
        case .read(let read): return await handling.read(read, entry.place)
        case .write(let request):
            if let refusal = handling.permission(request.interaction, request.type) {
                try await note(
                    request.interaction, status: refusal.status, type: request.type, id: request.id, origin: origin,
                    detail: refusal.issues.first?.diagnostics)
                return .failed(refusal.inside(entry.place))
            }
            return await alone(request, origin, handling.judge)
        }
    }
}

/// Writes of a batch that follow each other and concern different resources.
private struct BatchRun {
    private(set) var requests: [WriteRequest] = []
    private var names: Set<String> = []

    /// A refused one costs a second look at some of the others.
    private static let longest = 500

    func takes(_ request: WriteRequest) -> Bool {
        guard requests.count < Self.longest else { return false }
        return request.id.map { !names.contains("\(request.type.name)/\($0)") } ?? true
    }

    mutating func add(_ request: WriteRequest) {
        requests.append(request)
        if let id = request.id { names.insert("\(request.type.name)/\(id)") }
    }
}
