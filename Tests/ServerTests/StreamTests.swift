import TestSupport
import Testing

/// Messages of other hospitals over MLLP, where the reference data lies beside the project.
@Suite("Real feeds", .enabled(if: ForeignMessages.areHere, "the reference data is not here"))
struct StreamTests {
    @Test("1,013 messages are in the record, each once, and alike whether they come on one connection or on eight")
    func stream() async throws {
        let messages = try ForeignMessages.stream()
        #expect(messages.count == 1013)
        async let first = Self.run(messages, connections: 1)
        async let second = Self.run(messages, connections: 8)
        let (one, eight) = try await (first, second)
        for run in [one, eight] {
            #expect(run.codes == ["AA": 1010, "AR 200": 2, "AR 201": 1])
            let counts = [
                "Patient": 401, "Encounter": 400, "Observation": 3323, "DiagnosticReport": 610, "Provenance": 1010,
            ]
            for (type, count) in counts { #expect(run.record.resources[type]?.count == count, "\(type)") }
            #expect(run.withoutVisit == 218)
        }
        #expect(one.answers == eight.answers)
        // Alone each has a transaction of its own; together some share one.
        #expect(one.transactions == 1010)
        #expect(eight.transactions < 1010)
        #expect(Set(one.record.resources.keys) == Set(eight.record.resources.keys))
        for (type, contents) in one.record.resources {
            let others = eight.record.resources[type] ?? []
            let difference = zip(contents, others).first { $0 != $1 }
            #expect(contents.count == others.count && difference == nil, "\(type): \(difference ?? ("", ""))")
        }
        print("simhospital:", one.record.resources.mapValues(\.count).sorted { $0.key < $1.key })
    }

    private struct Run {
        /// How often which answer came, a refusal with its condition.
        let codes: [String: Int]
        /// By control id, without the header, which has the time.
        let answers: [String: String]
        let record: PlainRecord
        /// Messages of which the conversion report says that they name no visit.
        let withoutVisit: Int
        /// In how many transactions the messages were applied.
        let transactions: Int
    }

    private static func run(_ messages: [[UInt8]], connections: Int) async throws -> Run {
        let port = try RawConnection.unusedPort()
        return try await House.with {
            $0.mllpPort = port
        } _: { house in
            let answers = try await MLLPConversation.send(queues(messages, connections), to: port).joined()
                .map(Feed.Answer.init)
            let counted = try await house.sql(
                "select count(*) from message_result where report like '%There is no visit number%'")
            let transactions = try await house.sql(
                """
                select count(distinct r.txn) from resource r
                join resource_type t on t.code = r.type and t.name = 'Provenance'
                """)
            let run = Run(
                codes: codes(answers),
                answers: Dictionary(
                    answers.map { ($0.controlID, $0.segments.dropFirst().map { $0.joined(separator: "|") }.joined()) },
                    uniquingKeysWith: +),
                record: try await PlainRecord(of: house), withoutVisit: Int(try counted.first?.int8(0) ?? 0),
                transactions: Int(try transactions.first?.int8(0) ?? 0))
            try await house.maintenance().rebuild(checkOnly: true)
            return run
        }
    }

    /// A patient's messages on one connection, in order.
    private static func queues(_ messages: [[UInt8]], _ count: Int) -> [[[UInt8]]] {
        var queues = [[[UInt8]]](repeating: [], count: count)
        for message in messages {
            let person = message.split(separator: 0x0D).first { $0.starts(with: "PID|".utf8) } ?? []
            let number = person.split(separator: UInt8(ascii: "|"), omittingEmptySubsequences: false).dropFirst(3).first
            queues[Int((number ?? []).reduce(UInt(5)) { ($0 &* 31) &+ UInt($1) } % UInt(count))].append(message)
        }
        return queues
    }

    private static func codes(_ answers: some Sequence<Feed.Answer>) -> [String: Int] {
        answers.reduce(into: [:]) { codes, answer in
            codes[[answer.code, answer.condition].compactMap(\.self).joined(separator: " "), default: 0] += 1
        }
    }

    @Test("every message of other projects is answered, accepted or refused for a reason, and the server goes on")
    func others() async throws {
        let messages = try ForeignMessages.others()
        #expect(messages.count > 1000)
        let port = try RawConnection.unusedPort()
        try await House.with {
            $0.mllpPort = port
        } _: { house in
            var queues = [[[UInt8]]](repeating: [], count: 4)
            for (number, message) in messages.enumerated() { queues[number % 4].append(message) }
            let answers = try await MLLPConversation.send(queues, to: port).joined().map(Feed.Answer.init)
            #expect(answers.count == messages.count)
            for answer in answers {
                #expect(["AA", "AE", "AR"].contains(answer.code), "\(answer)")
                #expect(answer.code == "AA" || answer.condition != nil, "\(answer)")
                #expect(answer.code != "AR" || answer.condition != "207", "put off: \(answer)")
            }
            let stored = try await house.sql("select outcome, count(*) from message_log group by 1 order by 1")
            #expect(try await house.client.get("/health/ready").status == 200)
            try await house.maintenance().rebuild(checkOnly: true)
            print(
                "other messages:", messages.count, Self.codes(answers).sorted { $0.key < $1.key },
                try stored.map { "\(try $0.text(0)) \(try $0.int8(1))" })
        }
    }
}

extension Feed.Answer {
    /// The condition (table 0357) of a refusal: ERR-3 from version 2.5, ERR-1.4 before.
    fileprivate var condition: String? {
        guard code != "AA", let error = segments.first(where: { $0[0] == "ERR" }) else { return nil }
        let delimiters = segments[0].dropFirst().first ?? ""
        let part = { (text: String?, number: Int, delimiter: Character?) -> String? in
            text?.split(separator: delimiter ?? "^", omittingEmptySubsequences: false).dropFirst(number - 1).first
                .map(String.init)
        }
        let old = part(part(error.dropFirst().first, 4, delimiters.first), 1, delimiters.dropFirst(3).first ?? "&")
        let condition = old ?? part(error.dropFirst(3).first, 1, delimiters.first)
        return condition.map { String($0.prefix { $0.isNumber }) }
    }
}
