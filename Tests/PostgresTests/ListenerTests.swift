import Postgres
import TestSupport
import Testing

@Suite("LISTEN")
struct ListenerTests {
    @Test("what is notified is heard, on channels of any name")
    func heard() async throws {
        let database = try await TestCluster.shared.database()
        let shared = try database.shared()
        let listener = try Listener(configuration: database.configuration(), channels: ["outbox", "Odd \"name\""])
        var events = listener.events.makeAsyncIterator()
        guard case .listening(reconnected: false) = await events.next() else {
            Issue.record("not listening")
            return
        }
        let notify = Statement("select pg_notify($1, $2)", [.text, .text])
        _ = try await shared.run(notify(.text("outbox"), .text("42")))
        _ = try await shared.run(notify(.text("Odd \"name\""), .text("Zoë")))
        _ = try await shared.run(notify(.text("other"), .text("unheard")))
        _ = try await shared.run(notify(.text("outbox"), .text("")))
        var heard: [String] = []
        while heard.count < 3, case .notification(let notification) = await events.next() {
            heard.append("\(notification.channel): \(notification.payload)")
        }
        #expect(heard == ["outbox: 42", "Odd \"name\": Zoë", "outbox: "])
        listener.close()
        #expect(await events.next() == nil)
    }

    @Test("a listener whose session is ended says so, comes back, and says that")
    func reconnects() async throws {
        let database = try await TestCluster.shared.database()
        let shared = try database.shared()
        let listener = try Listener(configuration: database.configuration(), channels: ["a"])
        var events = listener.events.makeAsyncIterator()
        guard case .listening(reconnected: false) = await events.next() else {
            Issue.record("not listening")
            return
        }
        _ = try await shared.run(
            Query(
                "select pg_terminate_backend(pid) from pg_stat_activity "
                    + "where datname = current_database() and pid <> pg_backend_pid()"))
        guard case .lost = await events.next(), case .listening(reconnected: true) = await events.next() else {
            Issue.record("not back")
            return
        }
        _ = try await shared.run(Query("notify a, 'x'"))
        guard case .notification(let notification) = await events.next() else {
            Issue.record("not heard")
            return
        }
        #expect(notification.payload == "x")
        listener.close()
    }

    @Test("a listener nobody holds any more ends its session")
    func forgotten() async throws {
        let database = try await TestCluster.shared.database()
        let shared = try database.shared()
        let sessions =
            "select count(*) from pg_stat_activity where datname = current_database()"
            + " and pid <> pg_backend_pid()"
        var listener: Listener? = try Listener(configuration: database.configuration(), channels: ["a"])
        #expect(try await eventually { try await shared.number(sessions) == 1 })
        #expect(listener != nil)
        listener = nil
        #expect(try await eventually { try await shared.number(sessions) == 0 })
    }
}
