import Foundation
import TestSupport
import Testing
import Translation

/// A day of a hospital, sent over MLLP hour by hour, and its bed board read over FHIR.
@Suite("One day of a 400-bed hospital")
struct HospitalDayTests {
    /// `MEDICONNECT_HOSPITAL_DAY=full` has all happen that happens in such a hospital.
    private static let density = ProcessInfo.processInfo.environment["MEDICONNECT_HOSPITAL_DAY"] == "full" ? 1.0 : 0.2

    @Test("the bed board is right at every hour, and at the end as it is when everything comes in another order")
    func day() async throws {
        let day = HospitalDay(seed: 400, density: Self.density)
        #expect(Hospital.beds.count == 400)
        let ordered = day.messages.enumerated().sorted {
            ($0.element.arrival, $0.offset) < ($1.element.arrival, $1.offset)
        }
        .map(\.element)
        try await Self.run { port, client in
            var arrived: [DayMessage] = []
            for hour in 0...24 {
                let batch = ordered.filter { message in
                    let end = hour == 24 ? Int.max : hour * 3600
                    return message.arrival < end && (hour == 0 || message.arrival >= (hour - 1) * 3600)
                }
                try await Self.send(batch, to: port)
                arrived += batch
                try await Self.compare(arrived, client, at: "\(hour):00")
            }
            #expect(arrived.count == ordered.count)
        }
        var random = SplitMix(state: 17)
        let shuffled = Self.shuffled(ordered, by: &random)
        try await Self.run { port, client in
            try await Self.send(shuffled, to: port)
            try await Self.compare(ordered, client, at: "midnight, shuffled", contradictions: false)
        }
        let kinds = Dictionary(grouping: ordered, by: \.event.trigger).mapValues(\.count).sorted { $0.key < $1.key }
        print("hospital day: \(ordered.count) messages", kinds.map { "\($0.key) \($0.value)" }.joined(separator: ", "))
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

    /// In any order, but that a newborn's messages stay in order with the mother's: whose child it is can only be said
    /// while the mother is there.
    private static func shuffled(_ messages: [DayMessage], by random: inout SplitMix) -> [DayMessage] {
        let mothers = Dictionary(
            messages.flatMap(\.event.people).compactMap { person in person.mother.map { (person.mrn, $0) } }
        ) { first, _ in first }
        let parents = Set(mothers.values)
        func family(_ message: DayMessage) -> String? {
            message.event.people.lazy.compactMap { mothers[$0.mrn] ?? (parents.contains($0.mrn) ? $0.mrn : nil) }.first
        }
        var shuffled = messages.shuffled(using: &random)
        var inOrder = Dictionary(grouping: messages) { family($0) ?? "" }.mapValues { $0[...] }
        for index in shuffled.indices {
            guard let name = family(shuffled[index]), let next = inOrder[name]?.popFirst() else { continue }
            shuffled[index] = next
        }
        return shuffled
    }

    /// On eight connections, in order of arrival on each.
    private static func send(_ messages: [DayMessage], to port: Int) async throws {
        var queues = [[[UInt8]]](repeating: [], count: 8)
        for message in messages {
            let queue = message.thread.utf8.reduce(5) { ($0 &* 31 &+ Int($1)) & 0xFFFF } % 8
            queues[queue].append(Array(message.text.utf8))
        }
        for answer in try await MLLPConversation.send(queues, to: port).joined().map(Feed.Answer.init) {
            #expect(answer.code == "AA", "\(answer)")
        }
    }

    /// - Parameter contradictions: whether beds that were said to be empty with a patient in them are to be known. What
    ///   contradicts depends on what is known when it comes, so not where everything comes in another order.
    private static func compare(
        _ arrived: [DayMessage], _ client: Client, at moment: String, contradictions: Bool = true
    ) async throws {
        var expected = BedBoard(of: arrived)
        if !contradictions { expected.conflicts = expected.conflicts.filter { $0.kind == .twoParties } }
        let differences = expected.differences(from: try await BedBoard(readBy: client), at: moment)
        #expect(
            differences.isEmpty, "\(differences.count) differences:\n\(differences.prefix(20).joined(separator: "\n"))")
    }
}
