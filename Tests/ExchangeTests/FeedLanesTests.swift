import Domain
import Store
import Testing

@testable import Exchange

@Suite("Messages that share a transaction", .serialized)
struct FeedLanesTests {
    private static func entry(_ number: Int64) -> FeedEntry {
        FeedEntry(
            message: FeedMessage(number: number, drafts: [], movements: [], occurred: 0, policy: .newerWins),
            origin: Origin(principal: "test", channel: .hl7v2), finish: { _ in ([], []) })
    }

    /// The numbers of the others that a message leads; nil where it was applied by another's lead.
    private static func numbers(_ turn: FeedLanes.Turn) -> [Int64]? {
        guard case .lead(let others) = turn else { return nil }
        return others.map(\.entry.message.number)
    }

    /// Lets a message wait, and returns when it does.
    private static func waiting(_ number: Int64, in lanes: FeedLanes) async -> Task<FeedLanes.Turn, Never> {
        let before = lanes.waitingCount
        let task = Task { await lanes.take(entry(number)) }
        while lanes.waitingCount == before { await Task.yield() }
        return task
    }

    @Test("one at a time each leads by itself and nobody waits")
    func alone() async {
        let lanes = FeedLanes(1)
        for number in 1...3 {
            #expect(Self.numbers(await lanes.take(Self.entry(Int64(number)))) == [])
            lanes.leave([], of: 1)
        }
    }

    @Test("what comes while all lanes are busy is led together by the first of it, in the order of its coming")
    func together() async {
        let lanes = FeedLanes(2)
        #expect(Self.numbers(await lanes.take(Self.entry(1))) == [])
        #expect(Self.numbers(await lanes.take(Self.entry(2))) == [])
        var tasks: [Task<FeedLanes.Turn, Never>] = []
        for number in 3...5 { tasks.append(await Self.waiting(Int64(number), in: lanes)) }
        lanes.leave([], of: 1)
        let turn = await tasks[0].value
        #expect(Self.numbers(turn) == [4, 5])
        guard case .lead(let others) = turn else { return }
        for other in others { other.answer.resume(returning: .done(.success(FeedOutcome()))) }
        for task in tasks.dropFirst() { #expect(Self.numbers(await task.value) == nil) }
    }

    @Test("what could not be applied with the others comes before all that wait; what failed among them comes alone")
    func returned() async {
        let lanes = FeedLanes(1)
        #expect(Self.numbers(await lanes.take(Self.entry(1))) == [])
        var tasks: [Task<FeedLanes.Turn, Never>] = []
        for number in 2...4 { tasks.append(await Self.waiting(Int64(number), in: lanes)) }
        lanes.leave([], of: 1)
        guard case .lead(var group) = await tasks[0].value else {
            Issue.record("2 does not lead")
            return
        }
        #expect(group.map(\.entry.message.number) == [3, 4])
        tasks.append(await Self.waiting(5, in: lanes))
        group[1].isAlone = true
        lanes.leave(group, of: 3)
        #expect(Self.numbers(await tasks[1].value) == [])
        lanes.leave([], of: 1)
        #expect(Self.numbers(await tasks[2].value) == [])
        lanes.leave([], of: 1)
        #expect(Self.numbers(await tasks[3].value) == [])
        lanes.leave([], of: 1)
    }

    @Test("where most concern each other, fewer are tried together, and more again when they do not")
    func length() async {
        let lanes = FeedLanes(1)
        #expect(Self.numbers(await lanes.take(Self.entry(0))) == [])
        var tasks: [Task<FeedLanes.Turn, Never>] = []
        for number in 1...40 { tasks.append(await Self.waiting(Int64(number), in: lanes)) }
        lanes.leave([], of: 1)
        var lengths: [Int] = []
        for task in tasks {
            guard case .lead(let others) = await task.value else { break }
            lengths.append(others.count + 1)
            lanes.leave(others, of: others.count + 1)
        }
        #expect(lengths.prefix(5) == [16, 8, 4, 2, 2])
        #expect(lengths.count == 40)
    }
}
