import CLibPQ
import CPostgresSupport

// What does not fit into a pipeline: several statements in one text, and COPY. The connection leaves pipeline mode for
// it when nothing is in flight, and the thread stays in here until the job is through; only cancellations are heard.
extension DriverLoop {
    /// How many bytes of rows a COPY hands over at a time, about.
    private static var copyChunk: Int { 64 << 10 }

    func converse(_ job: Job, on link: Link) {
        conversation = job.id
        defer {
            conversation = nil
            cancelled.remove(job.id)
        }
        switch job.work {
        case .group: break
        case .simple(let sql, let reply):
            finish(job, reply, link, simple(sql, on: link).map { _ in })
        case .beginCopyIn(let sql, let reply):
            finish(job, reply, link, beginCopy(sql, PGRES_COPY_IN, on: link))
        case .copyData(let bytes, let reply):
            finish(job, reply, link, put(bytes, on: link))
        case .endCopyIn(let failure, let reply):
            finish(job, reply, link, endCopyIn(failure, on: link))
        case .beginCopyOut(let sql, let reply):
            finish(job, reply, link, beginCopy(sql, PGRES_COPY_OUT, on: link))
        case .nextCopyOut(let reply):
            finish(job, reply, link, nextChunk(on: link))
        case .endCopyOut(let reply):
            finish(job, reply, link, endCopyOut(job, on: link))
        }
    }

    private func finish<Value>(
        _ job: Job, _ reply: Reply<Value>, _ link: Link, _ outcome: Result<Value, PostgresError>
    ) {
        driver.transactionStatus.store(
            (isCopying ? PQTRANS_ACTIVE : link.transactionStatus).rawValue, ordering: .releasing)
        driver.mailbox.answered(1)
        guard case .failure(let error) = outcome else { return reply.resume(returning: outcome) }
        if error.serverError?.isFatal == true {
            reply.resume(returning: .failure(.connectionLost(message: error.description, maybeApplied: true)))
        } else {
            reply.resume(returning: .failure(error))
        }
    }

    // MARK: Simple protocol

    /// Runs the text; its last command tag's count.
    private func simple(_ sql: String, on link: Link) -> Result<Int, PostgresError> {
        if isCopying { return .failure(.parameters(message: "a COPY is under way on this connection")) }
        guard PQexitPipelineMode(link.handle) == 1, PQsendQuery(link.handle, sql) == 1 else {
            return .failure(given(up: link))
        }
        return results(sql, on: link)
    }

    /// Reads until the server is ready for the next query, and goes back to pipeline mode.
    private func results(_ sql: String?, on link: Link) -> Result<Int, PostgresError> {
        var failure: PostgresError?
        var affected = 0
        while let result = nextResult(on: link) {
            defer { PQclear(result) }
            switch PQresultStatus(result) {
            case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY:
                affected = Int(PQcmdTuples(result).map { String(cString: $0) } ?? "") ?? 0
            case PGRES_FATAL_ERROR:
                let error = ServerError(result, statement: sql)
                if failure == nil, !error.severity.isEmpty { failure = .server(error) }
            case PGRES_COPY_IN:
                PQputCopyEnd(link.handle, "COPY FROM STDIN needs copyIn")
            case PGRES_COPY_OUT:
                dropCopyOut(on: link)
            default:
                violate("an answer that is none of ours")
            }
            if violation != nil { break }
        }
        if isBroken(link) || PQenterPipelineMode(link.handle) != 1 { return .failure(failure ?? given(up: link)) }
        if let failure { return .failure(failure) }
        return .success(affected)
    }

    // MARK: COPY

    private func beginCopy(_ sql: String, _ wanted: ExecStatusType, on link: Link) -> Result<Void, PostgresError> {
        if isCopying { return .failure(.parameters(message: "a COPY is under way on this connection")) }
        guard PQexitPipelineMode(link.handle) == 1, PQsendQuery(link.handle, sql) == 1 else {
            return .failure(given(up: link))
        }
        guard let result = nextResult(on: link) else { return .failure(given(up: link)) }
        defer { PQclear(result) }
        switch PQresultStatus(result) {
        case wanted:
            isCopying = true
            return .success(())
        case PGRES_FATAL_ERROR:
            let error = ServerError(result, statement: sql)
            if case .failure(let further) = results(nil, on: link), isBroken(link) { return .failure(further) }
            return .failure(error.severity.isEmpty ? given(up: link) : .server(error))
        case PGRES_COPY_IN:
            PQputCopyEnd(link.handle, "not a COPY TO STDOUT")
        case PGRES_COPY_OUT:
            dropCopyOut(on: link)
        default: break
        }
        _ = results(nil, on: link)
        return .failure(.parameters(message: "not the COPY that was expected: \(sql)"))
    }

    private func put(_ bytes: [UInt8], on link: Link) -> Result<Void, PostgresError> {
        guard isCopying else { return .failure(.parameters(message: "no COPY is under way")) }
        let accepted = bytes.withUnsafeBytes { bytes in
            PQputCopyData(
                link.handle, bytes.assumingMemoryBound(to: CChar.self).baseAddress,
                Int32(truncatingIfNeeded: bytes.count))
        }
        guard accepted == 1, flushAll(link) else { return .failure(given(up: link)) }
        return .success(())
    }

    private func endCopyIn(_ failure: String?, on link: Link) -> Result<Int, PostgresError> {
        guard isCopying else { return .failure(.parameters(message: "no COPY is under way")) }
        isCopying = false
        guard PQputCopyEnd(link.handle, failure) == 1, flushAll(link) else { return .failure(given(up: link)) }
        return results(nil, on: link)
    }

    private func nextChunk(on link: Link) -> Result<[UInt8]?, PostgresError> {
        guard isCopying else { return .failure(.parameters(message: "no COPY is under way")) }
        var chunk: [UInt8] = []
        while chunk.count < Self.copyChunk {
            var row: UnsafeMutablePointer<CChar>?
            let length = PQgetCopyData(link.handle, &row, 1)
            switch length {
            case 1...:
                chunk.append(contentsOf: UnsafeRawBufferPointer(start: row, count: Int(length)))
                PQfreemem(row)
            case 0:
                if !chunk.isEmpty { return .success(chunk) }
                guard awaitInput(link) else { return .failure(given(up: link)) }
            default:
                // The end, or an error: the next chunk, or this one, says which.
                if !chunk.isEmpty { return .success(chunk) }
                isCopying = false
                return results(nil, on: link).map { _ in nil }
            }
        }
        return .success(chunk)
    }

    /// Has the server stop sending and drops what was under way.
    private func endCopyOut(_ job: Job, on link: Link) -> Result<Void, PostgresError> {
        guard isCopying else { return .success(()) }
        isCopying = false
        cancel(job.id)
        dropCopyOut(on: link)
        switch results(nil, on: link) {
        case .failure(let error) where error.sqlState != .queryCancelled: return .failure(error)
        default: return .success(())
        }
    }

    private func dropCopyOut(on link: Link) {
        while true {
            var row: UnsafeMutablePointer<CChar>?
            let length = PQgetCopyData(link.handle, &row, 1)
            if length > 0 { PQfreemem(row) }
            if length < 0 || (length == 0 && !awaitInput(link)) { return }
        }
    }

    // MARK: Waiting

    private func nextResult(on link: Link) -> OpaquePointer? {
        guard flushAll(link) else { return nil }
        while PQisBusy(link.handle) == 1 {
            guard awaitInput(link) else { return nil }
        }
        return PQgetResult(link.handle)
    }

    /// False when the connection broke.
    private func awaitInput(_ link: Link) -> Bool {
        guard !isBroken(link) else { return false }
        let found = wait(link.socket, Int(POSTGRES_SUPPORT_READABLE), nil)
        if found & Int(POSTGRES_SUPPORT_WOKEN) != 0 { takeMail() }
        if found & Int(POSTGRES_SUPPORT_READABLE) != 0 { _ = PQconsumeInput(link.handle) }
        // What arrived before a loss is still to be read.
        return !link.isBroken || PQisBusy(link.handle) == 0
    }

    private func flushAll(_ link: Link) -> Bool {
        while true {
            switch PQflush(link.handle) {
            case 0: return true
            case 1:
                let found = wait(link.socket, Int(POSTGRES_SUPPORT_READABLE | POSTGRES_SUPPORT_WRITABLE), nil)
                if found & Int(POSTGRES_SUPPORT_WOKEN) != 0 { takeMail() }
                if found & Int(POSTGRES_SUPPORT_READABLE) != 0 { _ = PQconsumeInput(link.handle) }
                if link.isBroken { return false }
            default: return false
            }
        }
    }

    private func given(up link: Link) -> PostgresError {
        let message = link.errorMessage
        isCopying = false
        if !link.isBroken { violate(message) }
        return .connectionLost(message: message, maybeApplied: true)
    }
}
