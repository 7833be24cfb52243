import TestSupport

/// One day of the hospital, written from a seed: what its systems send from midnight to midnight, in the order of
/// arrival.
struct HospitalDay: Sendable {
    /// How much happens beside the patients that are there at midnight.
    enum Size: Int, Sendable {
        /// Every hour has everything, of everything a little.
        case short = 3
        case full = 10
    }

    let messages: [DayMessage]

    init(seed: UInt64, size: Size) {
        var writer = DayWriter(seed: seed)
        writer.openAtMidnight()
        writer.plan(size)
        writer.run()
        messages = writer.messages.sorted { ($0.arrival, $0.control) < ($1.arrival, $1.control) }
    }

    /// The messages that come in the hour that begins at `hour`; what is late at the day's end comes in the last.
    func messages(in hour: Int) -> [DayMessage] {
        messages.filter { min($0.arrival / 3600, 23) == hour }
    }
}

extension HospitalDay: CustomStringConvertible {
    var description: String {
        let counts = Dictionary(grouping: messages, by: \.event.trigger).mapValues(\.count).sorted { $0.key < $1.key }
        return "\(messages.count) messages: " + counts.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    }

    /// The day's messages in any order, but that a newborn's stay in order with the mother's: whose child it is can only
    /// be said while the mother is there.
    func shuffled(seed: UInt64) -> [DayMessage] {
        var random = SeededRandom(state: seed)
        var shuffled = messages.shuffled(using: &random)
        let mothers = Dictionary(
            messages.flatMap(\.event.people).compactMap { person in person.mother.map { (person.mrn, $0) } }
        ) { first, _ in first }
        let parents = Set(mothers.values)
        func family(_ message: DayMessage) -> String? {
            message.event.people.lazy.compactMap { mothers[$0.mrn] ?? (parents.contains($0.mrn) ? $0.mrn : nil) }.first
        }
        var inOrder = Dictionary(grouping: messages) { family($0) ?? "" }.mapValues { $0[...] }
        for index in shuffled.indices {
            guard let name = family(shuffled[index]), let next = inOrder[name]?.popFirst() else { continue }
            shuffled[index] = next
        }
        return shuffled
    }
}
