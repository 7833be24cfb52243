import FHIR
import Postgres

// For making the rows about beds again from the record.
extension Store {
    private static let page = Statement(
        """
        select key, version, method, updated, content, id from resource
        where type = $1 and key > $2 and method <> 2 order by key limit 500
        """, [.int2, .int8])

    /// Some current resources of a type, in the order of their keys, behind one.
    public func resources(
        of type: ResourceType, after key: Int64
    ) async throws(StoreError) -> [(key: Int64, version: StoredVersion)] {
        try await StoreError.mapping {
            try await self.pool.withConnection { connection in
                try await connection.query(Query(Self.page, [.int2(type.code), .int8(key)])).map { row in
                    guard let method = WriteMethod(rawValue: try row.int2(2)) else {
                        throw StoreError.failed("the record holds an unknown method")
                    }
                    return (
                        try row.int8(0),
                        StoredVersion(
                            type: type, id: try row.text(5), version: try row.int4(1), method: method,
                            updated: try row.timestamp(3), content: try row.optionalBytes(4))
                    )
                }
            }
        }
    }

    private static let open = Statement("select \(StoredStay.columns) from bed_stay where party is not null")

    /// The stays that hold beds now.
    public func openStays() async throws(StoreError) -> [StoredStay] {
        try await StoreError.mapping {
            try await self.pool.withConnection { try await $0.query(Query(Self.open)).map(StoredStay.init) }
        }
    }

    /// Forgets all stays in beds and keeps these.
    public func replaceStays(_ stays: [StoredStay]) async throws(StoreError) {
        try await StoreError.mapping {
            try await self.pool.withTransaction { connection in
                _ = try await connection.run(
                    [Query("delete from bed_stay"), Query("delete from bed_party")] + StayChange(after: stays).queries)
            }
        }
    }
}
