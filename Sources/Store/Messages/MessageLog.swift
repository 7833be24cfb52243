import Postgres

/// An inbound message as it is kept: raw, before anything is made of it.
public struct InboundMessage: Sendable {
    /// Microseconds since 1970 UTC.
    public var received: Int64
    public var origin: Origin
    /// Who sent it, as the message says: sending application and facility.
    public var sender: String
    public var controlID: String?
    public var raw: [UInt8]

    public init(received: Int64, origin: Origin, sender: String, controlID: String?, raw: [UInt8]) {
        self.received = received
        self.origin = origin
        self.sender = sender
        self.controlID = controlID
        self.raw = raw
    }
}

extension Store {
    private static let parking = Statement(
        """
        insert into message (received, channel, sender, control_id, digest, outcome, error, raw, acknowledgement)
        values ($1, $2, $3, $4, sha256($7), $5, $6, $7, $8)
        """, [.timestamptz, .int2, .text, .text, .text, .text, .bytea, .bytea])

    /// Keeps a message that cannot be applied, with the reason and the answer, and notes it in the audit; durable when
    /// this returns.
    public func park(
        _ message: InboundMessage, reason: String, acknowledgement: [UInt8]
    ) async throws(StoreError) {
        var entry = AuditEntry(
            recorded: message.received, interaction: .operation, status: 422, origin: message.origin, detail: reason)
        entry.query = message.controlID
        let query = Query(
            Self.parking,
            [
                .timestamp(microsecondsSince1970: message.received), .int2(message.origin.channel.rawValue),
                .text(message.sender), .text(message.controlID), .text("parked"), .text(reason), .bytes(message.raw),
                .bytes(acknowledgement),
            ])
        let audit = AuditEntry.query([entry])
        _ = try await StoreError.mapping { try await self.writes.run([query, audit]) }
    }
}
