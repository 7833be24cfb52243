import Domain
import TestSupport

/// Makes plausible histories of one stay, as a ward clerk would write them: what really happened, and the messages that
/// tell of it, with cancels, corrections, late entries and repeats.
struct HistoryMaker {
    private var random: SeededRandom
    private var clock: Int64 = 0
    private var counter = 0
    private let places = ["A", "B", "C", "D", "E"]
    /// What was sent, in the order in which it was entered.
    private(set) var messages: [Movement] = []
    /// What of it was so.
    private(set) var truth: [Movement] = []

    /// - Parameters:
    ///   - hasLateEntries: whether some events are entered after later ones.
    ///   - transfers: how many at most.
    init(seed: Int, hasLateEntries: Bool = true, transfers: Int = 6) {
        random = SeededRandom(seed)
        if random.chance(20) { happen(.preAdmit, random.pick(places)) }
        let isRegistered = random.chance(30)
        if isRegistered { happen(.register, random.pick(places)) }
        if !isRegistered || random.chance(50) { happen(.admit, random.pick(places)) }
        if messages.last?.kind == .admit, random.chance(6) {
            cancelLast()
            return
        }
        for _ in 0..<Int.random(in: 0...transfers, using: &random) { step(hasLateEntries) }
        if random.chance(70) { happen(.discharge, nil) }
    }

    private mutating func step(_ hasLateEntries: Bool) {
        if hasLateEntries, random.chance(15) { return enterLate() }
        switch Int.random(in: 0..<10, using: &random) {
        case 0: happen(.toInpatient, random.chance(50) ? random.pick(places) : nil)
        case 1: happen(.toOutpatient, nil)
        case 2:
            happen(.discharge, nil, isKept: false)
        case 3: happen(.swap, random.pick(places))
        default: happen(.transfer, random.pick(places))
        }
    }

    /// Something happens and is entered at once; now and then it is entered wrongly first, cancelled, and entered again.
    private mutating func happen(_ kind: Movement.Kind, _ place: String?, isKept: Bool = true) {
        clock += Int64.random(in: 1...9, using: &random)
        let time = clock
        if !isKept || (kind.isCorrectable && random.chance(25)) {
            send(kind, at: time, place.map { _ in random.pick(places) })
            cancelLast()
            if !isKept { return }
            clock += 1
        }
        // What is entered again keeps the time of the event (EVN-6).
        send(kind, at: time, place)
        if let last = messages.last { truth.append(last) }
    }

    private mutating func cancelLast() {
        guard let last = messages.last, let kind = last.kind.cancel else { return }
        clock += 1
        truth.removeAll { $0.id == last.id }
        send(kind, at: random.chance(50) ? last.occurred / minute : clock, nil)
    }

    /// A transfer between the last two events that is entered only now.
    private mutating func enterLate() {
        guard let last = truth.last, last.kind != .discharge, last.kind != .preAdmit, truth.count > 1 else { return }
        let before = truth[truth.count - 2].occurred / minute
        guard last.occurred / minute - before > 1, truth[truth.count - 2].kind != .preAdmit else { return }
        clock += 1
        send(.transfer, at: before + 1, random.pick(places))
        if let late = messages.last { truth.insert(late, at: truth.count - 1) }
    }

    private mutating func send(_ kind: Movement.Kind, at time: Int64, _ place: String?) {
        counter += 1
        let message = movement(kind, at: time, place, recorded: clock, id: "S|\(counter)")
        messages.append(message)
    }

    /// Some messages once more, under the same control id or a new one.
    mutating func repeatSome() {
        for message in messages where random.chance(20) {
            var copy = message
            if random.chance(50) {
                counter += 1
                copy.id = MovementID("S|\(counter)")
            }
            messages.append(copy)
        }
    }
}

extension Movement.Kind {
    fileprivate var cancel: Movement.Kind? {
        switch self {
        case .admit, .register: .cancelAdmit
        case .transfer, .swap: .cancelTransfer
        case .discharge: .cancelDischarge
        default: nil
        }
    }

    fileprivate var isCorrectable: Bool { cancel != nil }
}
