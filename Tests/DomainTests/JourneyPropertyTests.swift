import Domain
import TestSupport
import Testing

@Suite("Whatever order the messages of a stay arrive in")
struct JourneyPropertyTests {
    @Test("every order of up to six messages tells one journey")
    func everyOrder() {
        var count = 0
        for seed in 0..<120 {
            var maker = HistoryMaker(seed: seed, transfers: 3)
            if seed.isMultiple(of: 2) { maker.repeatSome() }
            guard maker.messages.count <= 6 else { continue }
            count += 1
            let expected = Journey(maker.messages)
            for order in permutations(of: maker.messages) where Journey(order) != expected {
                Issue.record(
                    "seed \(seed): \(order.map(\.id.rawValue)) tells \(Sight(Journey(order))), not \(Sight(expected))")
                return
            }
        }
        #expect(count > 40)
    }

    @Test("many orders of longer stays tell one journey")
    func shuffled() {
        var random = SeededRandom(7)
        for seed in 0..<150 {
            var maker = HistoryMaker(seed: seed)
            maker.repeatSome()
            let expected = Journey(maker.messages)
            for _ in 0..<30 where Journey(maker.messages.shuffled(using: &random)) != expected {
                Issue.record("seed \(seed) depends on the order")
                return
            }
        }
    }

    @Test("messages taken as they were entered tell what a clerk's sheet tells")
    func simulation() {
        for seed in 0..<1500 {
            let maker = HistoryMaker(seed: seed, hasLateEntries: false)
            var simulation = WardSimulation()
            for (number, message) in maker.messages.enumerated() {
                simulation.take(message)
                let journey = Journey(maker.messages[...number])
                guard Sight(journey) != simulation.sheet else { continue }
                Issue.record("seed \(seed), message \(number): \(Sight(journey)) is not \(simulation.sheet)")
                return
            }
        }
    }

    @Test("cancels, corrections, late entries and repeats tell what really happened")
    func truth() {
        for seed in 0..<1500 {
            var maker = HistoryMaker(seed: seed)
            maker.repeatSome()
            guard !maker.truth.isEmpty, !maker.truth.allSatisfy({ $0.kind == .preAdmit }) else { continue }
            var simulation = WardSimulation()
            for event in maker.truth { simulation.take(event) }
            guard Sight(Journey(maker.messages)) != simulation.sheet else { continue }
            Issue.record("seed \(seed): \(Sight(Journey(maker.messages))) is not \(simulation.sheet)")
            return
        }
    }

    @Test("no journey has entries that end before they start, or two that are active")
    func sound() {
        for seed in 0..<1000 {
            var random = SeededRandom(seed)
            var maker = HistoryMaker(seed: seed)
            maker.repeatSome()
            // What arrives may be any part of it.
            let some = maker.messages.filter { _ in random.chance(60) }
            let journey = Journey(some)
            #expect(journey.stays.count == journey.causes.count)
            #expect(journey.stays.filter { $0.status == .active }.count <= 1)
            #expect(!journey.period.endsBeforeStart)
            #expect(journey.stays.allSatisfy { !$0.period.endsBeforeStart })
            #expect(journey.status.holdsBeds || !journey.stays.contains { $0.status == .active })
        }
    }
}
