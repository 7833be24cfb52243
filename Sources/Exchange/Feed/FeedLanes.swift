import Synchronization

/// Messages of feeds on their way into the record: a few transactions at once, and what arrives while all of them are
/// busy waits and is applied together in the next. A statement costs a database more than a row, so that eight messages
/// in one transaction cost little more than three by themselves; and when one message comes at a time, none waits.
///
/// Who finds a lane free leads it for one turn: it applies its own message and those that waited with it, answers them,
/// and hands the lane to the first that waits then.
final class FeedLanes: Sendable {
    /// Messages of one transaction at most.
    static let longest = 16

    private let state: Mutex<State>

    private struct State {
        var free: Int
        var waiting: [Waiting] = []
        /// Messages of the next transaction at most: few while most of them concern each other, as admissions into one bed
        /// do, because each of those must see what the one before has written.
        var length = FeedLanes.longest
    }

    /// A message that waits, or whose turn it is.
    struct Waiting: Sendable {
        let entry: FeedEntry
        let answer: CheckedContinuation<Turn, Never>
        /// It failed among others, and is tried by itself.
        var isAlone = false
    }

    /// What a waiting message gets.
    enum Turn: Sendable {
        case done(Result<FeedOutcome, Problem>)
        /// To lead a lane, with these.
        case lead([Waiting])
    }

    /// - Parameter count: transactions at once.
    init(_ count: Int) {
        state = Mutex(State(free: max(1, count)))
    }

    /// Waits until the message has been applied by another's lead, or is to lead.
    func take(_ entry: FeedEntry) async -> Turn {
        await withCheckedContinuation { answer in
            let leads = state.withLock { state in
                guard state.free > 0 else {
                    state.waiting.append(Waiting(entry: entry, answer: answer))
                    return false
                }
                state.free -= 1
                return true
            }
            if leads { answer.resume(returning: .lead([])) }
        }
    }

    /// How many wait.
    var waitingCount: Int { state.withLock(\.waiting.count) }

    /// Ends a turn.
    ///
    /// - Parameters:
    ///   - returned: those of its messages that are still to be applied, before all others.
    ///   - count: how many it had.
    func leave(_ returned: [Waiting], of count: Int) {
        let next = state.withLock { state -> [Waiting] in
            if returned.count * 2 > count {
                state.length = max(1, state.length / 2)
            } else if returned.isEmpty {
                state.length = min(Self.longest, state.length * 2)
            }
            state.waiting.insert(contentsOf: returned, at: 0)
            guard let first = state.waiting.first else {
                state.free += 1
                return []
            }
            let group = first.isAlone ? [first] : Array(state.waiting.prefix(state.length).prefix { !$0.isAlone })
            state.waiting.removeFirst(group.count)
            return group
        }
        next.first?.answer.resume(returning: .lead(Array(next.dropFirst())))
    }
}
