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
