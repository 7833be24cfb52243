import FHIR
import Postgres

/// What resources are labelled with; each a JSON value: urls as strings, labels as Codings.
public struct MetaInUse: Sendable {
    public var profiles: [String] = []
    public var security: [String] = []
    public var tags: [String] = []
}

extension Store {
    /// Reads the metas of all current resources of a type, or of all: in proportion to the record, within the statement
    /// timeout.
    private static let metaInUse = Statement(
        """
        with metas as (
            select distinct convert_from(r.content, 'UTF8')::json #>> '{meta,profile}' as profile,
                convert_from(r.content, 'UTF8')::json #>> '{meta,security}' as security,
                convert_from(r.content, 'UTF8')::json #>> '{meta,tag}' as tag
            from resource r where r.method <> 2 and ($1::int2 is null or r.type = $1)
        )
        select 0::int4, v::text from metas, jsonb_array_elements(case when profile like '[%' then profile::jsonb else '[]' end) v group by v
        union all
        select 1::int4, min(v::text) from metas, jsonb_array_elements(case when security like '[%' then security::jsonb else '[]' end) v
            group by v ->> 'system', v ->> 'code'
        union all
        select 2::int4, min(v::text) from metas, jsonb_array_elements(case when tag like '[%' then tag::jsonb else '[]' end) v
            group by v ->> 'system', v ->> 'code'
        order by 1, 2
        """, [.int2])

    public func metaInUse(_ type: ResourceType?) async throws(StoreError) -> MetaInUse {
        try await StoreError.mapping {
            let code: Parameter = type.map { .int2($0.code) } ?? .null(.int2)
            let rows = try await self.pool.withConnection { try await $0.query(Query(Self.metaInUse, [code])) }
            var used = MetaInUse()
            for row in rows {
                let value = try row.text(1)
                switch try row.int4(0) {
                case 0: used.profiles.append(value)
                case 1: used.security.append(value)
                default: used.tags.append(value)
                }
            }
            return used
        }
    }
}
