import CLibPQ

extension DriverLoop {
    /// Sends what waits as far as there is room; a conversation in another protocol waits until nothing is in flight.
    func send(on link: Link) {
        sendWaiting(on: link)
        sync(link)
    }

    private func sendWaiting(on link: Link) {
        guard cancelsUnderWay == 0 else { return }
        while let job = queue.first, !isBroken(link) {
            guard case .group(let queries, let reply) = job.work else {
                guard inFlight.isEmpty else { return }
                _ = queue.popFirst()
                converse(job, on: link)
                continue
            }
            if let problem = refusal(queries) {
                _ = queue.popFirst()
                answer([job], problem)
                continue
            }
            guard hasRoom, !waitsForPreparation(queries) else { return }
            _ = queue.popFirst()
            send(Flight(job: job, queries: queries, reply: reply), on: link)
            dropStatements(on: link)
        }
    }

    private var hasRoom: Bool {
        inFlight.isEmpty || (isShared && inFlight.count < limits.inFlight && bytesInFlight < limits.bytesInFlight)
    }

    /// What is wrong with the group before the server sees it.
    private func refusal(_ queries: [Query]) -> PostgresError? {
        if isCopying { return .parameters(message: "a COPY is under way on this connection") }
        for query in queries {
            let types = query.statement.parameterTypes
            guard query.parameters.count <= Int(UInt16.max) else {
                return .parameters(message: "\(query.parameters.count) values for one statement")
            }
            guard !types.isEmpty else { continue }
            guard types.count == query.parameters.count else {
                return .parameters(
                    message: "\(query.parameters.count) values for \(types.count) in: \(query.statement.sql)")
            }
            for (index, parameter) in query.parameters.enumerated()
            where parameter.type != types[index] && !parameter.isNull {
                return .parameters(
                    message: "$\(index + 1) has type \(parameter.type.rawValue) instead of "
                        + "\(types[index].rawValue) in: \(query.statement.sql)")
            }
        }
        return nil
    }

    /// Whether another group in flight is still preparing one of the statements: its answer is awaited, because with
    /// that group the statement may come to nothing.
    private func waitsForPreparation(_ queries: [Query]) -> Bool {
        guard preparationsUnderWay > 0 else { return false }
        return queries.contains { query in
            query.statement.reuse == .prepared
                && cache.find(query.statement, for: query.parameters).map { !$0.isReady } == true
        }
    }

    private func send(_ flight: Flight, on link: Link) {
        inFlight.append(flight)
        for (index, query) in flight.queries.enumerated() {
            guard send(query, index, of: flight, on: link) else { return }
        }
        bytesInFlight += flight.byteCount
        unsynced.append(flight)
        if unsynced.count >= limits.groupsPerSync || !isShared { sync(link) }
    }

    /// Ends the implicit transaction of what was sent since the last sync.
    private func sync(_ link: Link) {
        guard let last = unsynced.last else { return }
        defer { unsynced.removeAll(keepingCapacity: true) }
        guard !isBroken(link) else { return }
        guard PQpipelineSync(link.handle) == 1 else { return violate(link.errorMessage) }
        last.hasSync = true
        for flight in unsynced { flight.isComplete = true }
        flush(link)
    }

    /// False when libpq would not take it; then the connection is given up.
    private func send(_ query: Query, _ index: Int, of flight: Flight, on link: Link) -> Bool {
        let statement = query.statement
        parameters.fill(query.parameters)
        flight.byteCount += parameters.byteCount
        let count = Int32(truncatingIfNeeded: query.parameters.count)
        let handle = link.handle

        if statement.reuse == .once {
            let types = oids(statement, query.parameters)
            return check(
                parameters.withPointers { (values, lengths, formats) in
                    PQsendQueryParams(handle, statement.sql, count, types, values, lengths, formats, 1)
                }, link)
        }

        let entry: StatementCache.Entry
        if let known = cache.find(statement, for: query.parameters) {
            entry = known
        } else {
            let types = oids(statement, query.parameters)
            let added = cache.add(statement, types: types.map(PostgresType.init(rawValue:)))
            if let replaced = added.replaced, replaced.isReady { unwantedStatements.append(replaced.name) }
            entry = added.new
            flight.preparations.append(.init(query: index, statement: statement, entry: entry))
            preparationsUnderWay += 1
            guard check(PQsendPrepare(handle, entry.name, statement.sql, count, types), link) else { return false }
            if let evicted = cache.evict() { unwantedStatements.append(evicted.name) }
        }
        return check(
            parameters.withPointers { (values, lengths, formats) in
                PQsendQueryPrepared(handle, entry.name, count, values, lengths, formats, 1)
            }, link)
    }

    private func oids(_ statement: Statement, _ parameters: [Parameter]) -> [UInt32] {
        statement.parameterTypes.isEmpty
            ? parameters.map(\.type.rawValue) : statement.parameterTypes.map(\.rawValue)
    }

    private func check(_ accepted: Int32, _ link: Link) -> Bool {
        if accepted != 1 { violate(link.errorMessage) }
        return accepted == 1
    }

    /// Tells the server to forget what the cache no longer holds; not inside a transaction, which a failure would end.
    private func dropStatements(on link: Link) {
        guard !unwantedStatements.isEmpty, isShared else { return }
        sendDeallocations(on: link)
    }

    /// The same on a leased connection, between its jobs.
    func dropStatementsWhenIdle(on link: Link) {
        guard !unwantedStatements.isEmpty, inFlight.isEmpty, !isCopying, cancelsUnderWay == 0,
            link.transactionStatus == PQTRANS_IDLE
        else { return }
        sendDeallocations(on: link)
    }

    private func sendDeallocations(on link: Link) {
        let names = unwantedStatements
        unwantedStatements = []
        for name in names where !isBroken(link) {
            let query = Query(Statement("deallocate \(name)", reuse: .once))
            send(Flight(job: nil, queries: [query], reply: nil), on: link)
        }
    }
}
