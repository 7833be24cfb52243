import FHIR
import Postgres

extension Store {
    private static let everything = Statement(
        """
        select version, method, updated, content, id from resource where type = $1 and content is not null order by id
        """, [.int2])

    /// The current versions of all resources of a type. For types of which there are few: all are held in memory.
    public func all(_ type: ResourceType) async throws(StoreError) -> [StoredVersion] {
        try await StoreError.mapping {
            try await self.pool.withConnection { connection in
                let rows = try await connection.query(Query(Self.everything, [.int2(type.code)]))
                return try rows.map { try StoredVersion(type: type, id: $0.text(4), row: $0) }
            }
        }
    }

    private static let writings = Statement(
        "select coalesce(sum(seq), 0)::int8 from resource where type = any($1)", [.int2Array])

    /// A number that is another one after each write of a resource of these types, and after each erasure: every version
    /// has a number of its own, and this is the sum of the current ones.
    public func writings(of types: [ResourceType]) async throws(StoreError) -> Int64 {
        try await StoreError.mapping {
            let rows = try await self.reads.run([Query(Self.writings, [.int2Array(types.map(\.code))])])
            return try rows.first?.first.map { try $0.int8(0) } ?? 0
        }
    }
}
