import Domain
import TestSupport
import Testing

@Suite("Whatever is claimed, by whom and in whatever order")
struct ArrangementPropertyTests {
    private static let beds = ["b", "c", "d"]
    private static let encounters = ["1", "2", "3", "3'", "4"]
    private static let mothers = ["4": "1"]

    private func world() -> WardWorld { WardWorld(beds: Self.beds, after: .housekeeping, mothers: Self.mothers) }

    private func story(_ seed: Int, _ steps: Int) -> [WardMessage] {
        WardStory(seed: seed, encounters: Self.encounters, beds: Self.beds, steps: steps).messages
    }

    private func run(_ messages: [WardMessage]) throws -> WardWorld {
        var world = world()
        for message in messages { try world.take(message) }
        return world
    }

    private func isSame(_ a: WardWorld, _ b: WardWorld) -> Bool {
        a.outcome == b.outcome && a.held == b.held && a.statuses == b.statuses
    }

    @Test("every order of arrival ends in the same occupants and the same ended stays")
    func everyOrder() throws {
        for seed in 0..<15 {
            let messages = story(seed, 5)
            let expected = try run(messages)
            for order in permutations(of: messages) {
                let world = try run(order)
                guard !isSame(world, expected) else { continue }
                Issue.record("seed \(seed): \(world.outcome) is not \(expected.outcome)")
                return
            }
        }
    }

    @Test("many orders of long stories end alike, and every step keeps one party to a bed")
    func shuffled() throws {
        var random = SeededRandom(11)
        var conflicts = 0
        for seed in 0..<30 {
            let messages = story(seed, 20)
            let expected = try run(messages)
            conflicts += expected.conflictsOpened
            #expect(expected.complaints.isEmpty, "seed \(seed)")
            for _ in 0..<5 {
                let world = try run(messages.shuffled(using: &random))
                #expect(world.complaints.isEmpty, "seed \(seed)")
                guard !isSame(world, expected) || world.conflicts != expected.conflicts else { continue }
                Issue.record("seed \(seed): \(world.outcome) is not \(expected.outcome)")
                return
            }
        }
        // A story without collisions would prove little.
        #expect(conflicts > 60)
    }

    @Test("messages that arrive twice or more end in the same ward")
    func repeated() throws {
        var random = SeededRandom(12)
        for seed in 0..<30 {
            let messages = story(seed, 15)
            let expected = try run(messages)
            let more = (messages + messages.filter { _ in random.chance(40) }).shuffled(using: &random)
            let world = try run(more)
            #expect(isSame(world, expected), "seed \(seed)")
            #expect(world.complaints.isEmpty, "seed \(seed)")
        }
    }

    @Test("where claims are refused, nobody is moved out, and feeds and people together keep one party to a bed")
    func refusals() throws {
        var random = SeededRandom(13)
        var refused = 0
        for seed in 0..<60 {
            var world = world()
            let isMixed = seed.isMultiple(of: 2)
            for message in story(seed, 25) {
                let before = world.held
                let policy: OccupancyPolicy = isMixed && random.chance(50) ? .newerWins : .refuse
                do {
                    try world.take(message, by: policy)
                } catch {
                    refused += 1
                    #expect(world.held == before)
                    continue
                }
                guard policy == .refuse else { continue }
                let written = Set(message.movements.map { EncounterID($0.encounter) })
                for (bed, holders) in before where !isMixed {
                    let moved = holders.subtracting(written).subtracting(world.held[bed] ?? [])
                    #expect(moved.isEmpty, "seed \(seed)")
                }
            }
            #expect(world.complaints.isEmpty, "seed \(seed)")
        }
        #expect(refused > 60)
    }
}
