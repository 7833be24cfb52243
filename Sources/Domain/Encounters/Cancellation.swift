/// Which movements of a stay are undone, and by which cancels.
///
/// A cancel undoes the latest event of its kind that happened at or before the time it names, was recorded no later
/// than the cancel, and is not undone yet. With EVN-6 that time is when the event happened, so it finds exactly that
/// one; without, it is when the cancel was made, so it finds the last one before. A time sent to the minute names all of
/// that minute. What was entered after a cancel is never meant by it: a bed corrected by A11 and a new A01 of the same
/// time keeps the new one.
///
/// The same event sent twice is undone as one. A cancel that names exactly what is undone already is a repeat.
struct Cancellation {
    /// The cancel that undid a movement, by the movement's identity.
    private(set) var undone: [MovementID: Movement] = [:]
    /// What each cancel undid: of events sent more than once, the first.
    private(set) var matches: [(cancel: Movement, event: Movement)] = []
    private(set) var unmatched: [Movement] = []

    /// - Parameter movements: without repeats, in the order in which they happened.
    init(_ movements: [Movement]) {
        let events = movements.filter { !$0.kind.isCancel }
        let cancels = movements.filter(\.kind.isCancel).sorted { a, b in
            (a.occurred, a.recorded, a.id) < (b.occurred, b.recorded, b.id)
        }
        for cancel in cancels { match(cancel, among: events) }
    }

    private mutating func match(_ cancel: Movement, among events: [Movement]) {
        for kinds in cancel.kind.undoes {
            let candidates = events.filter { event in
                kinds.contains(event.kind) && event.occurred < cancel.endOfSpan && event.recorded <= cancel.recorded
                    && !Self.isRestored(event, by: cancel)
            }
            let live = candidates.filter { undone[$0.id] == nil }
            let isRepeat =
                candidates.contains { $0.occurred >= cancel.occurred }
                && !live.contains { $0.occurred >= cancel.occurred }
            if isRepeat { return }
            guard let event = live.max(by: { Self.isLessLikely($0, than: $1, meantBy: cancel) }) else { continue }
            for twin in live where twin.isSameEvent(as: event) { undone[twin.id] = cancel }
            matches.append((cancel, event))
            return
        }
        unmatched.append(cancel)
    }

    /// Whether a cancelled transfer (A12) leaves the patient where this earlier one had led: PV1-3 is then where the patient
    /// is again, and EVN-6 names another time. What it cancels has not come yet.
    private static func isRestored(_ event: Movement, by cancel: Movement) -> Bool {
        cancel.kind == .cancelTransfer && cancel.occurred != cancel.recorded && event.endOfSpan <= cancel.occurred
            && event.location != nil && event.location == cancel.location
    }

    /// The later event is the likelier; of events at one time, one that was entered before the cancel, and of those the
    /// one entered last.
    private static func isLessLikely(_ a: Movement, than b: Movement, meantBy cancel: Movement) -> Bool {
        func rank(_ event: Movement) -> (Int64, Int, Int64, MovementID) {
            let isBefore = (event.recorded, event.id) < (cancel.recorded, cancel.id)
            return (event.occurred, isBefore ? 1 : 0, event.recorded, event.id)
        }
        return rank(a) < rank(b)
    }
}
