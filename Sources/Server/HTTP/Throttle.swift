import Synchronization

/// Lets the log say once in a while what happens all the time.
final class Throttle: Sendable {
    private let interval: Duration
    private let state = Mutex((last: ContinuousClock.Instant?.none, unsaid: 0))

    init(every interval: Duration) {
        self.interval = interval
    }

    /// Calls `say` with the number of times since it was last called, unless that was just now.
    func noteOne(_ say: (_ count: Int) -> Void) {
        let now = ContinuousClock.now
        let count: Int? = state.withLock { state in
            state.unsaid += 1
            if let last = state.last, now - last < interval { return nil }
            defer { state = (now, 0) }
            return state.unsaid
        }
        if let count { say(count) }
    }
}
