import FHIR
import Postgres

extension Store {
    private static let versionThen = Statement(
        """
        select version, method, updated, content from resource where type = $1 and id = $2 and updated <= $3
        union all
        select h.version, h.method, h.updated, h.content from history h join resource r on r.key = h.key
            where r.type = $1 and r.id = $2 and h.updated <= $3 and h.ended > $3
        """, [.int2, .text, .timestamptz])

    /// The version that was current at an instant, a deletion included; nil when the id was not used yet.
    ///
    /// - Parameter instant: microseconds since 1970 UTC.
    public func read(
        _ type: ResourceType, _ id: String, asOf instant: Int64
    ) async throws(StoreError) -> StoredVersion? {
        let then = Parameter.timestamp(microsecondsSince1970: Binder.storable(instant))
        return try await StoreError.mapping {
            let rows = try await self.reads.run([Query(Self.versionThen, [.int2(type.code), .text(id), then])])
            return try rows.first?.first.map { try StoredVersion(type: type, id: id, row: $0) }
        }
    }
}
