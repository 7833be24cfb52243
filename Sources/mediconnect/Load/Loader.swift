/// Sends a plan's files: stage by stage, in parallel within a stage, and again what lacked a reference.
///
/// A stage is gone through until nothing of it waits, or until a pass brings nothing new; only then the next stage
/// begins. What still waits at the very end is tried once more in the same way. From the second pass on, resources
/// that the loader itself put together go as batches, so that one bad reference holds up no others.
struct Loader: Sendable {
    /// What waits for a reference: which positions of a unit (nil: all), and what the server said last.
    struct Waiting: Sendable {
        struct Item: Sendable {
            let label: String
            let problem: Problem
            /// How many resources it is about.
            let resources: Int
        }

        let unit: UnitAddress
        /// Nil where the unit stands or falls as a whole.
        let positions: Set<Int>?
        let items: [Item]
        /// Whether sending its parts apart has yet to be tried.
        let canBeSentApart: Bool
    }

    let sender: any FHIRSender
    let policy: RetryPolicy
    let tally: LoadTally
    var concurrency = 8
    var limits = ReadingLimits()
    /// How to wait between tries.
    var sleep: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    /// Says what happens, for people.
    var note: @Sendable (String) -> Void = { _ in }

    /// Sends everything; how it went is in the tally.
    ///
    /// - Throws: ``ServerUnreachable`` when the server stays out of reach, or `CancellationError`.
    func run(_ plan: LoadPlan) async throws {
        var left: [Waiting] = []
        var bytesBefore = 0
        for stage in plan.stages {
            left += try await run(stage, bytesBefore: bytesBefore)
            bytesBefore += stage.parts.reduce(0) { $0 + $1.file.size }
        }
        if plan.stages.count > 1 {
            left = try await tryAgain(left, in: plan.stages.flatMap(\.parts), progress: true)
        }
        for item in left.flatMap(\.items) {
            tally.fail(.init(label: item.label, reason: item.problem.description, resources: item.resources))
        }
        tally.wait(for: 0)
    }

    private func run(_ stage: LoadPlan.Stage, bytesBefore: Int) async throws -> [Waiting] {
        let before = tally.snapshot.resources
        let waiting = try await pass(stage.parts, Pass(bytesBefore: bytesBefore))
        return try await tryAgain(waiting, in: stage.parts, progress: tally.snapshot.resources > before)
    }

    /// Sends again what waits, as long as something new has come since it failed.
    private func tryAgain(_ first: [Waiting], in parts: [LoadPlan.Part], progress: Bool) async throws -> [Waiting] {
        var waiting = first
        var progress = progress
        while !waiting.isEmpty, progress || waiting.contains(where: \.canBeSentApart) {
            tally.wait(for: waiting.count)
            note("trying again what lacked a reference: \(waiting.count)")
            let before = tally.snapshot.resources
            let selection = Dictionary(waiting.map { ($0.unit, $0.positions) }, uniquingKeysWith: { first, _ in first })
            let files = Set(selection.keys.map(\.file))
            let concerned = parts.filter { files.contains($0.file.index) }
            waiting = try await pass(concerned, Pass(selection: selection))
            progress = tally.snapshot.resources > before
        }
        return waiting
    }

    // MARK: One pass

    private struct Pass: Sendable {
        var selection: [UnitAddress: Set<Int>?]?
        var bytesBefore = 0

        var isFirst: Bool { selection == nil }
    }

    private func pass(_ parts: [LoadPlan.Part], _ pass: Pass) async throws -> [Waiting] {
        let reader = SourceReader(parts, selection: pass.selection.map { Set($0.keys) }, limits: limits)
        return try await withThrowingTaskGroup(of: [Waiting].self) { group in
            for _ in 0..<concurrency {
                group.addTask { try await work(reader, pass) }
            }
            var waiting: [Waiting] = []
            for try await some in group { waiting += some }
            // In the order of the files, so that what comes first is tried first.
            return waiting.sorted { $0.unit < $1.unit }
        }
    }

    private func work(_ reader: SourceReader, _ pass: Pass) async throws -> [Waiting] {
        var waiting: [Waiting] = []
        while let (item, bytesRead) = await reader.next() {
            try Task.checkCancellation()
            if pass.isFirst { tally.read(bytes: pass.bytesBefore + bytesRead) }
            switch item {
            case .unit(let unit):
                if let left = try await send(unit, pass) { waiting.append(left) }
            case .failure(let label, let error):
                tally.fail(.init(label: label, reason: error.description))
                if pass.isFirst { tally.finishFile() }
            case .fileFinished:
                if pass.isFirst { tally.finishFile() }
            }
        }
        return waiting
    }

    // MARK: One unit

    private func send(_ unit: LoadUnit, _ pass: Pass) async throws -> Waiting? {
        let only = pass.selection?[unit.address] ?? nil
        let preparation: Preparation
        do throws(ContentError) {
            preparation = try Preparation(unit, only: only, apart: !pass.isFirst)
        } catch {
            if error == .noResource, !unit.isNamed {
                tally.passOver(unit.label)
            } else {
                tally.fail(.init(label: unit.label, reason: error.description))
            }
            return nil
        }
        if pass.isFirst {
            for error in preparation.rejected {
                tally.fail(.init(label: unit.label, reason: error.description, resources: 1))
            }
        }
        guard let submission = preparation.submission else { return nil }
        return try await send(submission, of: unit, pass)
    }

    private func send(_ submission: Submission, of unit: LoadUnit, _ pass: Pass) async throws -> Waiting? {
        switch try await deliver(submission) {
        case .unreachable(let reason):
            throw ServerUnreachable(reason: reason)
        case .unanswered(let reason):
            let count = submission.items.count
            tally.doubt(.init(label: unit.label, reason: reason, resources: count))
            return nil
        case .answered(let answer):
            if submission.canBeSentApart, !answer.isSuccess, Self.concernsContent(answer.status),
                !answer.problem.isUnresolvedReference,
                let apart = try? Preparation(unit, only: Set(submission.items.map(\.position)), apart: true).submission
            {
                return try await send(apart, of: unit, pass)
            }
            return settle(answer.results(for: submission), submission, unit)
        }
    }

    /// Counts what is settled; gives back what may still succeed.
    private func settle(
        _ results: [(item: Submission.Item, result: ItemResult)], _ submission: Submission, _ unit: LoadUnit
    ) -> Waiting? {
        var failed: [(position: Int, problem: Problem)] = []
        for (item, result) in results {
            if case .failed(let problem) = result {
                failed.append((item.position, problem))
            } else {
                tally.count(item.type, result)
            }
        }
        guard let first = failed.first else { return nil }
        guard submission.shape == .batch else {
            // What stands or falls together has failed once, not once per entry.
            guard first.problem.isUnresolvedReference else {
                tally.fail(.init(label: unit.label, reason: first.problem.description, resources: failed.count))
                return nil
            }
            let item = Waiting.Item(label: unit.label, problem: first.problem, resources: failed.count)
            let positions = submission.canBeSentApart ? Set(failed.map(\.position)) : nil
            return Waiting(
                unit: unit.address, positions: positions, items: [item], canBeSentApart: submission.canBeSentApart)
        }
        var items: [Waiting.Item] = []
        for (position, problem) in failed {
            let label = submission.label(unit, position: position)
            if problem.isUnresolvedReference {
                items.append(.init(label: label, problem: problem, resources: 1))
            } else {
                tally.fail(.init(label: label, reason: problem.description, resources: 1))
            }
        }
        if items.isEmpty { return nil }
        let positions = Set(failed.filter(\.problem.isUnresolvedReference).map(\.position))
        return Waiting(unit: unit.address, positions: positions, items: items, canBeSentApart: false)
    }

    /// Statuses that say that something in the content is wrong, so that the rest of it may be right.
    private static func concernsContent(_ status: Int) -> Bool {
        [400, 404, 405, 409, 412, 422].contains(status)
    }

    private func deliver(_ submission: Submission) async throws -> Delivery {
        let requestID = RequestID.make()
        var number = 0
        while true {
            let attempt = await sender.attempt(submission, requestID: requestID)
            if Task.isCancelled { return try Self.lastWord(attempt, submission) }
            let decision = policy.decide(
                attempt, number: number, isRepeatable: submission.isRepeatable, jitter: .random(in: 0...1))
            switch decision {
            case .finish(let delivery): return delivery
            case .wait(let delay): try await sleep(delay)
            }
            number += 1
        }
    }
}

extension Loader {
    /// What is known of a request that was under way when the loading was stopped.
    private static func lastWord(_ attempt: RetryPolicy.Attempt, _ submission: Submission) throws -> Delivery {
        switch attempt {
        case .answered(let answer): return .answered(answer)
        case .noAnswer where !submission.isRepeatable: return .unanswered("stopped while it was under way")
        case .noAnswer, .notSent: throw CancellationError()
        }
    }
}

/// The server stays out of reach; going on would only fail everything else too.
struct ServerUnreachable: Error, Equatable {
    let reason: String
}
