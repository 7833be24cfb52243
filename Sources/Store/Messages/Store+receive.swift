import Postgres

/// What became of an inbound message.
public enum MessageOutcome: String, Sendable, CaseIterable {
    /// Stored, and nothing more yet.
    case received
    /// In the record, with nothing to say about it.
    case applied
    /// In the record, and a person should look: a conflict, an assumption that may be wrong.
    case warned
    /// Refused for what it says; a repeat is tried anew.
    case refused
    /// There is no map for it; kept for a person, or for a map that comes later.
    case parked
}

/// What the log knows of a message that has just been received.
public struct MessageReceipt: Sendable {
    /// Its number in the log.
    public let number: Int64
    /// What became of it when it came before; `received` for a new one.
    public let outcome: MessageOutcome
    /// How often it has come, this time included.
    public let attempts: Int
    /// Its sender used the control id for another message within the window.
    public let reusesControlID: Bool
}

extension Store {
    /// What became of the message of a statement on the table of messages.
    static let outcome = "coalesce((select r.outcome from message_result r where r.seq = message.seq), 'received')"

    private static let receiving = Statement(
        """
        with digest as (
            select sha256($7) as value
        ), other as (
            select exists (
                select from message m, digest d
                where m.sender = $3 and m.control_id = $4 and m.digest <> d.value and m.attempts is not null
                    and m.received > $1 - make_interval(secs => $8)) as value
        )
        insert into message (received, channel, sender, control_id, event, digest, raw, attempts)
            select $1, $2, $3, $4, $5, d.value, $6, 1 from digest d
        on conflict (sender, control_id, digest) where attempts is not null
            do update set attempts = message.attempts + 1
        returning seq, \(outcome), attempts, (select value from other)
        """, [.timestamptz, .int2, .text, .text, .text, .bytea, .bytea, .float8])

    /// Puts a message into the log before anything is made of it; durable when this returns.
    ///
    /// - Parameters:
    ///   - event: message type and trigger event, `ADT^A01`.
    ///   - digest: what tells it from another of the same control id: its bytes without MSH-7, because engines stamp a
    ///     message anew when they repeat it.
    ///   - window: seconds in which a sender's control ids should name one message each.
    public func receive(
        _ message: InboundMessage, event: String?, digest: [UInt8], window: Double
    ) async throws(StoreError) -> MessageReceipt {
        try await StoreError.mapping {
            let rows = try await self.log.run(
                Query(
                    Self.receiving,
                    [
                        .timestamp(microsecondsSince1970: message.received), .int2(message.origin.channel.rawValue),
                        .text(message.sender), .text(message.controlID ?? ""), .text(event), .bytes(message.raw),
                        .bytes(digest), .float8(window),
                    ]))
            guard let row = rows.first, let outcome = MessageOutcome(rawValue: try row.text(1)) else {
                throw StoreError.failed("the message log answers nothing")
            }
            return MessageReceipt(
                number: try row.int8(0), outcome: outcome, attempts: Int(try row.int4(2)),
                reusesControlID: try row.bool(3))
        }
    }

    /// Notes what became of a message that was not applied, with its answer, in the log and in the audit; durable when
    /// this returns.
    public func finish(
        _ result: MessageResult, of message: InboundMessage, status: Int
    ) async throws(StoreError) {
        var entry = AuditEntry(
            recorded: message.received, interaction: .operation, status: status, origin: message.origin,
            detail: result.reason)
        entry.query = message.controlID
        let group = [MessageResult.query([result], at: clock()), AuditEntry.query([entry])]
        _ = try await StoreError.mapping { try await self.log.run(group) }
    }
}
