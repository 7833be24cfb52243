import Exchange
import Logging
import Postgres
import Store

/// What an operator does with a record while no server need run: migrations, and making derived rows again.
public struct Maintenance: Sendable {
    let configuration: ServerConfiguration
    let logger: Logger
    let clock: @Sendable () -> Int64
    /// Tells the operator what was found and done, a line at a time.
    let say: @Sendable (String) -> Void

    public init(
        configuration: ServerConfiguration, logger: Logger, clock: @escaping @Sendable () -> Int64,
        say: @escaping @Sendable (String) -> Void
    ) {
        self.configuration = configuration
        self.logger = logger
        self.clock = clock
        self.say = say
    }

    public func migrate() async throws {
        let database = try await Database.open(configuration, logger: logger)
        await database.close()
        say("The schema is up to date in \(database).")
    }

    /// The search rows.
    public func reindex(checkOnly: Bool) async throws {
        try await withStore { store in
            if try await !reindex(store, checkOnly: checkOnly), checkOnly { throw MaintenanceFailure.differences }
        }
    }

    /// Whether all rows were right.
    private func reindex(_ store: Store, checkOnly: Bool) async throws -> Bool {
        let report = try await Reindex(store).run(checkOnly: checkOnly) { report in
            if report.scanned % 10_000 == 0 { say("\(report.scanned) resources so far") }
        }
        say(
            "\(report.scanned) resources: \(report.right) right, \(report.wrong) "
                + (checkOnly ? "different" : "made again") + ", \(report.orphans) rows without a resource"
                + (checkOnly || report.orphans == 0 ? "." : " removed."))
        for example in report.examples { say("  \(checkOnly ? "differs" : "made again"): \(example)") }
        for parameter in try await store.recordParameters() {
            say(
                "Search parameter \(parameter.url): \(parameter.state), \(parameter.scanned) resources scanned = "
                    + "\(parameter.indexed) indexed + \(parameter.failed) failed.")
        }
        return report.isClean
    }

    /// All that is derived from the record: the search rows, and who is in which bed.
    public func rebuild(checkOnly: Bool) async throws {
        try await withStore { store in
            let isClean = try await reindex(store, checkOnly: checkOnly)
            let clock = clock
            let exchange = Exchange(store: store, clock: clock, makeID: { Identifiers.uuid7(now: clock()) })
            let report = try await exchange.rebuildBeds(checkOnly: checkOnly)
            say(
                "\(report.stays) stays in beds, \(report.claims) of them now: \(report.differences) "
                    + (checkOnly ? "different." : "made again or removed."))
            for example in report.examples { say("  \(checkOnly ? "differs" : "mended"): \(example)") }
            if checkOnly, !isClean || report.differences > 0 { throw MaintenanceFailure.differences }
        }
    }

    /// Runs a command and says in a sentence why it failed.
    public func report(_ command: () async throws -> Void) async throws {
        do {
            try await command()
        } catch MaintenanceFailure.differences {
            throw MaintenanceFailure.differences
        } catch {
            logger.error("\(error)")
            throw MaintenanceFailure.failed
        }
    }

    private func withStore(_ body: (Store) async throws -> Void) async throws {
        let database = try await Database.open(configuration, logger: logger)
        do {
            var record = StoreConfiguration(
                application: ConnectionConfiguration(database.application), clock: clock)
            record.parameters = configuration.indexedParameters
            record.baseURL = BaseURL(configuration.baseURL).configured
            let store = try await Store.open(record)
            do {
                try await body(store)
            } catch {
                await store.close()
                throw error
            }
            await store.close()
        } catch {
            await database.close()
            throw error
        }
        await database.close()
    }
}

/// How a maintenance command ended; it has said why.
public enum MaintenanceFailure: Error, Sendable {
    case failed
    case differences
}
