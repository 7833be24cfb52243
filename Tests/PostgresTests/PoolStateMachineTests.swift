import Testing

@testable import Postgres

@Suite("the pool's behaviour")
struct PoolStateMachineTests {
    private func machine(
        maximum: Int = 2, waiting: Int = 3, checkAfter: UInt64 = 10, closeAfter: UInt64 = 100, minimum: Int = 0
    ) -> PoolStateMachine {
        PoolStateMachine(
            .init(
                maximum: maximum, maximumWaiting: waiting, checkAfter: checkAfter, closeAfter: closeAfter,
                minimum: minimum))
    }

    @Test("the first request opens a connection and gets it")
    func first() {
        var pool = machine()
        #expect(pool.request(1, at: 0) == .wait(open: 1))
        #expect(pool.opened(1, at: 1) == .init(lend: .init(waiter: 1, connection: 1, check: false)))
        #expect(pool.returned(1, isHealthy: true, at: 2) == .none)
        #expect(pool.idleCount == 1)
        #expect(pool.request(2, at: 3) == .lend(1, check: false))
    }

    @Test("no more than the maximum are opened, and those who wait are served in their order")
    func order() {
        var pool = machine()
        #expect(pool.request(1, at: 0) == .wait(open: 1))
        #expect(pool.request(2, at: 0) == .wait(open: 2))
        #expect(pool.request(3, at: 0) == .wait(open: nil))
        #expect(pool.opened(2, at: 1).lend?.waiter == 1)
        #expect(pool.opened(1, at: 1).lend?.waiter == 2)
        #expect(pool.request(4, at: 2) == .wait(open: nil))
        #expect(pool.returned(1, isHealthy: true, at: 3).lend == .init(waiter: 3, connection: 1, check: false))
        #expect(pool.returned(2, isHealthy: true, at: 3).lend?.waiter == 4)
    }

    @Test("more than may wait are refused")
    func overloaded() {
        var pool = machine(maximum: 1, waiting: 1)
        _ = pool.request(1, at: 0)
        #expect(pool.request(2, at: 0) == .refuse(.overloaded))
    }

    @Test("who gives up is not served, and nobody gives up what was lent")
    func givesUp() {
        var pool = machine(maximum: 1)
        _ = pool.request(1, at: 0)
        _ = pool.request(2, at: 0)
        #expect(pool.giveUp(1) == true)
        #expect(pool.giveUp(1) == false)
        #expect(pool.opened(1, at: 1).lend?.waiter == 2)
        #expect(pool.giveUp(2) == false)
    }

    @Test("a connection that comes when nobody waits any more stays idle")
    func late() {
        var pool = machine()
        _ = pool.request(1, at: 0)
        _ = pool.giveUp(1)
        #expect(pool.opened(1, at: 1) == .none)
        #expect(pool.idleCount == 1)
    }

    @Test("the connection used last serves next; one idle for long is tried first")
    func idleOrder() {
        var pool = machine()
        _ = pool.request(1, at: 0)
        _ = pool.request(2, at: 0)
        _ = pool.opened(1, at: 0)
        _ = pool.opened(2, at: 0)
        _ = pool.returned(1, isHealthy: true, at: 0)
        _ = pool.returned(2, isHealthy: true, at: 5)
        #expect(pool.request(3, at: 11) == .lend(2, check: false))
        #expect(pool.request(4, at: 11) == .lend(1, check: true))
    }

    @Test("a broken connection is closed and replaced for those who wait")
    func broken() {
        var pool = machine(maximum: 1)
        _ = pool.request(1, at: 0)
        _ = pool.opened(1, at: 0)
        _ = pool.request(2, at: 0)
        #expect(pool.returned(1, isHealthy: false, at: 1) == .init(close: [1], open: [2]))
        #expect(pool.opened(2, at: 2).lend?.waiter == 2)
        #expect(pool.returned(2, isHealthy: false, at: 3) == .init(close: [2]))
        #expect(pool.isEmpty)
    }

    @Test("an idle connection that ends is forgotten; one that is lent is not until it is returned")
    func ended() {
        var pool = machine()
        _ = pool.request(1, at: 0)
        _ = pool.opened(1, at: 0)
        #expect(pool.ended(1) == .none)
        #expect(pool.openCount == 1)
        _ = pool.returned(1, isHealthy: true, at: 0)
        #expect(pool.ended(1) == .init(close: [1]))
        #expect(pool.isEmpty)
        #expect(pool.request(2, at: 1) == .wait(open: 2))
    }

    @Test("opening is repeated as long as somebody waits")
    func openingFails() {
        var pool = machine()
        _ = pool.request(1, at: 0)
        #expect(pool.openingFailed(1) == true)
        _ = pool.giveUp(1)
        #expect(pool.openingFailed(1) == false)
        #expect(pool.isEmpty)
    }

    @Test("what was idle for too long is closed, oldest first, down to the minimum")
    func ageing() {
        var pool = machine(maximum: 3, minimum: 1)
        for waiter in 1...3 { _ = pool.request(waiter, at: 0) }
        for connection in 1...3 { _ = pool.opened(connection, at: 0) }
        for connection in 1...3 { _ = pool.returned(connection, isHealthy: true, at: UInt64(connection)) }
        #expect(pool.tick(at: 100) == .none)
        #expect(pool.tick(at: 102) == .init(close: [1]))
        #expect(pool.tick(at: 1000) == .init(close: [2]))
        #expect(pool.tick(at: 2000) == .none)
        #expect(pool.idleCount == 1)
    }

    @Test("closing refuses those who wait, closes what is idle now and what is lent when it returns")
    func closing() {
        var pool = machine(maximum: 3)
        for waiter in 1...3 { _ = pool.request(waiter, at: 0) }
        for connection in 1...2 { _ = pool.opened(connection, at: 0) }
        _ = pool.returned(1, isHealthy: false, at: 0)
        _ = pool.request(4, at: 0)
        #expect(pool.waitingCount == 2)
        #expect(pool.close() == .init(refuse: [3, 4]))
        #expect(pool.request(5, at: 0) == .refuse(.closed))
        #expect(pool.returned(2, isHealthy: true, at: 0) == .init(close: [2]))
        #expect(pool.opened(3, at: 0) == .init(close: [3]))
        #expect(pool.openingFailed(4) == false)
        #expect(pool.isEmpty)
    }

    @Test("whatever happens, the bounds hold and nobody waits beside an idle connection")
    func random() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            var pool = machine(maximum: 3, waiting: 5, minimum: 1)
            var opening: Set<Int> = []
            var lent: Set<Int> = []
            var waiting: Set<Int> = []
            func apply(_ actions: PoolStateMachine.Actions) {
                if let lease = actions.lend {
                    #expect(waiting.remove(lease.waiter) != nil)
                    #expect(lent.insert(lease.connection).inserted)
                }
                opening.formUnion(actions.open)
            }
            for step in 1...300 {
                let now = UInt64(step)
                switch Int.random(in: 0..<7, using: &generator) {
                case 0, 1:
                    switch pool.request(step, at: now) {
                    case .lend(let connection, _): #expect(lent.insert(connection).inserted)
                    case .wait(let opened):
                        waiting.insert(step)
                        if let opened { opening.insert(opened) }
                    case .refuse: break
                    }
                case 2:
                    guard let connection = opening.popFirst() else { continue }
                    apply(pool.opened(connection, at: now))
                case 3:
                    guard let connection = opening.first, !pool.openingFailed(connection) else { continue }
                    opening.remove(connection)
                case 4:
                    guard let connection = lent.popFirst() else { continue }
                    apply(pool.returned(connection, isHealthy: Bool.random(using: &generator), at: now))
                case 5:
                    guard let waiter = waiting.popFirst() else { continue }
                    #expect(pool.giveUp(waiter) == true)
                default:
                    apply(pool.tick(at: now))
                }
                #expect(pool.openCount + pool.openingCount <= 3)
                #expect(pool.waitingCount == waiting.count && waiting.count <= 5)
                #expect(pool.openingCount == opening.count)
                #expect(waiting.isEmpty || pool.idleCount == 0)
                #expect(waiting.isEmpty || !opening.isEmpty || !lent.isEmpty)
            }
        }
    }
}
