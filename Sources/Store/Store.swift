import FHIR
import Postgres
import Synchronization

/// The record in PostgreSQL: all SQL of the house is behind this type.
///
/// Two ways lead to the database: `reads` and `writes` are pipelined connections that many requests share, for groups of
/// statements that need no look in between; `pool` leases connections for transactions that look before they decide,
/// searches of unknown cost and maintenance.
public final class Store: Sendable {
    let reads: SharedConnections
    let writes: SharedConnections
    /// The log of messages: what comes is in it before anything else is done.
    let log: SharedConnections
    let pool: ConnectionPool
    /// Pipelined, for searches by rare terms: their plan is known beforehand, so it is made once and not for each, and
    /// what they may cost, so that one may wait behind another.
    let lookups: SharedConnections
    /// Pipelined too, for walks in the order of an index, which must not end in sorting the whole.
    let walks: SharedConnections
    /// Leased, for searches whose plan depends on what is asked, and which may last.
    let searches: ConnectionPool
    /// Leased too, for messages of feeds: what they look for is always the same, by rare terms. No more at once than
    /// serve them fastest: others wait in the order of their coming.
    let feeds: ConnectionPool
    /// Leased too, for looks at the record as it was, which have tables of their own in each session.
    let past: ConnectionPool
    let pastLimit: Int
    let containerLimit: Int
    /// Microseconds for which the link to another page leads there.
    let pageLifetime: Int64
    /// How many transactions of feeds may be open at once; more would wait for a connection.
    public let feedLanes: Int
    let indexer: Indexer
    let keys: KeyAllocator
    let audits: AuditGroup
    let frequencies = TermFrequencies()
    let texts = KnownTexts()
    let unsettled = Unsettled()
    let crowded = CrowdedBounds()
    /// The units of the record's quantities.
    let knownUnits = Glimpses<Int, [SearchUnit]>()
    /// Which types contain others, by the numbers that are asked for.
    let knownContainers = Glimpses<[Int32], Set<Int64>>()
    private let known: Mutex<SearchParameterSet>
    let clock: @Sendable () -> Int64
    /// What is asked of the references in resources.
    public let references: ReferencePolicy
    /// Seals links to other pages.
    let seal: PageSeal
    /// True when the server's role owns the append-only tables, so that only triggers guard them.
    public let worksAsOwner: Bool
    /// The epoch of the record: new after a restore.
    public let epoch: String

    private init(
        configuration: StoreConfiguration, pool: ConnectionPool, settings: Settings
    ) throws {
        guard let hash = TermHash(hexadecimal: settings.termKey) else {
            throw StoreError.failed("the setting term_key of the database is damaged: it must be 32 hexadecimal digits")
        }
        guard let seal = PageSeal(key: settings.pageKey, epoch: settings.epoch) else {
            throw StoreError.failed("the setting page_key of the database is damaged: it must be 32 hexadecimal digits")
        }
        self.pool = pool
        self.seal = seal
        // Planned once, perhaps while the record is small; a walk through it would last.
        let planned = configuration.application.with(settings: [
            "plan_cache_mode": "force_generic_plan", "enable_seqscan": "off", "max_parallel_workers_per_gather": "0",
        ])
        lookups = try SharedConnections(
            configuration: planned, count: configuration.lookupConnections, name: "lookups",
            limits: .init(groupsAtOnce: 2))
        walks = try SharedConnections(
            configuration: planned.with(settings: ["enable_sort": "off"]), count: configuration.walkConnections,
            name: "walks", limits: .init(groupsAtOnce: 2))
        searches = try ConnectionPool(
            configuration: configuration.application.with(settings: ["max_parallel_workers_per_gather": "0"]),
            maximum: configuration.searchConnections,
            waitTimeout: configuration.leaseTimeout)
        feeds = try ConnectionPool(
            configuration: planned, maximum: configuration.feedConnections, waitTimeout: configuration.leaseTimeout)
        past = try ConnectionPool(
            configuration: configuration.application, maximum: configuration.pastConnections,
            waitTimeout: configuration.leaseTimeout)
        pastLimit = configuration.pastLimit
        containerLimit = configuration.containerLimit
        pageLifetime = configuration.pageLifetime.components.seconds * 1_000_000
        feedLanes = configuration.feedConnections
        reads = try SharedConnections(
            configuration: configuration.application, count: configuration.readConnections,
            limits: .init(groupsPerSync: 64))
        writes = try SharedConnections(configuration: configuration.application, count: configuration.writeConnections)
        log = try SharedConnections(configuration: planned, count: configuration.messageConnections)
        indexer = Indexer(hash: hash, base: configuration.baseURL.map { $0 + "/" })
        keys = KeyAllocator(reads: reads)
        audits = AuditGroup(
            connection: try SharedConnections(configuration: configuration.application, count: 1),
            policy: configuration.readAudit)
        known = Mutex(configuration.parameters)
        clock = configuration.clock
        references = configuration.references
        worksAsOwner = settings.worksAsOwner
        epoch = settings.epoch
    }

    /// The search parameters by which resources are indexed from now on.
    public var parameters: SearchParameterSet { known.withLock { $0 } }

    /// Other parameters from now on; what is written already knows of them when it has been indexed again.
    public func use(_ parameters: SearchParameterSet) {
        known.withLock { $0 = parameters }
    }

    var extractor: SearchExtractor { parameters.extractor }

    /// Opens a record that has been migrated.
    public static func open(_ configuration: StoreConfiguration) async throws -> Store {
        let pool = try ConnectionPool(
            configuration: configuration.application, maximum: configuration.leasedConnections,
            waitTimeout: configuration.leaseTimeout)
        do {
            let settings = try await pool.withConnection { connection in
                try await Settings.read(from: connection)
            }
            let store = try Store(configuration: configuration, pool: pool, settings: settings)
            try await store.takeParameters()
            return store
        } catch {
            await pool.close()
            throw error
        }
    }

    /// Writes what waits and closes all connections.
    ///
    /// - Returns: how many audit entries of reads could not be written and are lost; only where reads are deferred.
    @discardableResult
    public func close() async -> Int {
        let lost = await audits.close()
        reads.close()
        writes.close()
        log.close()
        lookups.close()
        walks.close()
        await searches.close()
        await feeds.close()
        await past.close()
        await pool.close()
        return lost
    }

    /// Whether the database answers.
    ///
    /// - Parameter patience: how long the answer may take; then it throws ``StoreError/unavailable(_:)``.
    public func ping(patience: Duration = .seconds(2)) async throws(StoreError) {
        let (answers, answer) = AsyncStream<Result<Void, StoreError>>.makeStream()
        let asking = Task {
            do {
                _ = try await reads.run([Query(Self.one)])
                answer.yield(.success(()))
            } catch {
                answer.yield(.failure(StoreError(error)))
            }
        }
        let waiting = Task {
            try await Task.sleep(for: patience)
            let reason = reads.statistics.lastError?.description
            answer.yield(.failure(.unavailable(reason ?? "no answer within \(patience)")))
        }
        defer {
            asking.cancel()
            waiting.cancel()
        }
        for await first in answers { return try first.get() }
        throw .timeout
    }

    private static let one = Statement("select 1")

    /// The server's own base URL without a slash at its end, if it is known from the configuration.
    public var baseURL: String? { indexer.base.map { String($0.dropLast()) } }

    /// Figures for the metrics page.
    public var statistics: Statistics {
        let leased = pool.statistics
        return Statistics(leasedOpen: leased.open, leasedIdle: leased.idle, leasedWaiting: leased.waiting)
    }

    public struct Statistics: Sendable {
        public let leasedOpen: Int
        public let leasedIdle: Int
        public let leasedWaiting: Int
    }
}

/// What the database says of itself when the record is opened.
private struct Settings: Sendable {
    let termKey: String
    let epoch: String
    let pageKey: String
    let worksAsOwner: Bool

    private static let statement = Statement(
        """
        select (select value from setting where name = 'term_key'),
               (select value from setting where name = 'epoch'),
               (select value from setting where name = 'page_key'),
               pg_has_role((select relowner from pg_class where oid = 'audit'::regclass), 'member')
        """)

    static func read(from connection: Connection) async throws -> Settings {
        let rows = try await connection.query(Query(statement))
        guard let row = rows.first else { throw StoreError.failed("the database answers no settings") }
        return Settings(
            termKey: try row.text(0), epoch: try row.text(1), pageKey: try row.text(2),
            worksAsOwner: try row.bool(3))
    }
}
