import FHIR
import Postgres

/// What `_include` and `_revinclude` bring to a page of the record as it was.
extension Store {
    /// Resources by their names: rows of version, method, updated, content, id, key and type.
    static func named(_ names: [ResourceName], at moment: Moment) -> Query {
        var binder = Binder()
        let terms = moment.terms(&binder)
        let types = binder.bind(.int2Array(names.map(\.type.code)), .int2Array)
        let ids = binder.bind(.textArray(names.map(\.id)), .textArray)
        return binder.query(
            """
            select v.version, v.method, v.updated, v.content, r.id, r.key, r.type
            from unnest(\(types), \(ids)) as e(type, id) join resource r on r.type = e.type and r.id = e.id
                cross join lateral (\(version(of: "r", terms))) v
            where v.method <> 2 order by r.key
            """)
    }

    /// The version of a resource that was current: of version, method, updated, content.
    private static func version(of row: String, _ terms: Moment.Terms) -> String {
        """
        select \(row).version, \(row).method, \(row).updated, \(row).content where \(terms.sees(row))
        union all
        (select h.version, h.method, h.updated, h.content from history h
            where h.key = \(row).key and not \(terms.sees(row)) and \(terms.sees("h"))
            order by h.version desc limit 1)
        """
    }

    /// Resources that refer to the targets and are still as they were.
    static func unchangedReferring(_ reverse: Reverse, at moment: Moment) -> Query {
        var binder = Binder()
        let from = unchanged(reverse, moment, &binder)
        let limit = binder.bind(.int4(Int32(clamping: reverse.limit)), .int4)
        return binder.query(
            """
            select r.version, r.method, r.updated, r.content, r.id, r.key, r.type \(from)
            order by r.key limit \(limit)
            """)
    }

    static func countUnchanged(_ reverse: Reverse, at moment: Moment) -> Query {
        var binder = Binder()
        let from = unchanged(reverse, moment, &binder)
        return binder.query("select count(*) \(from)")
    }

    private static func unchanged(_ reverse: Reverse, _ moment: Moment, _ binder: inout Binder) -> String {
        let seen = moment.terms(&binder).sees("r")
        let terms = binder.bind(.int8Array(reverse.terms), .int8Array)
        return """
            from (select s.key from search s where s.terms && \(terms) offset 0) m
                join resource r on r.key = m.key where \(seen)
            """
    }

    /// Resources that have changed since and referred to the targets then. No index knows what they said: of those that
    /// name a target anywhere the references are read again.
    func changedReferring(_ reverse: Reverse, at moment: Moment) async throws -> [StoredVersion] {
        var binder = Binder()
        let terms = moment.terms(&binder)
        let changed = terms.changed(types: binder.bind(.int2Array([reverse.source.code]), .int2Array))
        let ids = binder.bind(.textArray(reverse.targets.map(\.id)), .textArray)
        let query = binder.query(
            """
            select h.version, h.method, h.updated, h.content, r.id, r.key, r.type
            from (\(changed)) c join resource r on r.key = c.key
                cross join lateral (
                    select v.*, convert_from(v.content, 'UTF8') as text from history v
                    where v.key = c.key and \(terms.sees("v")) order by v.version desc limit 1
                ) h
            where h.method <> 2 and (strpos(h.text, '\\u') > 0
                or exists (select from unnest(\(ids)) as e(id) where strpos(h.text, e.id) > 0))
            order by r.key
            """)
        let wanted = Set(reverse.terms)
        return try Self.matches(try await searches.withConnection { try await $0.query(query) }).filter { version in
            let rows = try self.rows(of: version.content ?? [], type: version.type, id: version.id)
            return rows.references.contains { wanted.contains($0) }
        }
    }
}
