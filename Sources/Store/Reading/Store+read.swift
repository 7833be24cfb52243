import FHIR
import Postgres

extension Store {
    private static let current = Statement(
        "select version, method, updated, content from resource where type = $1 and id = $2", [.int2, .text])

    /// The current version, a deletion included; nil when the id was never used.
    public func read(_ type: ResourceType, _ id: String) async throws(StoreError) -> StoredVersion? {
        try await StoreError.mapping {
            let rows = try await self.reads.run([Query(Self.current, [.int2(type.code), .text(id)])])
            return try rows.first?.first.map { try StoredVersion(type: type, id: id, row: $0) }
        }
    }

    private static let past = Statement(
        """
        select h.version, h.method, h.updated, h.content from history h
            join resource r on r.key = h.key where r.type = $1 and r.id = $2 and h.version = $3
        union all
        select version, method, updated, content from resource where type = $1 and id = $2 and version = $3
        """, [.int2, .text, .int4])

    /// One version, a deletion included; nil when there is none of that number.
    public func read(
        _ type: ResourceType, _ id: String, version: Int32
    ) async throws(StoreError) -> StoredVersion? {
        try await StoreError.mapping {
            let rows = try await self.reads.run([Query(Self.past, [.int2(type.code), .text(id), .int4(version)])])
            return try rows.first?.first.map { try StoredVersion(type: type, id: id, row: $0) }
        }
    }

    private static let instanceHistory = Statement(
        """
        select * from (
            select version, method, updated, content from resource where type = $1 and id = $2
            union all
            select h.version, h.method, h.updated, h.content from history h
                join resource r on r.key = h.key where r.type = $1 and r.id = $2
        ) v where version < $3 and updated >= $4 order by version desc limit $5
        """, [.int2, .text, .int4, .timestamptz, .int4])

    /// The versions of one resource below `before`, newest first, at most `count`.
    ///
    /// - Parameter since: microseconds since 1970 UTC; older versions are left out.
    public func history(
        _ type: ResourceType, _ id: String, before: Int32 = .max, since: Int64 = 0, count: Int
    ) async throws(StoreError) -> [StoredVersion] {
        try await StoreError.mapping {
            try await self.pool.withConnection { connection in
                let rows = try await connection.query(
                    Query(
                        Self.instanceHistory,
                        [
                            .int2(type.code), .text(id), .int4(before), .timestamp(microsecondsSince1970: since),
                            .int4(Int32(count)),
                        ]))
                return try rows.map { try StoredVersion(type: type, id: id, row: $0) }
            }
        }
    }

    private static let historySize = Statement(
        """
        select (r.updated >= $3)::int4::int8 + (select count(*) from history h where h.key = r.key and h.updated >= $3)
        from resource r where r.type = $1 and r.id = $2
        """, [.int2, .text, .timestamptz])

    /// How many versions a resource has; nil when the id was never used.
    ///
    /// - Parameter since: microseconds since 1970 UTC; older versions are left out.
    public func versionCount(
        _ type: ResourceType, _ id: String, since: Int64 = 0
    ) async throws(StoreError) -> Int? {
        try await StoreError.mapping {
            let rows = try await self.reads.run([
                Query(Self.historySize, [.int2(type.code), .text(id), .timestamp(microsecondsSince1970: since)])
            ])
            return try rows.first?.first.map { Int(try $0.int8(0)) }
        }
    }
}

extension StoredVersion {
    /// A row of version, method, updated, content.
    init(type: ResourceType, id: String, row: Row) throws {
        guard let method = WriteMethod(rawValue: try row.int2(1)) else {
            throw StoreError.failed("the record holds an unknown method for \(type.name)/\(id)")
        }
        self.init(
            type: type, id: id, version: try row.int4(0), method: method, updated: try row.timestamp(2),
            content: try row.optionalBytes(3))
    }
}
