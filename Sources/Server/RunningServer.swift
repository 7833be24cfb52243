import Exchange
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import Postgres
import ServiceLifecycle
import Store
import Translation

/// A server from its configuration to its end: database, record, HTTP. Reads as the table of contents of a running
/// server.
public struct RunningServer: Sendable {
    let configuration: ServerConfiguration
    let logger: Logger
    /// Microseconds since 1970 UTC.
    let clock: @Sendable () -> Int64

    public init(configuration: ServerConfiguration, logger: Logger, clock: @escaping @Sendable () -> Int64) {
        self.configuration = configuration
        self.logger = logger
        self.clock = clock
    }

    /// Runs until the process is told to stop (SIGTERM, SIGINT) or the database is lost for good.
    ///
    /// - Parameter ready: called once, when requests are answered, with the port.
    public func run(ready: @escaping @Sendable (Ready) async -> Void) async throws {
        OpenFiles.raiseLimit()
        let database = try await Database.open(configuration, logger: logger)
        do {
            try await serve(database, ready: ready)
        } catch {
            await database.close()
            throw error
        }
        await database.close()
    }

    /// What is known when the server is ready.
    public struct Ready: Sendable {
        public let port: Int
        /// Where the record is.
        public let database: String
        /// The server's role owns the append-only tables.
        public let worksAsOwner: Bool
    }

    /// How long requests under way have to end when the server is told to stop; then their connections are closed.
    /// Below the ten seconds after which Docker kills.
    private static let drain = Duration.seconds(8)

    /// Connections that may wait to be accepted: a hospital's clients all come back at once after a restart.
    private static let backlog = 4096

    private func serve(_ database: Database, ready: @escaping @Sendable (Ready) async -> Void) async throws {
        let store = try await Store.open(storeConfiguration(database))
        let clock = clock
        var limits = ExchangeLimits()
        limits.wards = configuration.wards
        limits.judgesFeeds = configuration.validation != .off
        limits.conditionalDelete = configuration.conditionalDelete
        limits.ignoredParameters = configuration.ignoredParameters
        limits.wideSearches = configuration.wideSearches
        limits.includedResources = configuration.includedResources
        let terminology = KnownTerminology(configuration.profiles.definitions)
        let exchange = Exchange(
            store: store, clock: clock, makeID: { Identifiers.uuid7(now: clock()) }, limits: limits,
            codes: TerminologyExpansion(terminology))
        let profiles = ProfileRegistry(
            given: configuration.profiles, exchange: exchange, terminology: terminology, logger: logger)
        await profiles.refresh()
        let background = try await Store.open(backgroundConfiguration(database))
        let searchParameters = SearchParameterRegistry(
            given: configuration.searchParameters, store: store, followers: [background],
            settling: configuration.searchParameterSettling, logger: logger)
        await searchParameters.refresh()
        let metrics = ServerMetrics(started: clock())
        let messages = MessageService(
            exchange: exchange, senders: configuration.senders,
            unknownSender: SenderSettings(zone: configuration.timeZone), clock: clock,
            makeID: { Identifiers.uuid7(now: clock()) }, logger: logger, metrics: metrics.feed)
        let bell = Bell()
        let fhir = FHIRService(
            exchange: exchange, configuration: configuration,
            validation: Validation(
                mode: configuration.validation, profiles: profiles, searchParameters: searchParameters, clock: clock),
            base: BaseURL(configuration.baseURL),
            metrics: metrics, logger: logger,
            jobs: JobQueue(store: store, settings: configuration.jobs, bell: bell, metrics: metrics.jobs), clock: clock)
        let jobs = JobService(
            fhir: fhir.working(with: exchange.working(on: background)),
            settings: configuration.jobs, bell: bell, metrics: metrics.jobs, logger: logger, clock: clock)
        let responder = RootResponder(
            fhir: fhir,
            operations: OperationsService(
                store: store, metrics: metrics, searchParameters: searchParameters, messages: messages,
                messageLog: MessageLogService(messages: messages),
                benchmarkBody: configuration.answersBenchmark ? [UInt8](repeating: 0x20, count: 1500) : nil),
            origins: Set(configuration.allowedOrigins))
        let quiet = logger.atLeast(.warning)
        let connections = HTTPConnections(limit: configuration.maximumBody, clock: clock) { call in
            await responder.respond(to: call)
        }
        let listener = connections.server(
            configuration: .init(
                address: .hostname(configuration.host, port: configuration.port), backlog: Self.backlog),
            onServerRunning: { channel in
                await ready(
                    Ready(
                        port: channel.localAddress?.port ?? configuration.port, database: database.description,
                        worksAsOwner: store.worksAsOwner))
            },
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: quiet)
        var services: [any Service] = [
            listener, profiles, searchParameters, Upkeep.ofPages(store, logger), Upkeep.ofTerms(store, logger), jobs,
        ]
        if let port = configuration.mllpPort {
            do {
                services.append(
                    try await MLLPListener(
                        host: configuration.host, port: port, messages: messages, logger: logger))
            } catch {
                await background.close()
                await store.close()
                throw error
            }
        }
        do {
            try await withDatabase(database) { [services] in
                var lifecycle = ServiceGroupConfiguration(
                    services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet)
                lifecycle.maximumGracefulShutdownDuration = Self.drain
                let group = ServiceGroup(configuration: lifecycle)
                do {
                    try await group.run()
                } catch {
                    await close(background)
                    await close(store)
                    throw error
                }
                // While the database is there: what waits in memory is written now.
                await close(background)
                await close(store)
            }
        } catch {
            throw ServerError(error, host: configuration.host, port: configuration.port, option: "--port")
        }
    }

    private func close(_ store: Store) async {
        let lost = await store.close()
        guard lost > 0 else { return }
        logger.error("\(lost) audit entries of reads could not be written before the end and are lost")
    }

    /// Runs `body` for as long as the database lives: an embedded cluster that cannot be restarted ends the server.
    /// The cluster outlives `body`, however that ends.
    private func withDatabase(_ database: Database, _ body: @escaping @Sendable () async throws -> Void) async throws {
        guard let cluster = database.cluster else { return try await body() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                // The wait for the cluster's end cannot be cancelled, only brought about.
                do {
                    try await body()
                } catch {
                    await cluster.stop()
                    throw error
                }
                await cluster.stop()
            }
            group.addTask {
                if let error = await cluster.ended() { throw error }
            }
            // The first error ends the other task too.
            while try await group.next() != nil {}
        }
    }

    /// Connections of their own for what is done in the background: few, and with more time for a statement.
    private func backgroundConfiguration(_ database: Database) -> StoreConfiguration {
        var store = storeConfiguration(database)
        store.application = store.application.with(settings: [
            "statement_timeout": String(configuration.jobs.statementTimeout)
        ])
        store.application.applicationName = "mediconnect jobs"
        let workers = configuration.jobs.exportsAtOnce + configuration.jobs.searchesAtOnce
        store.leasedConnections = 2 * workers + 2
        let each = max(workers, 1)
        (store.lookupConnections, store.walkConnections, store.searchConnections) = (each, each, each)
        (store.writeConnections, store.messageConnections, store.feedConnections) = (1, 1, 1)
        return store
    }

    private func storeConfiguration(_ database: Database) -> StoreConfiguration {
        var store = StoreConfiguration(
            application: ConnectionConfiguration(
                database.application, applicationName: "mediconnect",
                settings: [
                    "statement_timeout": String(configuration.statementTimeout),
                    "idle_in_transaction_session_timeout": "60000",
                    "lock_timeout": "30000",
                ]),
            clock: clock)
        // More would not fit beside all others into the hundred connections that PostgreSQL allows.
        let cores = min(max(2, NIOCore.System.coreCount), 8)
        // How many an external database has is not known.
        let short = database.cluster == nil ? min(2 * cores, 8) : cores
        (store.lookupConnections, store.walkConnections) = (short, short)
        store.searchConnections = 2 * cores
        store.feedConnections = min(cores, 4)
        store.references = configuration.references
        store.readAudit = configuration.readAudit
        store.parameters = configuration.indexedParameters
        store.baseURL = BaseURL(configuration.baseURL).configured
        return store
    }
}
