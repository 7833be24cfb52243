import Synchronization

/// Wakes those who wait for work before their time is over.
final class Bell: Sendable {
    private struct State {
        var rung = 0
        var next = 0
        var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
    }

    private let state = Mutex(State())

    /// How often it has rung.
    var count: Int { state.withLock { $0.rung } }

    func ring() {
        let waiting = state.withLock { state in
            state.rung += 1
            defer { state.waiting = [:] }
            return state.waiting.values
        }
        for one in waiting { one.resume() }
    }

    /// Returns when it rings, when it has rung since `count` was read, after a time, or when the task is cancelled.
    func wait(since count: Int, atMost time: Duration) async {
        let ticket = state.withLock { state in
            state.next += 1
            return state.next
        }
        let timer = Task {
            try? await Task.sleep(for: time)
            self.leave(ticket)
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.rung != count || Task.isCancelled { return true }
                    state.waiting[ticket] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            leave(ticket)
        }
        timer.cancel()
    }

    private func leave(_ ticket: Int) {
        let one = state.withLock { $0.waiting.removeValue(forKey: ticket) }
        one?.resume()
    }
}
