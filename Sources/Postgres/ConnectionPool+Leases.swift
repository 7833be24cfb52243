import Synchronization

// Lending and giving back: what tasks see of the state machine.
extension ConnectionPool {
    /// A connection that answered lately, or just now.
    func lend() async throws(PostgresError) -> Lease {
        while true {
            guard !Task.isCancelled else { throw .cancelled }
            let lease = try await next()
            guard lease.check else { return lease }
            if await answers(lease.driver) { return lease }
            put(lease, isHealthy: false)
        }
    }

    private func next() async throws(PostgresError) -> Lease {
        let waiter = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        let outcome = await withTaskCancellationHandler {
            await withUnsafeContinuation { (continuation: UnsafeContinuation<Outcome, Never>) in
                request(waiter, continuation)
                // A cancellation before the request found nobody waiting.
                if Task.isCancelled { giveUp(waiter, .cancelled) }
            }
        } onCancel: {
            giveUp(waiter, .cancelled)
        }
        return try outcome.get()
    }

    private func request(_ waiter: PoolStateMachine.WaiterID, _ continuation: UnsafeContinuation<Outcome, Never>) {
        let now = Monotonic.now
        let (outcome, opening) = state.withLock { state -> (Outcome?, PoolStateMachine.ConnectionID?) in
            switch state.machine.request(waiter, at: now) {
            case .lend(let connection, let check):
                return (state.lease(connection, check: check), nil)
            case .wait(let opening):
                state.waiters[waiter] = Waiter(continuation: continuation, since: now)
                watch(&state)
                return (nil, opening)
            case .refuse(let refusal):
                return (.failure(refusal == .closed ? .closed : .overloaded), nil)
            }
        }
        if let outcome { continuation.resume(returning: outcome) }
        if let opening { open(opening, attempt: 1) }
    }

    /// Stops waiting, unless the waiter was served already. After the time is over, the reason why there was no
    /// connection says more than that it is over.
    private func giveUp(_ id: PoolStateMachine.WaiterID, _ error: PostgresError) {
        let (waiter, reason) = state.withLock { state -> (Waiter?, PostgresError) in
            guard state.machine.giveUp(id) else { return (nil, error) }
            let waiter = state.waiters.removeValue(forKey: id)
            guard case .timeout = error else { return (waiter, error) }
            state.timeouts += 1
            return (waiter, state.lastError ?? error)
        }
        waiter?.continuation.resume(returning: .failure(reason))
    }

    /// Turns away those that wait too long. One task for all that wait: a timer for each would stand in the system's
    /// queue until it is over, long after most have been served.
    private func watch(_ state: inout State) {
        guard !state.isWatching else { return }
        state.isWatching = true
        Task { [weak self, waitTimeout] in
            var pause = waitTimeout
            while true {
                try await Task.sleep(for: pause)
                guard let next = self?.expire() else { return }
                pause = next
            }
        }
    }

    /// - Returns: how long the one that has waited longest may wait still; nil when nobody waits.
    private func expire() -> Duration? {
        let (now, limit) = (Monotonic.now, waitTimeout.nanoseconds)
        let (late, next) = state.withLock { state -> ([PoolStateMachine.WaiterID], Duration?) in
            var late: [PoolStateMachine.WaiterID] = []
            var longest: UInt64?
            for (waiter, entry) in state.waiters {
                let waited = now - min(now, entry.since)
                if waited >= limit { late.append(waiter) } else { longest = max(longest ?? 0, waited) }
            }
            state.isWatching = longest != nil
            return (late.sorted(), longest.map { .nanoseconds(Int64(clamping: limit - $0)) })
        }
        for waiter in late { giveUp(waiter, .timeout) }
        return next
    }

    /// One round trip, within a time: a peer that vanished without a word never answers, and its connection is given
    /// up.
    private func answers(_ driver: Driver) async -> Bool {
        guard driver.isConnected.load(ordering: .acquiring) else { return false }
        let alarm = Task {
            try await Task.sleep(for: .seconds(3))
            driver.mailbox.post(.giveUp)
        }
        defer { alarm.cancel() }
        return (try? await driver.perform { .group([Self.checkQuery], $0) }) != nil
    }

    private static let checkQuery = Query("select 1")

    /// Brings the connection back to where it began, or gives it up.
    func giveBack(_ lease: Lease, _ connection: Connection) async {
        connection.endLease()
        if !lease.driver.isIdleOutsideTransaction, !connection.isBroken {
            // Also waits for what the body left running.
            _ = try? await connection.rollback()
        }
        put(lease, isHealthy: !connection.isBroken && lease.driver.isIdleOutsideTransaction)
    }

    private func put(_ lease: Lease, isHealthy: Bool) {
        let now = Monotonic.now
        perform(state.withLock { $0.machine.returned(lease.connection, isHealthy: isHealthy, at: now) })
    }
}
