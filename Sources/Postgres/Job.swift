/// Where a task waits for its job's outcome. Each job is answered exactly once: by the driver when it is through with
/// it, or by ``Mailbox`` when it never reached the driver.
typealias Reply<Value: Sendable> = UnsafeContinuation<Result<Value, PostgresError>, Never>

/// Something for a connection's thread to do.
struct Job: Sendable {
    enum Work: Sendable {
        /// Statements between two syncs: one flush, one implicit transaction.
        case group([Query], Reply<[Rows]>)
        /// Statements in the simple protocol; their rows are dropped.
        case simple(String, Reply<Void>)
        case beginCopyIn(String, Reply<Void>)
        case copyData([UInt8], Reply<Void>)
        /// With a reason the server forgets what was copied.
        case endCopyIn(failure: String?, Reply<Int>)
        case beginCopyOut(String, Reply<Void>)
        /// Some whole rows; nil after the last.
        case nextCopyOut(Reply<[UInt8]?>)
        /// Stops the server and drops what is left.
        case endCopyOut(Reply<Void>)
    }

    let id: UInt64
    let work: Work
    /// Nanoseconds of the monotonic clock at which it was handed over.
    let since: UInt64
    /// How often it was sent already.
    var attempts = 0

    func fail(_ error: PostgresError) {
        switch work {
        case .group(_, let reply): reply.resume(returning: .failure(error))
        case .simple(_, let reply), .beginCopyIn(_, let reply), .copyData(_, let reply), .beginCopyOut(_, let reply),
            .endCopyOut(let reply):
            reply.resume(returning: .failure(error))
        case .endCopyIn(_, let reply): reply.resume(returning: .failure(error))
        case .nextCopyOut(let reply): reply.resume(returning: .failure(error))
        }
    }
}
