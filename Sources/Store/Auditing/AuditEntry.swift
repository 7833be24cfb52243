import FHIR
import Postgres

/// One interaction as the audit keeps it.
public struct AuditEntry: Sendable {
    /// AuditEvent.outcome (R4 audit-event-outcome).
    public enum Outcome: Int16, Sendable {
        case success = 0
        case minorFailure = 4
        case seriousFailure = 8
        case majorFailure = 12

        /// The outcome that an HTTP status tells.
        public init(status: Int) {
            switch status {
            case ..<400: self = .success
            case 400..<500: self = .minorFailure
            default: self = .seriousFailure
            }
        }
    }

    /// Microseconds since 1970 UTC.
    public var recorded: Int64
    public var interaction: AuditInteraction
    public var outcome: Outcome
    /// The HTTP status that was answered.
    public var status: Int16
    public var type: ResourceType?
    public var id: String?
    public var version: Int32?
    /// The search as it was asked.
    public var query: String?
    public var origin: Origin
    /// Why it failed, where it failed.
    public var detail: String?

    public init(
        recorded: Int64, interaction: AuditInteraction, status: Int, type: ResourceType? = nil, id: String? = nil,
        version: Int32? = nil, query: String? = nil, origin: Origin, detail: String? = nil
    ) {
        self.recorded = recorded
        self.interaction = interaction
        self.outcome = Outcome(status: status)
        self.status = Int16(clamping: status)
        self.type = type
        self.id = id
        self.version = version
        self.query = query.map(Self.storable)
        self.origin = origin
        self.detail = detail.map(Self.storable)
    }

    /// PostgreSQL's texts hold no NUL.
    private static func storable(_ text: String) -> String {
        text.utf8.contains(0) ? text.replacing("\0", with: "\u{fffd}") : text
    }

    private static let statement = Statement(
        """
        insert into audit (recorded, interaction, outcome, status, type, id, version, query, principal, channel,
            remote, request, detail)
        select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
        """,
        [
            .timestamptzArray, .int2Array, .int2Array, .int2Array, .int2Array, .textArray, .int4Array, .textArray,
            .textArray, .int2Array, .textArray, .textArray, .textArray,
        ])

    /// One statement for any number of entries.
    static func query(_ entries: [AuditEntry]) -> Query {
        Query(
            statement,
            [
                .timestampArray(microsecondsSince1970: entries.map(\.recorded)),
                .int2Array(entries.map(\.interaction.rawValue)),
                .int2Array(entries.map(\.outcome.rawValue)),
                .int2Array(entries.map(\.status)),
                .int2Array(entries.map(\.type?.code)),
                .textArray(entries.map(\.id)),
                .int4Array(entries.map(\.version)),
                .textArray(entries.map(\.query)),
                .textArray(entries.map(\.origin.principal)),
                .int2Array(entries.map(\.origin.channel.rawValue)),
                .textArray(entries.map(\.origin.remoteAddress)),
                .textArray(entries.map(\.origin.requestID)),
                .textArray(entries.map(\.detail)),
            ])
    }
}
