import Postgres
import TestSupport
import Testing

@testable import Store

@Suite("The message log")
struct MessageLogTests {
    /// 20,000 messages of 40 senders, one a second; one in a hundred is not applied, one in a thousand of a rare event.
    private static let filling = """
        insert into message (received, channel, sender, control_id, event, digest, raw, attempts)
        select timestamptz '2026-03-01 00:00Z' + n * interval '1 second', 2, 'HIS|FAC' || n % 40, 'C' || n,
            case when n % 1000 = 7 then 'MDM^T02' else 'ADT^A08' end, sha256(n::text::bytea), 'MSH|'::bytea, 1
        from generate_series(1, 20000) n;
        insert into message_result (seq, outcome, patient, decided)
        select seq, case when seq % 100 = 7 then 'parked' else 'applied' end, 'p' || seq % 500, received from message;
        analyze message, message_result
        """

    /// 2026-03-01T00:00:00Z.
    private static let start: Int64 = 1_772_323_200_000_000

    private static func plan(_ search: MessageSearch, _ store: Store) async throws -> String {
        let query = search.query()
        let statement = Statement("explain " + query.statement.sql, query.statement.parameterTypes, reuse: .once)
        return try await store.pool.withConnection { connection in
            try await connection.query(Query(statement, query.parameters)).map { try $0.text(0) }
                .joined(separator: "\n")
        }
    }

    @Test("the usual filters walk an index, not the log")
    func plans() async throws {
        try await Record.with { record in
            for part in Self.filling.split(separator: ";") { _ = try await record.sql(String(part)) }
            let searches: [(String, (inout MessageSearch) -> Void)] = [
                ("message_key", { _ in }),
                ("message_key", { $0.before = 500 }),
                ("message_result_outcome", { $0.outcomes = [.parked] }),
                ("message_sender", { $0.sender = "HIS|FAC7" }),
                ("message_event", { $0.event = "MDM^T02" }),
                ("message_control", { $0.controlID = "C4711" }),
                ("message_result_patient", { $0.patients = ["p7"] }),
                ("message_received", { $0.until = Self.start + 600_000_000 }),
                ("message_received", { $0.since = Self.start + 19_000_000_000 }),
            ]
            for (index, adjust) in searches {
                var search = MessageSearch()
                adjust(&search)
                let plan = try await Self.plan(search, record.store)
                print("\(search.query().statement.sql)\n\(plan)\n")
                #expect(plan.contains(index), "\(plan)")
                #expect(!plan.contains("Seq Scan on message"), "\(plan)")
            }
        }
    }

    @Test("filters find what they name, newest first, page after page while others arrive")
    func filters() async throws {
        try await Record.with { record in
            for part in Self.filling.split(separator: ";") { _ = try await record.sql(String(part)) }
            let find = { (adjust: (inout MessageSearch) -> Void) in
                var search = MessageSearch()
                search.count = 1000
                adjust(&search)
                return try await record.store.messages(search).map(\.number)
            }
            #expect(try await find { $0.outcomes = [.parked] }.count == 200)
            #expect(try await find { $0.outcomes = [.parked, .refused] }.first == 19_907)
            #expect(try await find { $0.sender = "HIS|FAC7" }.count == 500)
            #expect(try await find { $0.sender = "HIS" }.count == 1000)
            #expect(try await find { $0.sender = "HI" }.isEmpty)
            #expect(try await find { $0.event = "MDM^T02" }.count == 20)
            #expect(try await find { $0.controlID = "C4711" } == [4711])
            #expect(try await find { $0.patients = ["p7", "p8"] }.count == 80)
            #expect(try await find { $0.until = Self.start + 10_000_000 } == Array((1...9).reversed()))
            #expect(
                try await find { $0.since = Self.start + 19_998_000_000 } == Array((19_998...20_000).reversed()))
            let first = try await find { $0.count = 3 }
            #expect(first == [20_000, 19_999, 19_998])
            _ = try await record.sql(
                """
                insert into message (received, channel, sender, control_id, digest, raw, attempts)
                values (now(), 2, 'HIS|FAC1', 'new', sha256('new'), 'MSH|', 1)
                """)
            #expect(try await find { $0.outcomes = [.received] } == [20_001])
            #expect(try await find { $0.outcomes = [.received, .parked] }.count == 201)
            #expect(try await find { $0.outcomes = [.applied] }.first == 20_000)
            #expect(
                try await find {
                    $0.count = 3
                    $0.before = 19_998
                } == [19_997, 19_996, 19_995])
        }
    }
}
