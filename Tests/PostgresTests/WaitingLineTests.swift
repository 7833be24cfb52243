import TestSupport
import Testing

@testable import Postgres

@Suite("Groups that wait for whichever connection comes free")
struct WaitingLineTests {
    private func two(_ database: TestDatabase, _ limits: SharedConnections.Limits) throws -> SharedConnections {
        try SharedConnections(configuration: database.configuration(), count: 2, limits: limits)
    }

    @Test("one behind a statement that does not end waits, all others are done by the other connection")
    func otherConnection() async throws {
        let database = try await TestCluster.shared.database()
        let shared = try two(database, .init(groupsAtOnce: 2))
        let other = try database.shared()
        try await other.block()
        async let first = shared.run(blocked)
        #expect(try await eventually { try await other.blockedCount() == 1 })
        let done = Counter()
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for number in 0..<200 {
                tasks.addTask {
                    let found = try await shared.number("select \(number)::int8")
                    #expect(found == Int64(number))
                    done.increment()
                }
            }
            #expect(await eventually { done.value >= 199 })
            try await other.unblock()
            try await tasks.waitForAll()
        }
        _ = try await first
        #expect(done.value == 200)
        #expect(shared.statistics.pending == 0)
    }

    @Test("what waits at the end is still done, what comes later is refused")
    func closing() async throws {
        let database = try await TestCluster.shared.database()
        let shared = try two(database, .init(groupsAtOnce: 1))
        let other = try database.shared()
        try await other.block()
        let done = Counter()
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for _ in 0..<20 {
                tasks.addTask {
                    _ = try await shared.run(blocked)
                    done.increment()
                }
            }
            #expect(await eventually { shared.statistics.pending == 20 })
            shared.close()
            guard case .closed = await failure({ try await shared.run(blocked) }) else {
                Issue.record("taken after the end")
                return
            }
            try await other.unblock()
            try await tasks.waitForAll()
        }
        #expect(done.value == 20)
    }

    @Test("a cancelled group ends at once, whether it runs, was sent or waits, and no other is hit by it")
    func cancelling() async throws {
        let database = try await TestCluster.shared.database()
        let shared = try SharedConnections(
            configuration: database.configuration(), count: 1, limits: .init(groupsAtOnce: 2))
        let other = try database.shared()
        try await other.block()
        func start() -> Task<PostgresError?, Never> { Task { await failure { try await shared.run(blocked) } } }
        var tasks: [Task<PostgresError?, Never>] = []
        for number in 1...4 {
            tasks.append(start())
            #expect(await eventually { shared.statistics.pending == number })
        }
        #expect(try await eventually { try await other.blockedCount() == 1 })
        let number = Task { try await shared.number("select 7::int8") }
        // The last of them waits, the second was sent, the first runs.
        for index in [3, 1, 0] {
            tasks[index].cancel()
            guard index != 1 else { continue }
            guard case .cancelled = await tasks[index].value else {
                Issue.record("\(index) was not cancelled")
                return
            }
        }
        guard case .cancelled = await tasks[1].value else {
            Issue.record("what was sent was not cancelled when its turn came")
            return
        }
        try await other.unblock()
        let third = await tasks[2].value
        #expect(third == nil)
        let answer = try await number.value
        #expect(answer == 7)
    }

    @Test("cancelling again and again hits nobody else")
    func manyCancellations() async throws {
        let database = try await TestCluster.shared.database()
        let shared = try two(database, .init(groupsAtOnce: 2))
        let (done, cancelled) = (Counter(), Counter())
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for number in Int64(0)..<200 {
                tasks.addTask {
                    let found = try await shared.number("select \(number)::int8 from pg_sleep(0.003)")
                    #expect(found == number)
                    done.increment()
                }
                tasks.addTask {
                    let task = Task { await failure { try await shared.run(Query("select pg_sleep(10)")) } }
                    try await Task.sleep(for: .milliseconds(Int64.random(in: 0...200)))
                    task.cancel()
                    if case .cancelled = await task.value { cancelled.increment() }
                }
            }
            try await tasks.waitForAll()
        }
        #expect(done.value == 200)
        #expect(cancelled.value == 200)
    }

    @Test("no more wait than may")
    func overload() async throws {
        let database = try await TestCluster.shared.database()
        let shared = try two(database, .init(pending: 5, groupsAtOnce: 1))
        let other = try database.shared()
        #expect(await eventually { shared.statistics.connected == 2 })
        try await other.block()
        let (refused, done) = (Counter(), Counter())
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for _ in 0..<30 {
                tasks.addTask {
                    do {
                        _ = try await shared.run(blocked)
                        done.increment()
                    } catch let error as PostgresError {
                        guard case .overloaded = error else { throw error }
                        refused.increment()
                    }
                }
            }
            // Two run, five wait.
            #expect(await eventually { refused.value == 23 })
            try await other.unblock()
            try await tasks.waitForAll()
        }
        #expect(done.value == 7)
    }

    @Test("without a server all that wait are told why when their patience is over")
    func noServer() async throws {
        let shared = try SharedConnections(
            configuration: ConnectionConfiguration("host=/nonexistent connect_timeout=2"), count: 2,
            limits: .init(patience: .milliseconds(200), groupsAtOnce: 2))
        let failed = Counter()
        await withTaskGroup(of: Void.self) { tasks in
            for _ in 0..<50 {
                tasks.addTask {
                    guard case .connection = await failure({ try await shared.run(Query("select 1")) }) else { return }
                    failed.increment()
                }
            }
        }
        #expect(failed.value == 50)
        shared.close()
    }

    @Test("a lost connection's groups and those that wait are done after it")
    func loss() async throws {
        let database = try await TestCluster.shared.database()
        let shared = try two(database, .init(groupsPerSync: 1, groupsAtOnce: 2))
        let other = try database.shared()
        let (done, lost) = (Counter(), Counter())
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for number in Int64(0)..<200 {
                tasks.addTask {
                    do {
                        let found = try await shared.number("select \(number)::int8 from pg_sleep(0.002)")
                        #expect(found == number)
                        done.increment()
                    } catch let error as PostgresError where error.isConnectionLoss {
                        // It was under way: whether it was applied, nobody can know.
                        lost.increment()
                    }
                }
            }
            tasks.addTask {
                for _ in 0..<5 {
                    _ = try await other.run(
                        Query(
                            "select pg_terminate_backend(pid) from pg_stat_activity where query like '%pg_sleep(0.002)%' "
                                + "and pid <> pg_backend_pid()"))
                    try await Task.sleep(for: .milliseconds(20))
                }
            }
            try await tasks.waitForAll()
        }
        #expect(done.value + lost.value == 200)
        // Five times two connections were lost at most, with what they had.
        #expect(lost.value <= 5 * 2 * 2)
        #expect(try await shared.number("select 7::int8") == 7)
        #expect(shared.statistics.pending == 0)
    }
}
