import CLibPQ
import CPostgresSupport

/// What a connection's thread does: takes mail, sends groups, receives results, answers tasks; for ever, or until the
/// connection or its owner ends. Lives on that thread alone.
final class DriverLoop {
    let driver: Driver
    let configuration: ConnectionConfiguration
    let policy: Driver.Policy
    let limits: Driver.Limits
    private var opened: ((Driver, PostgresError?) -> Void)?

    var link: Link?
    var queue = Fifo<Job>()
    var inFlight = Fifo<Flight>()
    var bytesInFlight = 0
    /// What was sent and no sync has followed yet.
    var unsynced: [Flight] = []
    var cache: StatementCache
    var parameters = ParameterBuffer()
    var unflushed = false
    /// The first group in flight was named by a cancellation that is on its way; nothing is sent until it was
    /// delivered, lest it hit the next statement.
    var cancelsUnderWay = 0
    /// Jobs named by cancellations.
    var cancelled: Set<UInt64> = []
    /// Jobs to be named by one when they run.
    var unsentCancels: Set<UInt64> = []
    /// The job that a nested conversation (COPY, simple protocol) works for.
    var conversation: UInt64?
    /// A COPY runs between the jobs of its own.
    var isCopying = false
    /// Statements that groups in flight are preparing.
    var preparationsUnderWay = 0
    /// Server-side names that the cache no longer holds.
    var unwantedStatements: [String] = []
    /// Why the connection is given up although it stands.
    private(set) var violation: String?
    private var shutsDown = false
    private var failedAttempts = 0

    init(
        _ driver: Driver, _ configuration: ConnectionConfiguration, _ policy: Driver.Policy, _ limits: Driver.Limits,
        opened: @escaping (Driver, PostgresError?) -> Void
    ) {
        self.driver = driver
        self.configuration = configuration
        self.policy = policy
        self.limits = limits
        self.opened = opened
        cache = StatementCache(capacity: limits.statements)
    }

    var isShared: Bool {
        if case .shared = policy { true } else { false }
    }

    func run() {
        while true {
            guard let link = link ?? connect() else { break }
            takeMail()
            send(on: link)
            if isBroken(link) {
                lose(link)
                continue
            }
            if isThrough { break }
            let sleeps = driver.mailbox.fallAsleep()
            let wanted = POSTGRES_SUPPORT_READABLE | (unflushed ? POSTGRES_SUPPORT_WRITABLE : 0)
            let found = wait(link.socket, Int(wanted), sleeps ? nil : 0)
            if found & Int(POSTGRES_SUPPORT_WRITABLE) != 0 { flush(link) }
            if found & Int(POSTGRES_SUPPORT_READABLE) != 0 { receive(on: link) }
            if isBroken(link) { lose(link) }
        }
        end()
    }

    func isBroken(_ link: Link) -> Bool {
        violation != nil || link.isBroken || link.farewell != nil
    }

    /// Gives the connection up: it is lost at the next turn of the loop.
    func violate(_ message: String) {
        if violation == nil { violation = message }
    }

    /// There will be no connection any more: what a shared one has taken still waits for it, as long as its patience
    /// lasts.
    private var isOver: Bool {
        shutsDown && (queue.isEmpty || !isShared)
    }

    /// Shut down, and nothing left to do for what was taken before.
    private var isThrough: Bool {
        shutsDown && queue.isEmpty && inFlight.isEmpty
    }

    // MARK: Mail

    func takeMail() {
        let mail = driver.mailbox.take()
        queue.append(contentsOf: mail.jobs)
        // While one has no connection, the others may have.
        if let line = driver.line, link != nil {
            while driver.mailbox.pending < line.depth, let job = line.take() {
                driver.mailbox.adopted()
                queue.append(job)
            }
        }
        shutsDown = shutsDown || mail.shutsDown
        for control in mail.controls {
            switch control {
            case .cancel(let id): cancel(id)
            case .cancelDelivered: cancelsUnderWay -= 1
            case .giveUp: violate("the server does not answer")
            }
        }
    }

    /// Waits until the socket or the mailbox stirs; nil waits for ever. The mailbox's signal is consumed.
    func wait(_ socket: Int32, _ wanted: Int, _ nanoseconds: UInt64?) -> Int {
        let milliseconds = nanoseconds.map { Int32(clamping: ($0 + 999_999) / 1_000_000) } ?? -1
        let found = Int(postgres_support_wait(socket, Int32(wanted), driver.mailbox.wake, milliseconds))
        if found & Int(POSTGRES_SUPPORT_WOKEN) != 0 { postgres_support_wake_drain(driver.mailbox.wake) }
        return found
    }

    func flush(_ link: Link) {
        unflushed = PQflush(link.handle) == 1
    }

    // MARK: Connecting

    /// A connection, however long a shared one takes; nil when there will be none.
    private func connect() -> Link? {
        while true {
            takeMail()
            expire()
            if isOver {
                reportOpening(.closed)
                return nil
            }
            do throws(PostgresError) {
                let link = try Link.open(configuration) { (socket, wanted, deadline) in
                    self.waitForConnection(socket, wanted, deadline)
                }
                guard PQenterPipelineMode(link.handle) == 1 else { throw .connection(message: link.errorMessage) }
                announce(link)
                return link
            } catch {
                driver.published.withLock { $0.lastError = error }
                reportOpening(error)
                failedAttempts += 1
                guard isShared else { return nil }
                pause(Backoff.delay(attempt: failedAttempts))
            }
        }
    }

    private func waitForConnection(_ socket: Int32, _ wanted: Int, _ deadline: UInt64) -> Bool {
        while true {
            let now = Monotonic.now
            guard now < deadline else { return true }
            // Woken at least every 100 ms to fail what has waited too long.
            let found = wait(socket, wanted, min(deadline - now, 100_000_000))
            if found & ~Int(POSTGRES_SUPPORT_WOKEN) != 0 { return true }
            takeMail()
            expire()
            if isOver { return false }
        }
    }

    private func pause(_ nanoseconds: UInt64) {
        let end = Monotonic.now + nanoseconds
        while !isOver {
            let now = Monotonic.now
            guard now < end else { return }
            _ = wait(-1, 0, min(end - now, 100_000_000))
            takeMail()
            expire()
        }
    }

    private func announce(_ link: Link) {
        self.link = link
        driver.line?.gained()
        cache = StatementCache(capacity: limits.statements)
        driver.published.withLock { published in
            published.processID = link.processID
            published.serverVersion = link.serverVersion
            published.isConnected = true
            published.lastError = nil
            published.connects += 1
        }
        driver.transactionStatus.store(PQTRANS_IDLE.rawValue, ordering: .releasing)
        driver.isConnected.store(true, ordering: .releasing)
        failedAttempts = 0
        reportOpening(nil)
    }

    /// The first attempt's outcome, once.
    private func reportOpening(_ error: PostgresError?) {
        opened.take()?(driver, error)
    }

    /// Fails what has waited for a connection longer than a shared one's patience.
    private func expire() {
        guard case .shared(let patience, _) = policy else { return }
        let now = Monotonic.now
        let limit = patience.nanoseconds
        let error = driver.published.withLock(\.lastError) ?? .connection(message: "the server has not answered yet")
        for job in driver.line?.expired(at: now, after: limit) ?? [] { job.fail(error) }
        guard !queue.isEmpty else { return }
        let expired = queue.removeAll { now - min(now, $0.since) > limit }
        answer(expired, error)
    }

    // MARK: Ends

    /// The connection broke: what was in flight fails, what was not sent waits for the next connection.
    func lose(_ link: Link) {
        let message = violation ?? link.farewell?.description ?? link.errorMessage
        violation = nil
        isCopying = false
        self.link = nil
        driver.line?.lost()
        unflushed = false
        driver.isConnected.store(false, ordering: .releasing)
        driver.published.withLock { published in
            published.isConnected = false
            published.lastError = .connection(message: message)
        }
        driver.transactionStatus.store(PQTRANS_UNKNOWN.rawValue, ordering: .releasing)
        abandonFlights(message, sessionEnded: link.farewell != nil)
        if !isShared { shutsDown = true }
    }

    private func end() {
        if link != nil { driver.line?.lost() }
        link = nil
        driver.isConnected.store(false, ordering: .releasing)
        let error = driver.published.withLock { published in
            published.isConnected = false
            return published.lastError
        }
        var left = driver.mailbox.close(error ?? .closed)
        while let job = queue.popFirst() { left.append(job) }
        answer(left, error ?? .closed)
        for job in driver.line?.rest() ?? [] { job.fail(error ?? .closed) }
        if case .leased(_, let ended) = policy { ended() }
    }

    func answer(_ jobs: [Job], _ error: PostgresError) {
        guard !jobs.isEmpty else { return }
        driver.mailbox.answered(jobs.count)
        for job in jobs { job.fail(error) }
    }
}
