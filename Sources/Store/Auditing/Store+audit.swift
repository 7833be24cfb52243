import FHIR
import Postgres

extension Store {
    /// Notes a read, a search or a refusal; durable when this returns unless reads are deferred.
    public func audit(_ entry: AuditEntry) async throws(StoreError) {
        try await audits.append(entry)
    }

    private static let columns = """
        seq, recorded, interaction, outcome, status, type, id, version, query, principal, channel, remote, request, detail
        """

    private static let one = Statement("select \(columns) from audit where seq = $1", [.int8])

    /// An entry by its number.
    public func auditRecord(_ number: Int64) async throws(StoreError) -> AuditRecord? {
        try await StoreError.mapping {
            let rows = try await self.reads.run([Query(Self.one, [.int8(number)])])
            return try rows.first?.first.map { try AuditRecord($0) }
        }
    }

    /// Entries in the order of their numbers.
    public func auditRecords(_ search: AuditSearch) async throws(StoreError) -> [AuditRecord] {
        try await StoreError.mapping {
            try await self.pool.withConnection { connection in
                try await connection.query(search.query(columns: Self.columns)).map { try AuditRecord($0) }
            }
        }
    }

    /// How many entries match.
    public func auditCount(_ search: AuditSearch) async throws(StoreError) -> Int {
        try await StoreError.mapping {
            try await self.pool.withConnection { connection in
                let rows = try await connection.query(search.countQuery())
                return try rows.first.map { Int(try $0.int8(0)) } ?? 0
            }
        }
    }
}

/// An audit entry with its number.
public struct AuditRecord: Sendable {
    public let number: Int64
    public let entry: AuditEntry

    /// The logical id under which it is read as an AuditEvent.
    public var id: String { Self.prefix + String(number) }

    private static let prefix = "entry-"

    /// The number that an AuditEvent's id stands for; nil for the id of an AuditEvent that a client sent.
    public static func number(ofID id: String) -> Int64? {
        id.hasPrefix(prefix) ? Int64(id.dropFirst(prefix.count)) : nil
    }

    init(_ row: Row) throws {
        number = try row.int8(0)
        guard let interaction = AuditInteraction(rawValue: try row.int2(2)),
            let outcome = AuditEntry.Outcome(rawValue: try row.int2(3)),
            let channel = Origin.Channel(rawValue: try row.int2(10))
        else { throw StoreError.failed("audit entry \(number) holds an unknown code") }
        var entry = AuditEntry(
            recorded: try row.timestamp(1), interaction: interaction, status: Int(try row.int2(4)),
            type: try row.optionalInt2(5).flatMap(ResourceType.init(code:)), id: try row.optionalText(6),
            version: try row.optionalInt4(7), query: try row.optionalText(8),
            origin: Origin(
                principal: try row.text(9), channel: channel, remoteAddress: try row.optionalText(11),
                requestID: try row.optionalText(12)),
            detail: try row.optionalText(13))
        entry.outcome = outcome
        self.entry = entry
    }
}

/// What is asked of the audit; all conditions must hold.
public struct AuditSearch: Sendable {
    public var numbers: [Int64]?
    public var recorded: [DateCondition] = []
    public var interactions: [AuditInteraction]?
    public var outcomes: [AuditEntry.Outcome]?
    /// Type and id of what was touched; any of them.
    public var entities: [(type: ResourceType, id: String)]?
    public var principals: [String]?
    public var after: Int64 = 0
    public var count = 50

    public init() {}

    func query(columns: String) -> Query {
        var binder = Binder()
        let condition = condition(&binder)
        let limit = binder.bind(.int4(Int32(clamping: count)), .int4)
        return binder.query("select \(columns) from audit where \(condition) order by seq limit \(limit)")
    }

    func countQuery() -> Query {
        var binder = Binder()
        let condition = condition(&binder)
        return binder.query("select count(*) from audit where \(condition)")
    }

    private func condition(_ binder: inout Binder) -> String {
        var parts = ["seq > \(binder.bind(.int8(after), .int8))"]
        if let numbers { parts.append("seq = any(\(binder.bind(.int8Array(numbers), .int8Array)))") }
        if let interactions {
            let codes = interactions.map(\.rawValue)
            parts.append("interaction = any(\(binder.bind(.int2Array(codes), .int2Array)))")
        }
        if let outcomes {
            parts.append("outcome = any(\(binder.bind(.int2Array(outcomes.map(\.rawValue)), .int2Array)))")
        }
        if let principals {
            parts.append("principal = any(\(binder.bind(.textArray(principals), .textArray)))")
        }
        if let entities {
            let types = binder.bind(.int2Array(entities.map(\.type.code)), .int2Array)
            let ids = binder.bind(.textArray(entities.map(\.id)), .textArray)
            parts.append("(type, id) in (select * from unnest(\(types), \(ids)))")
        }
        for test in recorded { parts.append(binder.moment(test, column: "recorded")) }
        return parts.joined(separator: " and ")
    }
}
