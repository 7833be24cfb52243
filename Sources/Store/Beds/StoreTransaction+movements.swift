import FHIR
import Postgres

/// A movement of an encounter, as a feed told it. Times are microseconds since 1970 UTC.
public struct StoredMovement: Sendable, Hashable {
    public let encounter: String
    /// Sender, control id and position: the same however often the message comes.
    public let identity: String
    /// The trigger event, `A02`.
    public let kind: String
    public let occurred: Int64
    /// How many microseconds wide `occurred` is, as it was sent.
    public let width: Int64
    public let recorded: Int64
    public let location: String?
    public let prior: String?

    public init(
        encounter: String, identity: String, kind: String, occurred: Int64, width: Int64, recorded: Int64,
        location: String?, prior: String?
    ) {
        self.encounter = encounter
        self.identity = identity
        self.kind = kind
        self.occurred = occurred
        self.width = width
        self.recorded = recorded
        self.location = location
        self.prior = prior
    }
}

extension StoreTransaction {
    private static let locking = Statement(
        "select from resource where type = $1 and id = any($2) order by id for update", [.int2, .textArray])

    /// All movements of encounters, in no order. The encounters are locked, so that two messages about one see each
    /// other's.
    public func movements(ofEncounters encounters: [String]) async throws(StoreError) -> [StoredMovement] {
        guard !encounters.isEmpty else { return [] }
        return try await StoreError.mapping {
            let ids = Parameter.textArray(encounters)
            let results = try await connection.run([
                Query(Self.locking, [.int2(ResourceType.encounter.code), ids]),
                StoredMovement.query(ofEncounters: encounters),
            ])
            return try results[1].map(StoredMovement.init)
        }
    }
}

extension StoredMovement {
    private static let selection = Statement(
        """
        select encounter, identity, kind, occurred, width, recorded, location, prior from movement
        where encounter = any($1)
        """, [.textArray])

    static func query(ofEncounters encounters: [String]) -> Query { Query(selection, [.textArray(encounters)]) }

    init(_ row: Row) throws {
        self.init(
            encounter: try row.text(0), identity: try row.text(1), kind: try row.text(2), occurred: try row.int8(3),
            width: try row.int8(4), recorded: try row.int8(5), location: try row.optionalText(6),
            prior: try row.optionalText(7))
    }
}

extension [StoredMovement] {
    private static let keeping = Statement(
        """
        insert into movement (encounter, identity, kind, occurred, width, recorded, location, prior)
            select * from unnest($1, $2, $3, $4, $5, $6, $7, $8)
        on conflict (encounter, identity) do nothing
        """,
        [.textArray, .textArray, .textArray, .int8Array, .int8Array, .int8Array, .textArray, .textArray])

    var query: Query? {
        isEmpty
            ? nil
            : Query(
                Self.keeping,
                [
                    .textArray(map(\.encounter)), .textArray(map(\.identity)), .textArray(map(\.kind)),
                    .int8Array(map(\.occurred)), .int8Array(map(\.width)), .int8Array(map(\.recorded)),
                    .textArray(map(\.location)), .textArray(map(\.prior)),
                ])
    }
}
