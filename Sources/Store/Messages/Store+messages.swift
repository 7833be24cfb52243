import Postgres

/// A message of the log without its bytes.
public struct MessageSummary: Sendable {
    public let number: Int64
    /// Microseconds since 1970 UTC.
    public let received: Int64
    public let sender: String
    /// Nil where the message has none.
    public let controlID: String?
    /// Message type and trigger event; nil where its header cannot be read, or only its beginning was kept.
    public let event: String?
    public let outcome: MessageOutcome
    /// Why, where it is not plainly applied.
    public let reason: String?
    /// How often it was received or replayed.
    public let attempts: Int
    /// The id of its Patient.
    public let patient: String?
    /// When it happened, as the message says; microseconds since 1970 UTC.
    public let occurred: Int64?
    /// When it was decided what becomes of it; nil while that is open.
    public let decided: Int64?
    /// Bytes of the message.
    public let size: Int

    /// In the order in which they are read.
    static let columns = """
        m.seq, m.received, m.sender, m.control_id, m.event, coalesce(r.outcome, 'received'), r.error, m.attempts,
        r.patient, r.occurred, r.decided, octet_length(m.raw)
        """

    /// The tables that they are columns of.
    static let tables = "message m left join message_result r on r.seq = m.seq"

    init(_ row: Row) throws {
        number = try row.int8(0)
        received = try row.timestamp(1)
        sender = try row.text(2)
        controlID = try row.optionalText(3).flatMap { $0.isEmpty ? nil : $0 }
        event = try row.optionalText(4)
        guard let outcome = MessageOutcome(rawValue: try row.text(5)) else {
            throw StoreError.failed("message \(number) has an unknown outcome")
        }
        self.outcome = outcome
        reason = try row.optionalText(6)
        attempts = Int(try row.optionalInt4(7) ?? 1)
        patient = try row.optionalText(8)
        occurred = try row.optionalTimestamp(9)
        decided = try row.optionalTimestamp(10)
        size = Int(try row.int4(11))
    }
}

/// A message of the log with all that is kept about it.
public struct StoredMessage: Sendable {
    public let summary: MessageSummary
    public let channel: Origin.Channel
    /// As it was received.
    public let raw: [UInt8]
    /// The answer that was given last.
    public let acknowledgement: [UInt8]?
    /// `Type/id/_history/version` of what it made.
    public let wrote: [String]
    /// The conversion report, JSON.
    public let report: String?
}

extension Store {
    /// A page of the message log, newest first.
    public func messages(_ search: MessageSearch) async throws(StoreError) -> [MessageSummary] {
        try await StoreError.mapping {
            try await self.pool.withConnection { connection in
                try await connection.query(search.query()).map { try MessageSummary($0) }
            }
        }
    }

    private static let whole = Statement(
        """
        select \(MessageSummary.columns), m.channel, m.raw, r.acknowledgement, r.wrote, r.report
        from \(MessageSummary.tables) where m.seq = $1
        """, [.int8])

    /// A message by its number; nil where there is none.
    public func message(_ number: Int64) async throws(StoreError) -> StoredMessage? {
        try await StoreError.mapping {
            let rows = try await self.reads.run([Query(Self.whole, [.int8(number)])])
            guard let row = rows.first?.first else { return nil }
            guard let channel = Origin.Channel(rawValue: try row.int2(12)) else {
                throw StoreError.failed("message \(number) came by an unknown channel")
            }
            return StoredMessage(
                summary: try MessageSummary(row), channel: channel, raw: try row.bytes(13),
                acknowledgement: try row.optionalBytes(14),
                wrote: try row.isNull(15) ? [] : try row.textArray(15), report: try row.optionalText(16))
        }
    }

    private static let reopening = Statement(
        """
        update message set attempts = coalesce(attempts, 0) + 1, digest = sha256($2)
        where seq = $1 and not exists (
            select from message o
            where o.sender = message.sender and o.control_id = message.control_id and o.digest = sha256($2)
                and o.seq <> message.seq and o.attempts is not null)
        returning seq, \(outcome), attempts
        """, [.int8, .bytea])

    /// Notes that a stored message is tried once more; durable when this returns.
    ///
    /// - Parameter digest: as ``receive(_:event:digest:window:)`` has it. What could not be read when it came, and can be
    ///   now, is known by it from now on, so that the sender's own repeat finds it.
    /// - Returns: nil where the sender has repeated it meanwhile and the repeat is known by that digest: it counts.
    public func reopen(message number: Int64, digest: [UInt8]) async throws(StoreError) -> MessageReceipt? {
        try await StoreError.mapping {
            let rows = try await self.log.run(Query(Self.reopening, [.int8(number), .bytes(digest)]))
            guard let row = rows.first, let outcome = MessageOutcome(rawValue: try row.text(1)) else { return nil }
            return MessageReceipt(
                number: try row.int8(0), outcome: outcome, attempts: Int(try row.int4(2)), reusesControlID: false)
        }
    }
}
