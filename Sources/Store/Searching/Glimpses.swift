import Synchronization

/// What searches ask of the record again and again and what hardly ever changes, kept for a moment. What this process
/// writes of it is seen at once (see ``forget()``); what another server of the record writes within a second.
final class Glimpses<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private static var lifetime: Duration { .seconds(1) }
    /// Beyond it all is forgotten.
    private static var capacity: Int { 1000 }

    private struct State {
        var kept: [Key: (value: Value, seen: ContinuousClock.Instant)] = [:]
        /// How often it was forgotten: what was asked before then is not kept.
        var turn = 0
    }

    private let state = Mutex(State())

    /// What is kept, or what `look` finds.
    func value(_ key: Key, _ look: () async throws -> Value) async rethrows -> Value {
        let now = ContinuousClock.now
        let (kept, turn) = state.withLock { ($0.kept[key], $0.turn) }
        if let kept, now - kept.seen < Self.lifetime { return kept.value }
        let value = try await look()
        state.withLock { state in
            guard state.turn == turn else { return }
            if state.kept.count >= Self.capacity { state.kept = [:] }
            state.kept[key] = (value, now)
        }
        return value
    }

    /// Something of it was written, and is committed.
    func forget() {
        state.withLock { state in
            state.kept = [:]
            state.turn += 1
        }
    }
}
