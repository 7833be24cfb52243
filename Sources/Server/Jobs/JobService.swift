import Exchange
import FHIR
import Logging
import ServiceLifecycle
import Store

/// Does the background jobs of the record, together with the other servers on it: a job that nobody holds is anybody's.
struct JobService: Service {
    /// With connections of its own: what runs long takes none from those who wait for an answer.
    let fhir: FHIRService
    let settings: JobSettings
    let bell: Bell
    let metrics: JobMetrics
    let logger: Logger
    /// Microseconds since 1970 UTC.
    let clock: @Sendable () -> Int64

    private var store: Store { fhir.exchange.store }

    /// How often it is looked for jobs that other servers took, or left.
    private static let interval = Duration.seconds(2)
    /// A job that was taken up so often and never came on has something that ends its workers.
    private static let maximumAttempts: Int32 = 5

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<settings.exportsAtOnce { group.addTask { await self.work(at: .export) } }
                for _ in 0..<settings.searchesAtOnce { group.addTask { await self.work(at: .interaction) } }
                group.addTask { await self.sweep() }
            }
        }
    }

    private func work(at kind: Job.Kind) async {
        let worker = Job.makeID()
        while !Task.isCancelled {
            let rung = bell.count
            do {
                if let job = try await store.takeJob(kind, worker: worker, seconds: settings.lease) {
                    // What was given back is not taken up again in the same moment.
                    if await perform(job, worker) { continue }
                }
            } catch {
                logger.debug("no background job could be taken up", metadata: ["reason": "\(error)"])
            }
            await bell.wait(since: rung, atMost: Self.interval)
        }
    }

    private func sweep() async {
        while !Task.isCancelled {
            let rung = bell.count
            do {
                let removed = try await store.removeExpiredJobs()
                metrics.expired(removed)
                if removed > 0 { continue }
            } catch {
                logger.debug("expired jobs were not removed", metadata: ["reason": "\(error)"])
            }
            await bell.wait(since: rung, atMost: .seconds(30))
        }
    }

    // MARK: One job

    /// - Returns: false where it was given back unfinished.
    private func perform(_ job: Job, _ worker: String) async -> Bool {
        metrics.began(job.kind)
        defer { metrics.stopped(job.kind) }
        logger.info("background job begins", metadata: ["job": "\(job.label)", "kind": "\(job.kind)"])
        do {
            guard job.attempts <= Self.maximumAttempts else {
                throw Problem(
                    .internalError, .exception,
                    "It was taken up \(job.attempts - 1) times and never came on; the servers' logs say more.")
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await carryOut(job, worker) }
                group.addTask { try await hold(job, worker) }
                // Whoever ends first ends the other.
                try await group.next()
                group.cancelAll()
            }
            metrics.completed(job.kind)
            logger.info("background job complete", metadata: ["job": "\(job.label)"])
            return true
        } catch {
            // The server stops: whatever went wrong did so because of that. This is still to be done.
            let reason: any Error = Task.isCancelled ? CancellationError() : error
            return await Task { await end(job, worker, reason) }.value
        }
    }

    /// - Returns: false where it was given back.
    private func end(_ job: Job, _ worker: String, _ error: any Error) async -> Bool {
        do {
            if error is JobLost {
                logger.info("background job was taken back", metadata: ["job": "\(job.label)"])
                return true
            }
            let problem = (error as? StoreError).map(Problem.init) ?? error as? Problem
            if error is CancellationError || problem?.isPassing == true {
                // The server stops, or the database is away: whoever can goes on with it.
                try await store.releaseJob(job.id, worker: worker)
                return false
            }
            let outcome = OperationOutcome(
                problem?.issues ?? [Issue(.exception, "The server failed; its log says more.")])
            metrics.failed(job.kind)
            logger.error("background job failed", metadata: ["job": "\(job.label)", "reason": "\(error)"])
            _ = try await store.endJob(
                job.id, worker: worker, expires: expiry, failure: String(decoding: outcome.json(), as: UTF8.self))
            return true
        } catch {
            // Its time as this worker's runs out, and it is taken up again.
            logger.warning(
                "background job could not be ended", metadata: ["job": "\(job.label)", "reason": "\(error)"])
            return false
        }
    }

    private var expiry: Int64 { clock() + Int64(settings.keep) * 1_000_000 }

    /// Says that the worker lives, until it is told that the job is not its any more.
    private func hold(_ job: Job, _ worker: String) async throws {
        while true {
            try await Task.sleep(for: .seconds(settings.lease / 5))
            let isOurs: Bool
            do {
                isOurs = try await store.holdJob(job.id, worker: worker, seconds: settings.lease)
            } catch {
                // The database is away for the moment: the work itself meets that.
                try Task.checkCancellation()
                continue
            }
            guard isOurs else { throw JobLost() }
        }
    }

    private func carryOut(_ job: Job, _ worker: String) async throws {
        switch job.kind {
        case .export: try await export(job, worker)
        case .interaction: try await interact(job, worker)
        }
        guard try await store.endJob(job.id, worker: worker, expires: expiry) else { throw JobLost() }
    }

    private func export(_ job: Job, _ worker: String) async throws {
        guard let request = ExportRequest(json: job.request), let files = try await store.job(job.id)?.files else {
            throw JobLost()
        }
        if job.position == nil { try await settle(job) }
        try await ExportRun(
            exchange: fhir.exchange, job: job, request: request, worker: worker, limits: settings.export,
            pack: { JobChunk($0) }, progress: { metrics.exported(resources: $0, bytes: $1) }
        ).run(files)
    }

    /// Waits until everything that was written up to the job's instant can be seen.
    private func settle(_ job: Job) async throws {
        let left = job.moment + Int64(settings.settling) * 1000 - clock()
        if left > 0 { try await Task.sleep(for: .microseconds(left)) }
        let mark = try await store.markTime()
        while try await !store.isSettled(since: mark) { try await Task.sleep(for: .milliseconds(50)) }
    }

    private func interact(_ job: Job, _ worker: String) async throws {
        guard let request = DeferredRequest(json: job.request) else { throw JobLost() }
        let answer = try await fhir.answer(to: request)
        try Task.checkCancellation()
        var file = JobFile(number: 1, kind: .answer, type: nil)
        var pieces: [(file: JobFile, chunk: JobChunk)] = []
        let body = answer.asBatchResponse()
        var start = 0
        while start < body.count {
            let end = min(start + settings.export.pieceBytes, body.count)
            let chunk = JobChunk(Array(body[start..<end]))
            file.bytes += Int64(chunk.bytes)
            file.packed += Int64(chunk.content.count)
            file.chunks += 1
            pieces.append((file, chunk))
            start = end
        }
        let step = JobStep(position: "done", progress: "done", pieces: pieces)
        guard try await store.advanceJob(job.id, worker: worker, step) else { throw JobLost() }
    }
}

extension Job {
    /// Enough to find it in a log, and too little to fetch it.
    fileprivate var label: String { String(id.prefix(8)) }
}

extension Problem {
    /// It may go away by itself.
    fileprivate var isPassing: Bool { kind == .unavailable }
}

extension JobChunk {
    /// A piece of a file, packed. What zlib cannot pack for want of memory stays as it is, in blocks that say so.
    init(_ bytes: [UInt8]) {
        let packed = Deflate.pack(bytes) ?? Deflate.store(bytes)
        self.init(content: packed.packed, bytes: bytes.count, crc: packed.crc)
    }
}
