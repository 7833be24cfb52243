import Postgres

extension SearchTables {
    /// Of what has changed since a moment the versions that were current then: tables of one session, empty but within a
    /// transaction that looks at the record as it was.
    static let past = SearchTables(
        resource: "past_version", search: "past_search", strings: "past_string", dates: "past_date",
        numbers: "past_number")

    /// The whole record as it was at that moment.
    static let asOf = SearchTables(
        resource: "as_of_resource", search: "as_of_search", strings: "as_of_string", dates: "as_of_date",
        numbers: "as_of_number")
}

/// The tables of ``SearchTables/past`` and ``SearchTables/asOf``.
enum PastTables {
    private static let check = Statement("select to_regclass('pg_temp.past_changed') is not null")

    /// Makes the tables of the session if it has none yet.
    static func open(on connection: Connection) async throws {
        let rows = try await connection.query(Query(check))
        if try rows.first?.bool(0) == true { return }
        try await connection.execute(
            """
            create temp table past_changed (key int8 primary key) on commit delete rows;
            create temp table past_resource (
                key int8 primary key, type int2 not null, id text collate "C" not null, version int4 not null,
                method int2 not null, updated timestamptz not null
            ) on commit delete rows;
            create temp view past_version as
                select p.key, p.type, p.id, p.version, p.method, p.updated, h.content
                from past_resource p join history h on h.key = p.key and h.version = p.version;
            create temp view as_of_resource as
                select key, type, id, version, method, updated, content from resource
                    where key not in (select key from past_changed)
                union all
                select * from past_version;
            \(likewise("search"))
            \(likewise("string"))
            \(likewise("date"))
            \(likewise("number"))
            create index on past_search (key)
            """)
    }

    /// A table of derived rows, and the view that has those of all others beside it.
    private static func likewise(_ name: String) -> String {
        let table = name == "search" ? name : "search_\(name)"
        return """
            create temp table past_\(name) (like \(table) including indexes) on commit delete rows;
            create temp view as_of_\(name) as
                select * from \(table) where key not in (select key from past_changed)
                union all
                select * from past_\(name);
            """
    }
}

extension PastTables {
    /// Keys and types of resources, then ``RowArrays/parameters``.
    static let insertRows = Statement(
        """
        with terms as (
            insert into past_search (key, type, self, refs, terms)
            select ($1)[n], ($2)[n], ($3)[n], ($4)[n], ($6)[coalesce(($5)[n - 1], 0) + 1 : ($5)[n]]
            from generate_series(1, cardinality($1)) n),
        strings as (
            insert into past_string (key, param, value, exact, context)
            select ($1)[e.entry], e.param, e.value, e.exact, \(context("e"))
            from unnest($11, $12, $13, $14, $15) as e(entry, param, value, exact, place)),
        dates as (
            insert into past_date (key, param, low, high, context)
            select ($1)[e.entry], e.param, e.low, e.high, \(context("e"))
            from unnest($16, $17, $18, $19, $20) as e(entry, param, low, high, place))
        insert into past_number (key, param, low, high, unit, code, label, context)
            select ($1)[e.entry], e.param, e.low, e.high, e.unit, e.code, e.label, \(context("e"))
            from unnest($21, $22, $23, $24, $25, $26, $27, $28)
                as e(entry, param, low, high, unit, code, label, place)
        """,
        [.int8Array, .int2Array] + RowArrays.types, reuse: .once)

    /// Where a context stands among all of them: start · 65,536 + count.
    private static func context(_ row: String) -> String {
        "($7)[(\(row).place >> 16) + 1 : (\(row).place >> 16) + (\(row).place & 65535)]"
    }
}
