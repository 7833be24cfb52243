import Domain
import TestSupport

/// Makes what a ward's feed may send: stays of several patients in few beds, so that they collide.
struct WardStory {
    private var random: SeededRandom
    private var clock: Int64 = 0
    private var counter = 0
    /// Where each patient of the story is, and the last move.
    private var places: [String: String] = [:]
    private var last: [String: Movement] = [:]
    private var isGone: Set<String> = []
    private let beds: [String]
    private(set) var messages: [WardMessage] = []

    init(seed: Int, encounters: [String], beds: [String], steps: Int) {
        random = SeededRandom(seed)
        self.beds = beds
        while messages.count < steps { step(random.pick(encounters)) }
    }

    private mutating func step(_ encounter: String) {
        // Now and then two things carry the same minute.
        if random.chance(80) { clock += Int64.random(in: 1...5, using: &random) }
        guard let place = places[encounter] else {
            if !isGone.contains(encounter) || random.chance(10) { send(encounter, .admit, random.pick(beds)) }
            return
        }
        switch Int.random(in: 0..<10, using: &random) {
        case 0...2: send(encounter, .transfer, random.pick(beds))
        case 3...4: send(encounter, .discharge, nil)
        case 5...6: cancelLast(encounter)
        case 7: swap(encounter, place)
        default: break
        }
    }

    private mutating func swap(_ encounter: String, _ place: String) {
        guard let other = places.keys.sorted().first(where: { $0 != encounter && places[$0] != place }),
            let there = places[other]
        else { return }
        let first = make(.swap, there, at: clock)
        let second = make(.swap, place, at: clock)
        messages.append(WardMessage(movements: [(encounter, first), (other, second)]))
        (places[encounter], places[other]) = (there, place)
        (last[encounter], last[other]) = (first, second)
    }

    private mutating func cancelLast(_ encounter: String) {
        guard let event = last[encounter], event.kind != .swap else { return }
        let cancels: [Movement.Kind: Movement.Kind] = [.admit: .cancelAdmit, .transfer: .cancelTransfer]
        guard let kind = cancels[event.kind] else { return }
        clock += 1
        let cancel = make(kind, nil, at: random.chance(50) ? event.occurred / minute : clock)
        messages.append(WardMessage(movements: [(encounter, cancel)]))
        last[encounter] = nil
        if kind == .cancelAdmit { places[encounter] = nil }
    }

    private mutating func send(_ encounter: String, _ kind: Movement.Kind, _ place: String?) {
        let event = make(kind, place, at: clock)
        messages.append(WardMessage(movements: [(encounter, event)]))
        last[encounter] = event
        places[encounter] = place
        if kind == .discharge { isGone.insert(encounter) }
    }

    private mutating func make(_ kind: Movement.Kind, _ place: String?, at time: Int64) -> Movement {
        counter += 1
        return movement(kind, at: time, place, recorded: clock, id: "S|\(counter)")
    }
}
