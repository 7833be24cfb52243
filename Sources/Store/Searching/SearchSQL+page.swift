import FHIR
import Postgres

/// How matches are found.
enum SearchWay: Sendable, Equatable {
    /// By what few resources have; planned once, whatever the values are.
    case rare
    /// By rows of the narrow tables, if they turn out to be no more than so many; planned once, too.
    case probed(limit: Int)
    /// The record is walked through in the order of the answer, as far as a number of resources, until the page is full.
    case walk(window: Int)
    /// As the planner finds it best, with the values in sight.
    case planned
}

extension SearchWay {
    /// So many rows cost less than finding out how many there are.
    static let probed = SearchWay.probed(limit: 500)
    /// So many cost less than a plan that does not know how many there are.
    static let probedFar = SearchWay.probed(limit: 5000)

    var probeLimit: Int? { if case .probed(let limit) = self { limit } else { nil } }
}

extension SearchSQL {
    /// The columns of a match.
    private static let columns = "r.version, r.method, r.updated, r.content, r.id, r.key, r.type"

    /// The first matches in their order: rows of version, method, updated, content, id, key and type, and of what was
    /// committed when they were found (`pg_snapshot`).
    ///
    /// - Returns: nil if there is no such way for the order.
    static func page(
        _ search: PreparedSearch, _ way: SearchWay, limit: Int, tables: SearchTables = .current
    ) -> Query? {
        var sql = SearchSQL(tables, search.frequencies, probing: way.probeLimit)
        let count = sql.binder.bind(.int4(Int32(clamping: limit)), .int4)
        guard let keys = sql.keys(search, way, limit: " limit \(count)") else { return nil }
        if case .probed = way, sql.probes.isEmpty { return nil }
        let order = Self.order(search.order, of: "p")
        if let verdict = sql.verdict(search, way, limit: count) {
            return sql.query(
                """
                \(keys)
                select \(Self.columns), pg_current_snapshot()::text, e.verdict
                from (select \(verdict) as verdict) e
                    left join (p join \(tables.resource) r on r.key = p.key) on true order by \(order)
                """, prepared: true)
        }
        return sql.query(
            """
            \(keys)
            select \(Self.columns), pg_current_snapshot()::text
            from p join \(tables.resource) r on r.key = p.key order by \(order)
            """, prepared: way != .planned)
    }

    /// What a way says of what it has found: a probe, whether there were more rows than it takes; a walk that found too
    /// little, how many resources of the type there are, as far as its window, since it may have seen them all. nil where
    /// there is nothing to say.
    private func verdict(_ search: PreparedSearch, _ way: SearchWay, limit: String) -> String? {
        switch way {
        case .probed: return probes.map(\.isOver).joined(separator: " or ")
        case .walk(let window) where search.order.isEmpty && search.types.count == 1:
            return """
                case when (select count(*) from p) < \(limit) then (select count(*) from (
                    select from \(tables.search) s where s.type = \(search.types[0].code) limit \(window)) z) end
                """
        case .walk, .rare, .planned: return nil
        }
    }

    /// How many rows a walk in the order of the first key meets, as far as its window goes.
    static func walked(_ search: PreparedSearch, window: Int) -> Query? {
        var sql = SearchSQL(.current, search.frequencies)
        guard let first = search.order.first, let walk = sql.walk(first, search.types, window: window) else {
            return nil
        }
        return sql.query("select count(*) from (\(walk)) x", prepared: false)
    }

    /// The matches in any order: rows of key, type and content.
    static func contents(_ search: PreparedSearch, limit: Int) -> Query {
        var sql = SearchSQL(.current, search.frequencies)
        let matches = sql.keys(search.predicate, search.types)
        let count = sql.binder.bind(.int4(Int32(clamping: limit)), .int4)
        return sql.query(
            """
            select r.key, r.type, r.content from (select distinct m.key from (\(matches)) m limit \(count)) k
                join resource r on r.key = k.key
            """, prepared: false)
    }

    /// How many resources match.
    static func counting(_ search: PreparedSearch, tables: SearchTables = .current) -> Query {
        var sql = SearchSQL(tables, search.frequencies)
        if case .row(let test) = search.predicate {
            // All that is asked is in one index; a row of it is there for current resources only.
            let parts = sql.matching(test, "x").joined(separator: " and ")
            return sql.query(
                "select count(distinct x.key) from \(sql.table(test.table)) x where \(parts)", prepared: false)
        }
        let matches = sql.keys(search.predicate, search.types)
        let what = if case .chain = search.predicate { "distinct m.key" } else { "*" }
        return sql.query("select count(\(what)) from (\(matches)) m", prepared: false)
    }

    /// `with … p as (…)`: the keys, with what they are ordered by.
    mutating func keys(_ search: PreparedSearch, _ way: SearchWay, limit: String) -> String? {
        let (predicate, types) = (search.predicate, search.types)
        switch way {
        case .walk(let window):
            guard let first = search.order.first else {
                let source = walk(types, window: window)
                let filter = ofRows { $0.filter(predicate, types, on: "w") }
                return "with p as (select w.key from (\(source)) w where \(filter) order by w.key\(limit))"
            }
            guard let source = walk(first, types, window: window) else { return nil }
            let filter = ofRows { $0.filter(predicate, types, on: "w") }
            let others = search.order.dropFirst().enumerated().map { "\(value($1, of: "w")) as o\($0 + 2)" }
            let values = (["w.key", "x.o as o1"] + others).joined(separator: ", ")
            return """
                with p as (
                    select \(values) from (\(source)) x
                        cross join lateral (select s.* from \(tables.search) s
                            where s.type = x.type and s.key = x.key offset 0) w
                    where \(filter) order by \(Self.order(search.order, of: nil, walked: true))\(limit))
                """
        case .rare, .probed, .planned:
            let needed = search.order.isEmpty ? RowColumns.key : .ordered
            let matches =
                if case .chain = predicate, search.order.isEmpty {
                    "select distinct q.key from (\(keys(predicate, types))) q"
                } else if way != .planned {
                    rare(predicate, types, as: needed)
                } else {
                    planned(predicate, types, as: needed)
                }
            let values = search.order.enumerated().map { "\(value($1, of: "m")) as o\($0 + 1)" }
            let before = probes.map { $0.text + ", " }.joined()
            if case .probed = way, search.order.isEmpty {
                // What a probe finds comes in the order of creation: the rest is asked until the page is full.
                return "with \(before)p as (select m.key from (\(matches)) m order by m.key\(limit))"
            }
            return """
                with \(before)m as materialized (\(matches)),
                     p as (select \((["m.key"] + values).joined(separator: ", ")) from m
                         order by \(Self.order(search.order, of: nil))\(limit))
                """
        }
    }

    /// The record in the order of creation, as far as a number of resources.
    private mutating func walk(_ types: [ResourceType], window: Int) -> String {
        // Type and window are part of the text: the plan, which is made once, depends on them.
        let columns = "s.key, s.self, s.type, s.refs, s.terms"
        if types.isEmpty {
            return """
                select \(columns) from \(tables.resource) r join \(tables.search) s on s.type = r.type and s.key = r.key
                order by s.key limit \(window)
                """
        }
        let branches = types.map { type in
            """
            select \(columns) from \(tables.search) s where s.type = \(type.code)
            order by s.key limit \(window)
            """
        }
        if branches.count == 1 { return branches[0] }
        // Each branch by itself goes along the index, and no further than the whole.
        let union = branches.map { "(\($0))" }.joined(separator: " union all ")
        return "select * from (\(union)) s order by s.key limit \(window)"
    }

    /// - Parameter walked: the first key is that of a walk, which meets no nulls and has its order already.
    static func order(_ order: [SearchOrder], of row: String?, walked: Bool = false) -> String {
        let prefix = row.map { $0 + "." } ?? ""
        let keys = order.enumerated().map { number, key in
            "\(prefix)o\(number + 1) \(key.direction)\(walked && number == 0 ? "" : " nulls last")"
        }
        return (keys + ["\(prefix)key"]).joined(separator: ", ")
    }
}

extension SearchSQL {
    /// The matches alone, for the planner's expectation.
    static func matching(_ search: PreparedSearch) -> Query {
        var sql = SearchSQL(.current, search.frequencies)
        let matches = sql.planned(search.predicate, search.types, as: .key)
        return sql.query(matches, prepared: false)
    }
}
