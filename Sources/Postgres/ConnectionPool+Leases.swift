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
                let timer = Task { [weak self, waitTimeout] in
                    try await Task.sleep(for: waitTimeout)
                    self?.giveUp(waiter, .timeout)
                }
                state.waiters[waiter] = Waiter(continuation: continuation, timer: timer)
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
        waiter?.timer.cancel()
        waiter?.continuation.resume(returning: .failure(reason))
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
