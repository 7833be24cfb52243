import Logging
import Postgres
import Store

/// The database of a server: the embedded cluster, or an external one; migrated.
struct Database: Sendable, CustomStringConvertible {
    let application: String
    let owner: String
    let cluster: EmbeddedCluster?
    let description: String

    /// Starts or reaches the database and brings its schema up to date.
    static func open(_ configuration: ServerConfiguration, logger: Logger) async throws -> Database {
        let database = try await connect(configuration, logger: logger)
        do {
            try await database.migrate(configuration, logger: logger)
        } catch {
            await database.close()
            throw error
        }
        return database
    }

    /// Without migrating.
    static func connect(_ configuration: ServerConfiguration, logger: Logger) async throws -> Database {
        if let url = configuration.databaseURL {
            return Database(
                application: url, owner: configuration.migrateURL ?? url, cluster: nil,
                description: "external PostgreSQL")
        }
        let cluster = try await EmbeddedCluster.start(
            ClusterConfiguration(dataDirectory: configuration.dataDirectory) { event in
                // The last failure is thrown too, and said by whoever ends because of it.
                if case .failed = event { return }
                logger.log(level: event.isTrouble ? .warning : .info, "\(event)")
            })
        return Database(
            application: cluster.connectionStrings.application, owner: cluster.connectionStrings.owner,
            cluster: cluster, description: "embedded PostgreSQL in \(configuration.dataDirectory)")
    }

    func migrate(_ configuration: ServerConfiguration, logger: Logger) async throws {
        let role = try await reach("--database-url") {
            try await Migrator.role(of: ConnectionConfiguration(application))
        }
        let migrator = Migrator(owner: ConnectionConfiguration(owner, applicationName: "mediconnect migrate"))
        let outcome = try await reach(owner == application ? "--database-url" : "--migrate-url") {
            try await migrator.migrate(application: role)
        }
        if !outcome.applied.isEmpty {
            logger.info("schema brought to version \(outcome.version)", metadata: ["applied": "\(outcome.applied)"])
        }
        if outcome.needsReindex {
            logger.notice("the new schema has search rows that are made from the record now; this is done once")
            try await reindex(configuration)
            try await migrator.noteReindexed()
        }
    }

    private func reindex(_ configuration: ServerConfiguration) async throws {
        var record = StoreConfiguration(application: ConnectionConfiguration(application), clock: { 0 })
        record.parameters = configuration.indexedParameters
        record.baseURL = BaseURL(configuration.baseURL).configured
        let store = try await Store.open(record)
        do {
            _ = try await Reindex(store).run(checkOnly: false)
        } catch {
            await store.close()
            throw error
        }
        await store.close()
    }

    /// - Parameter option: what names the database, where it is an external one.
    private func reach<Value>(_ option: String, _ work: () async throws -> Value) async throws -> Value {
        do {
            return try await work()
        } catch let error as PostgresError where error.isConnectionLoss && cluster == nil {
            throw ServerError(database: error, option: option)
        }
    }

    func close() async {
        await cluster?.stop()
    }
}
