import Foundation
import TestSupport
import Testing
import Translation

/// A day of a hospital, sent over MLLP, and its bed board read over FHIR. `MEDICONNECT_HOSPITAL_DAY=full` has all happen
/// that happens in such a hospital.
@Suite("One day of a 400-bed hospital", .serialized)
struct HospitalDayTests {
    private static let size: HospitalDay.Size =
        ProcessInfo.processInfo.environment["MEDICONNECT_HOSPITAL_DAY"] == "full" ? .full : .short

    @Test("the bed board is right at every hour, and each conflict is warned of")
    func everyHour() async throws {
        let day = HospitalDay(seed: 400, size: Self.size)
        #expect(Hospital.beds.count == 400)
        try await Self.run { port, client in
            var arrived: [DayMessage] = []
            for hour in 0..<24 {
                let messages = day.messages(in: hour)
                let before = BedBoard(of: arrived)
                let answers = try await Self.send(messages, to: port)
                arrived += messages
                let board = BedBoard(of: arrived)
                Self.compare(board, try await BedBoard(readFrom: client), at: "\(hour + 1):00")
                Self.check(answers, to: messages, from: before, to: board)
            }
            #expect(arrived.count == day.messages.count)
        }
        print("hospital day: \(day)")
    }

    @Test("in whatever order a day's messages come, the bed board at midnight is the same")
    func anyOrder() async throws {
        let day = HospitalDay(seed: 17, size: Self.size)
        try await Self.run { port, client in
            for (_, answer) in try await Self.send(day.shuffled(seed: 4), to: port) {
                #expect(answer.code == "AA", "\(answer)")
            }
            // What a report contradicts depends on who is known to be in the bed when it comes.
            var board = BedBoard(of: day.messages)
            board.conflicts = board.conflicts.filter { $0.kind == .twoParties }
            Self.compare(board, try await BedBoard(readFrom: client), at: "midnight, shuffled")
        }
    }

    private static func run(_ body: (Int, Client) async throws -> Void) async throws {
        let port = try RawConnection.unusedPort()
        try await House.with {
            $0.mllpPort = port
            $0.senders = [SenderSettings(sharedLocations: Hospital.placeholders)]
        } _: { house in
            try await body(port, house.client)
            try await house.maintenance().rebuild(checkOnly: true)
        }
    }

    /// On eight connections, in order of arrival on each.
    ///
    /// - Returns: each message with its answer.
    private static func send(_ messages: [DayMessage], to port: Int) async throws -> [(DayMessage, Feed.Answer)] {
        var queues = [[DayMessage]](repeating: [], count: 8)
        for message in messages {
            queues[message.thread.utf8.reduce(5) { ($0 &* 31 &+ Int($1)) & 0xFFFF } % 8].append(message)
        }
        let answers = try await MLLPConversation.send(queues.map { $0.map { Array($0.text.utf8) } }, to: port)
        return zip(queues, answers).flatMap { zip($0, $1.map(Feed.Answer.init)) }
    }

    private static func compare(_ expected: BedBoard, _ found: BedBoard, at moment: String) {
        let differences = expected.differences(from: found, at: moment)
        #expect(
            differences.isEmpty, "\(differences.count) differences:\n\(differences.prefix(20).joined(separator: "\n"))")
    }

    /// All are accepted. Whoever is told of a new conflict was sending of its bed; a warning without a conflict at the
    /// hour's end is one that another message of the hour has settled, and none comes with what moves nobody.
    private static func check(
        _ answers: [(DayMessage, Feed.Answer)], to messages: [DayMessage], from before: BedBoard, to after: BedBoard
    ) {
        #expect(answers.count == messages.count)
        var warned: Set<Place> = []
        var told: Set<String> = []
        for (message, answer) in answers {
            #expect(answer.code == "AA", "\(answer)")
            #expect(answer.controlID == message.control)
            guard !answer.errors.isEmpty else { continue }
            warned.formUnion(message.beds)
            told.formUnion(message.event.people.compactMap(\.visit))
            #expect(answer.errors.allSatisfy { $0.contains("|W|") }, "\(answer)")
            #expect(!["A05", "A08", "A28", "A31", "R01"].contains(message.event.trigger), "\(message.text): \(answer)")
        }
        for conflict in after.conflicts.subtracting(before.conflicts) {
            #expect(
                warned.contains(conflict.bed) || told.contains(conflict.visit), "nobody was warned of \(conflict)")
        }
    }
}
