import FHIR
import Postgres

/// What an erasure took away.
public struct PurgeResult: Sendable, Equatable {
    public var resources = 0
    public var versions = 0
    /// Messages of the log whose contents were erased.
    public var messages = 0

    public init() {}
}

extension Store {
    private static let purge = Statement(
        "select resources, versions, messages from purge_resources($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        [.int2Array, .textArray, .int8Array, .bool, .timestamptz, .text, .int2, .text, .text, .text])

    private static let versions = Statement(
        """
        select r.type, r.id, v.content from unnest($1, $2) as g(type, id)
            join resource r on r.type = g.type and r.id = g.id
            join lateral (select h.content from history h where h.key = r.key) v on v.content is not null
        """, [.int2Array, .textArray])

    /// How many resources are erased in one transaction.
    private static let purgeBatch = 200

    /// Erases resources that are deleted: all their versions, what was derived from them, and what they changed in the
    /// outbox. The audit gets an entry for each. What is not there, or not deleted, is left.
    ///
    /// - Parameters:
    ///   - withMessages: the contents of messages that wrote one of them are erased, too.
    ///   - asked: what the audit shows as the query.
    public func purge(
        _ names: [(type: ResourceType, id: String)], withMessages: Bool, asked: String, origin: Origin
    ) async throws(StoreError) -> PurgeResult {
        var result = PurgeResult()
        var rest = names.sorted { ($0.type, $0.id) < ($1.type, $1.id) }[...]
        while !rest.isEmpty {
            let batch = Array(rest.prefix(Self.purgeBatch))
            rest = rest.dropFirst(Self.purgeBatch)
            let one = try await StoreError.mapping { try await self.purge(batch, withMessages, asked, origin) }
            result.resources += one.resources
            result.versions += one.versions
            result.messages += one.messages
        }
        return result
    }

    private func purge(
        _ names: [(type: ResourceType, id: String)], _ withMessages: Bool, _ asked: String, _ origin: Origin
    ) async throws -> PurgeResult {
        let types = Parameter.int2Array(names.map(\.type.code))
        let ids = Parameter.textArray(names.map(\.id))
        return try await pool.withTransaction { connection in
            var terms: Set<Int64> = []
            for row in try await connection.query(Query(Self.versions, [types, ids])) {
                guard let type = ResourceType(code: try row.int2(0)) else { continue }
                // What cannot be read has no texts of its own in the tables either.
                guard let rows = try? self.rows(of: try row.bytes(2), type: type, id: try row.text(1)) else { continue }
                terms.formUnion(rows.texts.rows.map(\.term))
            }
            let now = self.clock()
            let rows = try await connection.query(
                Query(
                    Self.purge,
                    [
                        types, ids, .int8Array(terms.sorted()), .bool(withMessages),
                        .timestamp(microsecondsSince1970: now - now % 1000), .text(origin.principal),
                        .int2(origin.channel.rawValue), origin.remoteAddress.map { .text($0) } ?? .null(.text),
                        origin.requestID.map { .text($0) } ?? .null(.text), .text(asked),
                    ]))
            self.texts.forget(terms)
            var result = PurgeResult()
            if let row = rows.first {
                result.resources = Int(try row.int4(0))
                result.versions = Int(try row.int4(1))
                result.messages = Int(try row.int4(2))
            }
            return result
        }
    }

    private static let deletedOf = Statement(
        """
        select r.type, r.id, h.content from resource r join history h on h.key = r.key and h.version = r.version - 1
        where r.method = 2 and r.type = any($1) and position($2::bytea in h.content) > 0
        order by r.type, r.id limit $3
        """, [.int2Array, .bytea, .int4])

    /// Deleted resources whose last content holds some bytes: they are in no index any more.
    public func deleted(
        _ types: [ResourceType], holding text: String, limit: Int
    ) async throws(StoreError) -> [(type: ResourceType, id: String, content: [UInt8])] {
        try await StoreError.mapping {
            let rows = try await self.pool.withConnection { connection in
                try await connection.query(
                    Query(
                        Self.deletedOf,
                        [.int2Array(types.map(\.code)), .bytes(Array(text.utf8)), .int4(Int32(clamping: limit))]))
            }
            return try rows.compactMap { row in
                guard let type = ResourceType(code: try row.int2(0)) else { return nil }
                return (type, try row.text(1), try row.optionalBytes(2) ?? [])
            }
        }
    }
}
