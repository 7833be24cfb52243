import Synchronization

/// How many searches may work at once that have to look at much of the record: more of them would take the connections
/// of those that look something up. Some wait their turn; what comes beyond those is told to come back.
final class SearchGate: Sendable {
    private struct State {
        var running = 0
        var waiting: [(number: UInt64, turn: CheckedContinuation<Bool, Never>)] = []
        var nextNumber: UInt64 = 0
    }

    private let atOnce: Int
    private let inLine: Int
    private let state = Mutex(State())

    /// - Parameters:
    ///   - atOnce: searches that work.
    ///   - inLine: searches that wait.
    init(atOnce: Int, inLine: Int) {
        self.atOnce = max(1, atOnce)
        self.inLine = inLine
    }

    /// Runs `work` when it is its turn.
    ///
    /// - Throws: 429 when too many wait already, what `work` throws, and 504 when its task is cancelled before its turn.
    func pass<Value: Sendable>(_ work: () async throws(Problem) -> Value) async throws(Problem) -> Value {
        try await enter()
        do {
            let value = try await work()
            leave()
            return value
        } catch {
            leave()
            throw error
        }
    }

    private func enter() async throws(Problem) {
        let number = state.withLock { state in
            state.nextNumber += 1
            return state.nextNumber
        }
        var isFull = false
        let isIn = await withTaskCancellationHandler {
            await withCheckedContinuation { (turn: CheckedContinuation<Bool, Never>) in
                let answer = state.withLock { state -> Bool? in
                    if state.running < atOnce {
                        state.running += 1
                        return true
                    }
                    guard state.waiting.count < inLine else { return false }
                    state.waiting.append((number, turn))
                    return nil
                }
                isFull = answer == false
                if let answer { turn.resume(returning: answer) }
                // A cancellation before this found nobody in line.
                if Task.isCancelled { giveUp(number) }
            }
        } onCancel: {
            giveUp(number)
        }
        if isFull {
            throw Problem(
                .throttled, .throttled,
                "\(atOnce) searches that look at much of the record are at work and \(inLine) wait. Repeat this one in a "
                    + "moment, or narrow it: name a patient, an identifier or a code.")
        }
        guard isIn else { throw .abandoned }
    }

    private func giveUp(_ number: UInt64) {
        let turn = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            guard let index = state.waiting.firstIndex(where: { $0.number == number }) else { return nil }
            return state.waiting.remove(at: index).turn
        }
        turn?.resume(returning: false)
    }

    private func leave() {
        let turn = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            guard !state.waiting.isEmpty else {
                state.running -= 1
                return nil
            }
            return state.waiting.removeFirst().turn
        }
        turn?.resume(returning: true)
    }
}
