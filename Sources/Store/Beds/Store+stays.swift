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

    private static let all = Statement("select \(StoredStay.columns) from bed_stay")

    /// All stays in beds that are kept.
    public func stays() async throws(StoreError) -> [StoredStay] {
        try await StoreError.mapping {
            try await self.pool.withConnection { try await $0.query(Query(Self.all)).map(StoredStay.init) }
        }
    }

    /// All movements of encounters, in no order.
    public func movements(ofEncounters encounters: [String]) async throws(StoreError) -> [StoredMovement] {
        try await StoreError.mapping {
            try await self.pool.withConnection { connection in
                try await connection.query(StoredMovement.query(ofEncounters: encounters)).map(StoredMovement.init)
            }
        }
    }

    private static let forget = Statement("delete from bed_stay where bed = any($1)", [.textArray])

    /// Forgets all stays in some beds and keeps these.
    public func replaceStays(inBeds beds: [String], with stays: [StoredStay]) async throws(StoreError) {
        try await StoreError.mapping {
            try await self.pool.withTransaction { connection in
                _ = try await connection.run(
                    [Query(Self.forget, [.textArray(beds)]), Query(StayChange.leave, [.textArray(beds)])]
                        + StayChange(after: stays).queries)
            }
        }
    }
}
