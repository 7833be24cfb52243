import Synchronization

// Carries out what the state machine says of connections.
extension ConnectionPool {
    func perform(_ actions: PoolStateMachine.Actions) {
        var resumptions: [(Waiter, Outcome)] = []
        var closing: [Driver] = []
        var closers: [UnsafeContinuation<Void, Never>] = []
        state.withLock { state in
            if let lend = actions.lend, let waiter = state.waiters.removeValue(forKey: lend.waiter) {
                resumptions.append((waiter, state.lease(lend.connection, check: lend.check)))
            }
            for waiter in actions.refuse {
                guard let waiter = state.waiters.removeValue(forKey: waiter) else { continue }
                resumptions.append((waiter, .failure(.closed)))
            }
            closing = actions.close.compactMap { state.drivers.removeValue(forKey: $0) }
            if state.machine.isClosed, state.machine.isEmpty { swap(&closers, &state.closers) }
            startAgeing(&state)
        }
        for driver in closing { driver.shutDown() }
        for (waiter, outcome) in resumptions { waiter.continuation.resume(returning: outcome) }
        for closer in closers { closer.resume() }
        for connection in actions.open { open(connection, attempt: 1) }
    }

    func open(_ connection: PoolStateMachine.ConnectionID, attempt: Int) {
        var limits = Driver.Limits()
        limits.statements = self.limits.preparedStatements
        let policy = Driver.Policy.leased { [canceller] (processID, delivered) in
            canceller.cancel(processID, delivered)
        } ended: { [weak self] in
            self?.ended(connection)
        }
        do throws(PostgresError) {
            _ = try Driver("\(name)-\(connection)", configuration, policy, limits) { [weak self] (driver, error) in
                guard let self else { return driver.shutDown() }
                if let error { openingFailed(connection, error, attempt) } else { opened(connection, driver) }
            }
        } catch {
            openingFailed(connection, error, attempt)
        }
    }

    private func opened(_ connection: PoolStateMachine.ConnectionID, _ driver: Driver) {
        let now = Monotonic.now
        perform(
            state.withLock { state in
                state.lastError = nil
                state.drivers[connection] = driver
                return state.machine.opened(connection, at: now)
            })
    }

    /// Tries again after a pause, as long as somebody waits.
    private func openingFailed(_ connection: PoolStateMachine.ConnectionID, _ error: PostgresError, _ attempt: Int) {
        state.withLock { $0.lastError = error }
        Task { [weak self] in
            try await Task.sleep(nanoseconds: Backoff.delay(attempt: attempt, most: 1_000_000_000))
            guard let self else { return }
            if state.withLock({ $0.machine.openingFailed(connection) }) {
                open(connection, attempt: attempt + 1)
            } else {
                perform(.none)
            }
        }
    }

    /// The connection broke, perhaps while nobody used it.
    private func ended(_ connection: PoolStateMachine.ConnectionID) {
        perform(state.withLock { $0.machine.ended(connection) })
    }

    /// Looks now and then, as long as there are more idle connections than should stay.
    private func startAgeing(_ state: inout State) {
        guard !state.isAgeing, !state.machine.isClosed, state.machine.idleCount > limits.minimum else { return }
        state.isAgeing = true
        let pause = max(limits.closeAfter / 4, .milliseconds(10))
        Task { [weak self] in
            try await Task.sleep(for: pause)
            let now = Monotonic.now
            guard let self else { return }
            perform(
                self.state.withLock { state in
                    state.isAgeing = false
                    return state.machine.tick(at: now)
                })
        }
    }
}
