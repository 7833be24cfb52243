import FHIR
import Postgres

/// Brings a database to the schema that this server knows: each migration in a transaction of its own, one server at a
/// time (an advisory lock), refused when an applied one was edited or the database is newer than the server.
public struct Migrator: Sendable {
    private let owner: ConnectionConfiguration

    /// - Parameter owner: a connection whose role may create tables, functions and grants.
    public init(owner: ConnectionConfiguration) {
        self.owner = owner
    }

    /// What a run has done.
    public struct Outcome: Sendable, Equatable {
        /// The names of the migrations that were applied just now.
        public let applied: [String]
        /// The number of the newest migration in the database.
        public let version: Int32
        /// The search rows must be made again (``Reindex``) before the record is used; ``Migrator/noteReindexed()`` says
        /// that they are.
        public let needsReindex: Bool
    }

    /// Applies what is missing and grants the application's role what it may do.
    ///
    /// - Parameter application: the role that the server works under; append-only tables are granted SELECT and INSERT
    ///   only. The owner itself needs no grants.
    public func migrate(application: String? = nil) async throws -> Outcome {
        let pool = try ConnectionPool(configuration: owner, maximum: 1)
        do {
            let outcome = try await pool.withConnection { connection in
                try await connection.execute(Self.ledger)
                var applied: [String] = []
                for migration in Migration.all {
                    if try await apply(migration, on: connection) { applied.append(migration.name) }
                }
                if let application { try await grant(to: application, on: connection) }
                let reindex = try await connection.query(Query("select from setting where name = 'reindex'"))
                return Outcome(
                    applied: applied, version: Migration.all.last?.number ?? 0, needsReindex: !reindex.isEmpty)
            }
            await pool.close()
            return outcome
        } catch {
            await pool.close()
            throw error
        }
    }

    /// The search rows have been made again.
    public func noteReindexed() async throws {
        let pool = try ConnectionPool(configuration: owner, maximum: 1)
        do {
            _ = try await pool.withConnection {
                try await $0.query(Query("delete from setting where name = 'reindex'"))
            }
            await pool.close()
        } catch {
            await pool.close()
            throw error
        }
    }

    private static let lock = "select pg_advisory_xact_lock(5636479911)"

    private static let ledger = """
        begin;
        \(lock);
        create table if not exists migration (
            number int4 primary key,
            name text not null,
            checksum text not null,
            applied timestamptz not null default now()
        );
        commit
        """

    private static let known = Statement("select number, checksum from migration order by number")

    private func apply(_ migration: Migration, on connection: Connection) async throws -> Bool {
        try await connection.execute("begin; \(Self.lock)")
        do {
            let rows = try await connection.query(Query(Self.known))
            if let newest = rows.last, try newest.int4(0) > Migration.all.last?.number ?? 0 {
                throw MigrationError.newerDatabase(
                    number: try newest.int4(0), known: Migration.all.last?.number ?? 0)
            }
            if let row = try rows.first(where: { row in try row.int4(0) == migration.number }) {
                guard try row.text(1) == migration.checksum else {
                    throw MigrationError.edited(number: migration.number, name: migration.name)
                }
                try await connection.execute("rollback")
                return false
            }
            try await connection.execute(migration.sql)
            if migration.number == Migration.record.number {
                try await fillFacts(on: connection)
            }
            _ = try await connection.query(
                Query(
                    Self.enter, [.int4(migration.number), .text(migration.name), .text(migration.checksum)]))
            try await connection.execute("commit")
            return true
        } catch {
            try? await connection.execute("rollback")
            throw error
        }
    }

    private static let enter = Statement(
        "insert into migration (number, name, checksum) values ($1, $2, $3)", [.int4, .text, .text])

    private static let types = Statement(
        "insert into resource_type (code, name) select * from unnest($1, $2)", [.int2Array, .textArray])

    private static let settings = Statement(
        """
        insert into setting (name, value) values
            ('term_key', replace(gen_random_uuid()::text, '-', '')),
            ('epoch', gen_random_uuid()::text)
        """)

    private func fillFacts(on connection: Connection) async throws {
        let all = ResourceType.all
        _ = try await connection.query(
            Query(Self.types, [.int2Array(all.map(\.code)), .textArray(all.map(\.name))]))
        _ = try await connection.query(Query(Self.settings))
    }

    /// The role that a connection works under.
    public static func role(of application: ConnectionConfiguration) async throws -> String {
        let pool = try ConnectionPool(configuration: application, maximum: 1)
        do {
            let rows = try await pool.withConnection { try await $0.query(Query(Self.whoAmI)) }
            await pool.close()
            return try rows.first?.text(0) ?? ""
        } catch {
            await pool.close()
            throw error
        }
    }

    private static let whoAmI = Statement("select current_user::text")

    private func grant(to application: String, on connection: Connection) async throws {
        let me = try await connection.query(Query(Self.whoAmI))
        if let row = me.first, try row.text(0) == application { return }
        let role = "\"" + application.replacing("\"", with: "\"\"") + "\""
        try await connection.execute(
            """
            begin;
            \(Self.lock);
            grant usage on schema public to \(role);
            grant select on all tables in schema public to \(role);
            grant usage on all sequences in schema public to \(role);
            grant insert on history, audit to \(role);
            grant insert, update on resource, message, message_result to \(role);
            grant insert on search_shape, search_text to \(role);
            grant insert, update, delete on search, search_identity, search_string, search_date, search_number, outbox to \(role);
            grant insert, update, delete on bed_party, bed_stay, feed_state, movement to \(role);
            grant insert, update, delete on page_list, page_chunk to \(role);
            grant insert, update, delete on search_parameter to \(role);
            grant truncate on bed_party, bed_stay to \(role);
            grant execute on function purge_resources to \(role);
            grant insert, update, delete on job, job_file, job_chunk to \(role);
            grant truncate on search, search_identity, search_string, search_date, search_number to \(role);
            commit
            """)
    }
}

/// Why a database cannot be brought to this server's schema.
public enum MigrationError: Error, Sendable, CustomStringConvertible {
    /// The database carries a migration that this server does not know.
    case newerDatabase(number: Int32, known: Int32)
    /// A migration's text differs from the one that was applied.
    case edited(number: Int32, name: String)

    public var description: String {
        switch self {
        case .newerDatabase(let number, let known):
            "The database was migrated to version \(number) by a newer MediConnect; this one knows versions up to "
                + "\(known). Start the newer MediConnect, or restore a backup from before the upgrade."
        case .edited(let number, let name):
            "Migration \(number) (\(name)) in the database differs from the one in this MediConnect. The database was "
                + "made by a build that was never released; make a new one and load the record again."
        }
    }
}
