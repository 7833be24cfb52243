/// How a pool behaves: which connection serves whom, when one is opened, checked or closed. A value without sockets or
/// clocks: it takes events with their time (nanoseconds of a monotonic clock) and says what to do.
struct PoolStateMachine: Sendable {
    typealias ConnectionID = Int
    typealias WaiterID = Int

    struct Limits: Sendable {
        /// Connections open, being opened or being closed.
        var maximum: Int
        /// Tasks that may wait.
        var maximumWaiting: Int
        /// A connection idle for longer is tried before it is lent.
        var checkAfter: UInt64
        /// A connection idle for longer is closed, down to `minimum`.
        var closeAfter: UInt64
        var minimum: Int
    }

    enum Request: Equatable {
        case lend(ConnectionID, check: Bool)
        /// Wait for one, and open that one if an id is given.
        case wait(open: ConnectionID?)
        case refuse(Refusal)
    }

    enum Refusal: Equatable {
        case overloaded
        case closed
    }

    /// What to do with connections and waiters after an event; everything in it is to be done.
    struct Actions: Equatable {
        var lend: Lease?
        var close: [ConnectionID] = []
        var open: [ConnectionID] = []
        /// Waiters to turn away because the pool is closed.
        var refuse: [WaiterID] = []

        static let none = Actions()
    }

    struct Lease: Equatable {
        let waiter: WaiterID
        let connection: ConnectionID
        let check: Bool
    }

    private enum State: Equatable {
        case opening
        case idle(since: UInt64)
        case lent
    }

    private let limits: Limits
    private var connections: [ConnectionID: State] = [:]
    /// Idle ones, the one used last at the end: it serves next, so that the others may age.
    private var idle: [ConnectionID] = []
    private var waiters: [WaiterID] = []
    private var nextConnection = 0
    private(set) var isClosed = false

    init(_ limits: Limits) {
        self.limits = limits
    }

    var openCount: Int { connections.count { $0.value != .opening } }
    var openingCount: Int { connections.count { $0.value == .opening } }
    var idleCount: Int { idle.count }
    var waitingCount: Int { waiters.count }
    var isEmpty: Bool { connections.isEmpty }

    // MARK: Tasks

    mutating func request(_ waiter: WaiterID, at now: UInt64) -> Request {
        guard !isClosed else { return .refuse(.closed) }
        if waiters.isEmpty, let connection = idle.popLast() {
            return .lend(connection, check: lend(connection, at: now))
        }
        guard waiters.count < limits.maximumWaiting else { return .refuse(.overloaded) }
        waiters.append(waiter)
        return .wait(open: openIfWanted())
    }

    /// The waiter goes away; false when it had been served already.
    mutating func giveUp(_ waiter: WaiterID) -> Bool {
        guard let index = waiters.firstIndex(of: waiter) else { return false }
        waiters.remove(at: index)
        return true
    }

    // MARK: Connections

    mutating func opened(_ connection: ConnectionID, at now: UInt64) -> Actions {
        guard connections[connection] == .opening else { return .none }
        return free(connection, at: now)
    }

    /// True when the attempt is worth repeating for those who wait; otherwise the connection is forgotten.
    mutating func openingFailed(_ connection: ConnectionID) -> Bool {
        guard connections[connection] == .opening else { return false }
        if !isClosed, !waiters.isEmpty { return true }
        connections[connection] = nil
        return false
    }

    mutating func returned(_ connection: ConnectionID, isHealthy: Bool, at now: UInt64) -> Actions {
        guard connections[connection] == .lent else { return .none }
        guard isHealthy else {
            connections[connection] = nil
            var actions = Actions(close: [connection])
            if let replacement = openIfWanted() { actions.open = [replacement] }
            return actions
        }
        return free(connection, at: now)
    }

    /// The connection broke by itself. One that is lent stays so until it is returned.
    mutating func ended(_ connection: ConnectionID) -> Actions {
        guard case .idle = connections[connection] else { return .none }
        connections[connection] = nil
        idle.removeAll { $0 == connection }
        var actions = Actions(close: [connection])
        if let replacement = openIfWanted() { actions.open = [replacement] }
        return actions
    }

    /// Closes what was idle for too long.
    mutating func tick(at now: UInt64) -> Actions {
        var actions = Actions()
        for connection in idle where connections.count > limits.minimum {
            guard age(connection, at: now) > limits.closeAfter else { break }
            connections[connection] = nil
            actions.close.append(connection)
        }
        idle.removeFirst(actions.close.count)
        return actions
    }

    /// Lends nothing more; what is lent is closed when it comes back.
    mutating func close() -> Actions {
        isClosed = true
        defer {
            for connection in idle { connections[connection] = nil }
            idle = []
            waiters = []
        }
        return Actions(close: idle, refuse: waiters)
    }

    // MARK: Moves

    private mutating func free(_ connection: ConnectionID, at now: UInt64) -> Actions {
        guard !isClosed else {
            connections[connection] = nil
            return Actions(close: [connection])
        }
        guard waiters.isEmpty else {
            connections[connection] = .lent
            return Actions(lend: Lease(waiter: waiters.removeFirst(), connection: connection, check: false))
        }
        connections[connection] = .idle(since: now)
        idle.append(connection)
        return .none
    }

    /// Whether the connection was idle for so long that it should be tried first.
    private mutating func lend(_ connection: ConnectionID, at now: UInt64) -> Bool {
        defer { connections[connection] = .lent }
        return age(connection, at: now) > limits.checkAfter
    }

    private func age(_ connection: ConnectionID, at now: UInt64) -> UInt64 {
        guard case .idle(let since) = connections[connection] else { return 0 }
        return now - min(now, since)
    }

    /// One more when more wait than are on their way and there is room.
    private mutating func openIfWanted() -> ConnectionID? {
        guard !isClosed, waiters.count > openingCount, connections.count < limits.maximum else { return nil }
        nextConnection += 1
        connections[nextConnection] = .opening
        return nextConnection
    }
}
