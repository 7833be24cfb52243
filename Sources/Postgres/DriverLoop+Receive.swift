import CLibPQ

extension DriverLoop {
    /// Takes what has arrived and answers the groups that are through.
    func receive(on link: Link) {
        // A failure is seen by the connection's state, after what had arrived before it was read.
        _ = PQconsumeInput(link.handle)
        var emptyInARow = 0
        while let flight = inFlight.first, violation == nil, PQisBusy(link.handle) == 0 {
            guard let result = PQgetResult(link.handle) else {
                // One stands between two answers; more mean that libpq waits for nothing while we do.
                emptyInARow += 1
                if emptyInARow > 2 {
                    if !link.isBroken { violate("an answer is missing") }
                    break
                }
                continue
            }
            emptyInARow = 0
            take(result, flight, link)
            finishWithoutSync(link)
        }
        drainNotifications(link)
        dropStatementsWhenIdle(on: link)
    }

    private func take(_ result: OpaquePointer, _ flight: Flight, _ link: Link) {
        switch PQresultStatus(result) {
        case PGRES_PIPELINE_SYNC:
            PQclear(result)
            _ = inFlight.popFirst()
            complete(flight, link)
            cancelFirst(link)
        case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY:
            if case .preparation(let preparation) = flight.step {
                PQclear(result)
                preparation.entry.isReady = true
                preparationsUnderWay -= 1
                flight.advance()
            } else {
                flight.advance(Rows(result: ResultStorage(result)))
            }
        case PGRES_FATAL_ERROR:
            fail(flight, result)
            PQclear(result)
        case PGRES_PIPELINE_ABORTED:
            PQclear(result)
            forgetPreparation(flight)
            flight.isAborted = flight.failure == nil
            flight.advance()
        default:
            PQclear(result)
            violate("COPY cannot be part of a group")
        }
    }

    /// A group that shares the sync of another is through when all of its statements have answered.
    private func finishWithoutSync(_ link: Link) {
        guard let flight = inFlight.first, !flight.hasSync, case .sync = flight.step else { return }
        _ = inFlight.popFirst()
        complete(flight, link)
    }

    private func fail(_ flight: Flight, _ result: OpaquePointer) {
        let sql: String? =
            switch flight.step {
            case .preparation(let preparation): preparation.statement.sql
            case .query(let query): query.statement.sql
            case .sync: nil
            }
        let error = ServerError(result, statement: sql)
        // An error without a severity is libpq's own: the connection is gone, and `lose` says what that means.
        guard !error.severity.isEmpty else { return }
        if case .sync = flight.step {} else { flight.failedBeforeEnd = true }
        if flight.failure == nil { flight.failure = .server(error) }
        if error.isFatal { flight.isFatal = true }
        if case .query(let query) = flight.step, error.meansStaleStatement,
            let entry = cache.find(query.statement, for: query.parameters)
        {
            cache.remove(query.statement, entry)
            if error.sqlState != .invalidSQLStatementName { unwantedStatements.append(entry.name) }
            flight.isStale = true
        }
        forgetPreparation(flight)
        flight.advance()
    }

    /// The statement that was to be prepared was not.
    private func forgetPreparation(_ flight: Flight) {
        guard case .preparation(let preparation) = flight.step else { return }
        cache.remove(preparation.statement, preparation.entry)
        preparationsUnderWay -= 1
    }

    private func complete(_ flight: Flight, _ link: Link) {
        bytesInFlight -= flight.byteCount
        guard let job = flight.job, let reply = flight.reply else { return }
        if isShared {
            guard !flight.leavesTransactionOpen else {
                answer([job], .protocolViolation(message: "a group left a transaction open on a shared connection"))
                return violate("a group left a transaction open on a shared connection")
            }
        } else {
            driver.transactionStatus.store(link.transactionStatus.rawValue, ordering: .releasing)
        }

        let wasCancelled = cancelled.remove(job.id) != nil
        unsentCancels.remove(job.id)
        if flight.isAborted { return sendAgain([job], counted: false) }
        guard let failure = flight.failure else {
            driver.mailbox.answered(1)
            return reply.resume(returning: .success(flight.rows))
        }
        if flight.isStale, job.attempts == 0, !flight.controlsTransaction,
            isShared || link.transactionStatus == PQTRANS_IDLE
        {
            return sendAgain([job])
        }
        // The cancellation of the group before came too late for that one.
        if flight.mayBeHit, !wasCancelled, job.attempts < 2, case .server(let error) = failure,
            error.sqlState == .queryCancelled
        {
            return sendAgain([job])
        }
        answer([job], failure)
    }

    /// What to tell the groups whose connection broke under them.
    func abandonFlights(_ message: String, sessionEnded: Bool) {
        var again: [Job] = []
        var sessionEnded = sessionEnded
        while let flight = inFlight.popFirst() {
            guard let job = flight.job else { continue }
            cancelled.remove(job.id)
            unsentCancels.remove(job.id)
            if let failure = flight.failure, !flight.isFatal {
                answer([job], failure)
                continue
            }
            // The server reads in order and commits at the sync: nothing after its last word was executed, and a
            // group that failed before its end was not committed. One whose statements have all answered may have been:
            // the last word can stand between their answers and the sync's.
            let isUntouched =
                !flight.isComplete || (flight.isFatal && flight.failedBeforeEnd)
                || (sessionEnded && !flight.isAnswered)
            if flight.isFatal { sessionEnded = true }
            if isUntouched, isShared, job.attempts < 2, !flight.controlsTransaction {
                again.append(job)
            } else {
                let reason = flight.failure.map(\.description) ?? message
                answer([job], .connectionLost(message: reason, maybeApplied: !isUntouched))
            }
        }
        bytesInFlight = 0
        unsynced = []
        preparationsUnderWay = 0
        unwantedStatements = []
        sendAgain(again)
    }

    /// - Parameter counted: the attempt was the job's own.
    private func sendAgain(_ jobs: [Job], counted: Bool = true) {
        queue.prepend(
            contentsOf: jobs.map { job in
                var job = job
                if counted { job.attempts += 1 }
                return job
            })
    }

    /// Nobody listens here; what arrives nevertheless must not pile up.
    private func drainNotifications(_ link: Link) {
        while let notification = PQnotifies(link.handle) { PQfreemem(notification) }
    }

    // MARK: Cancellation

    /// A job that waits is answered at once; the one that runs is cancelled on the server, one that was sent behind it
    /// when its turn comes.
    func cancel(_ id: UInt64) {
        let waiting = queue.removeAll { $0.id == id }
        guard waiting.isEmpty else { return answer(waiting, .cancelled) }
        guard policy.cancel != nil, let link else { return }
        if conversation != id {
            guard inFlight.contains(where: { $0.job?.id == id }) else { return }
            guard inFlight.first?.job?.id == id else {
                unsentCancels.insert(id)
                return
            }
        }
        stop(id, link)
    }

    /// Cancels the group that runs now, if that was wanted while it waited for its turn.
    private func cancelFirst(_ link: Link) {
        guard !unsentCancels.isEmpty, let id = inFlight.first?.job?.id, unsentCancels.remove(id) != nil else { return }
        stop(id, link)
    }

    private func stop(_ id: UInt64, _ link: Link) {
        guard let cancel = policy.cancel, cancelled.insert(id).inserted else { return }
        inFlight.forEach { if $0.job?.id != id { $0.mayBeHit = true } }
        cancelsUnderWay += 1
        cancel(link.processID) { [mailbox = driver.mailbox] in mailbox.post(.cancelDelivered) }
    }
}

extension ServerError {
    /// The tables changed under a prepared statement ("cached plan must not change result type"), or it was
    /// deallocated by someone.
    fileprivate var meansStaleStatement: Bool {
        sqlState == .invalidSQLStatementName
            || (sqlState == .featureNotSupported && routine == "RevalidateCachedQuery")
    }
}
