import FHIR
import Postgres

/// The lists of what searches found, in the record.
enum PageList {
    /// How many matches stand in one row: as many as a page may hold, so that a page looks at two rows at most.
    static let chunk = 1000

    /// A part of a list.
    struct Slice: Sendable {
        /// How many matches the whole list has.
        let matches: Int
        /// Microseconds since 1970 UTC.
        let expires: Int64
        /// Each as it was; those that were purged since are left out.
        let versions: [StoredVersion]
    }

    private static let slice = Statement(
        """
        select u.version, coalesce(h.method, r.method), coalesce(h.updated, r.updated),
            case when h.key is null then r.content else h.content end, r.id, r.key, r.type, l.matches, l.expires, u.part
        from page_list l
            left join lateral (
                select c.chunk::int8 * \(chunk) + e.position - 1 as n, e.key, e.version, e.part
                from page_chunk c cross join lateral
                    unnest(c.keys, c.versions, c.parts) with ordinality e(key, version, part, position)
                where c.list = l.list and c.chunk between $2 / \(chunk) and ($3 - 1) / \(chunk)
            ) u on u.n >= $2 and u.n < $3
            left join resource r on r.key = u.key
            left join history h on h.key = u.key and h.version = u.version and r.version <> u.version
        where l.list = $1 order by u.n
        """, [.int8, .int8, .int8])

    /// - Returns: nil if the list is not there.
    static func read(
        _ list: Int64, from: Int, count: Int, on connection: Connection
    ) async throws -> Slice? {
        let rows = try await connection.query(
            Query(slice, [.int8(list), .int8(Int64(from)), .int8(Int64(from + count))]))
        guard let head = rows.first else { return nil }
        var versions: [StoredVersion] = []
        versions.reserveCapacity(rows.count)
        for row in rows where try !row.isNull(3) {
            guard let type = ResourceType(code: try row.int2(6)) else {
                throw StoreError.failed("the record holds a resource of an unknown type")
            }
            let version = try StoredVersion(type: type, id: try row.text(4), row: row)
            versions.append(try row.isNull(9) ? version : version.contained(at: Int(row.int4(9))))
        }
        return Slice(matches: Int(try head.int8(7)), expires: try head.timestamp(8), versions: versions)
    }

    private static let extend = Statement(
        "update page_list set expires = $2 where list = $1", [.int8, .timestamptz])

    /// - Parameter expires: microseconds since 1970 UTC.
    static func extend(_ list: Int64, until expires: Int64, on connection: Connection) async throws {
        _ = try await connection.query(
            Query(extend, [.int8(list), .timestamp(microsecondsSince1970: expires)]))
    }

    /// The statement that keeps what another finds. Where somebody has kept the list meanwhile, the conflict is one of
    /// serialization (40001): who meets it begins again, and finds the list.
    ///
    /// - Parameters:
    ///   - matches: SQL of rows of key and version in their order, with the values in `binder`.
    ///   - hasParts: whether a column `part` is beside them: which of its contained resources a match is.
    ///   - expires: microseconds since 1970 UTC.
    static func insert(
        _ matches: String, _ binder: Binder, hasParts: Bool = false, list: Int64, expires: Int64
    ) -> Query {
        let (part, parts) =
            hasParts ? (", y.part", "array_agg(x.part order by x.n)") : ("", "null::int4[]")
        var binder = binder
        let name = binder.bind(.int8(list), .int8)
        let end = binder.bind(.timestamp(microsecondsSince1970: expires), .timestamptz)
        return binder.query(
            """
            with c as (
                insert into page_chunk (list, chunk, keys, versions, parts)
                select \(name), (x.n / \(chunk))::int4, array_agg(x.key order by x.n), array_agg(x.version order by x.n),
                    \(parts)
                from (select row_number() over () - 1 as n, y.key, y.version\(part) from (\(matches)) y) x
                group by x.n / \(chunk)
                on conflict do nothing
                returning cardinality(keys) as size
            )
            insert into page_list (list, matches, expires) select \(name), coalesce(sum(size), 0), \(end) from c
            """)
    }
}

extension Store {
    private static let removeLists = Statement(
        """
        with l as (delete from page_list where expires <= $1 returning list)
        delete from page_chunk c using l where c.list = l.list
        """, [.timestamptz])

    /// Removes the lists of searches that nobody can walk on through.
    public func removeExpiredPages() async throws(StoreError) {
        let query = Query(Self.removeLists, [.timestamp(microsecondsSince1970: clock())])
        try await StoreError.mapping {
            _ = try await self.pool.withConnection { try await $0.query(query) }
        }
    }
}

extension PageList {
    /// The versions that a list names, in its order: rows of version, method, updated, content, id, key and type.
    ///
    /// - Parameter matches: SQL of rows of key and version in their order.
    static func versions(_ matches: String, _ binder: Binder) -> Query {
        binder.query(
            """
            select u.version, coalesce(h.method, r.method), coalesce(h.updated, r.updated),
                case when h.key is null then r.content else h.content end, r.id, r.key, r.type
            from (select l.key, l.version, row_number() over () as n from (\(matches)) l) u
                join resource r on r.key = u.key
                left join history h on h.key = u.key and h.version = u.version and r.version <> u.version
            order by u.n
            """)
    }
}
