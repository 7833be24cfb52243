import FHIR
import Postgres

/// Makes SQL of a history: the versions that are current and those that are not, each in the order of an index, and the
/// first of both together.
struct HistorySQL {
    private var binder = Binder()
    private let request: HistoryRequest
    private let cursor: HistoryCursor?
    private var snapshot: String?
    private var since: String?
    private var bounds: (lower: String, upper: String)?

    private init(_ request: HistoryRequest, _ cursor: HistoryCursor?) {
        self.request = request
        self.cursor = cursor
        snapshot = cursor.map {
            "(select \(binder.bind(.text($0.snapshot), .text))::text::pg_snapshot)"
        }
        since = request.since.map { binder.bind(moment: $0) }
        bounds = request.at.map { (binder.bind(moment: $0.lower), binder.bind(moment: $0.upper)) }
    }

    /// One row with the total (where it is to be counted) and the snapshot; beside it, or beside a copy of it for each,
    /// the versions of a page and one more when there is another page behind it.
    static func page(_ request: HistoryRequest, _ cursor: HistoryCursor?) -> Query {
        var sql = HistorySQL(request, cursor)
        let total = sql.totalOfInstance()
        let page = sql.versions()
        let order = cursor?.isBackward == true ? "asc" : "desc"
        let sort = sql.isInstance ? "p.version \(order)" : "p.updated \(order), p.key \(order)"
        return sql.binder.query(
            """
            with p as materialized (\(page))
            select e.version, e.method, e.updated, e.content, e.type, e.id, e.key, e.created, s.total, s.seen
            from (select \(total) as total, pg_current_snapshot()::text as seen) s
            left join (
                select p.version, coalesce(h.method, r.method) as method, p.updated,
                    case when p.past then h.content else r.content end as content, r.type, r.id, p.key,
                    p.version = 1 or exists (
                        select from history b where b.key = p.key and b.version = p.version - 1 and b.method = 2
                    ) as created,
                    row_number() over (order by \(sort)) as n
                from p join resource r on r.key = p.key
                    left join history h on p.past and h.key = p.key and h.version = p.version
            ) e on true order by e.n
            """, prepared: sql.isInstance)
    }

    /// How many versions there are.
    static func count(_ request: HistoryRequest) -> Query {
        var sql = HistorySQL(request, nil)
        if sql.isInstance {
            let total = sql.totalOfInstance()
            return sql.binder.query("select \(total)")
        }
        let type = request.scope.type.map { ["v.type = \(sql.binder.bind(.int2($0.code), .int2))"] } ?? []
        let parts = [false, true].map { isPast in
            let conditions = type + sql.conditions(isPast: isPast)
            let filter = conditions.isEmpty ? "" : " where \(conditions.joined(separator: " and "))"
            return "(select count(*) from \(isPast ? "history" : "resource") v\(filter))"
        }
        return sql.binder.query("select \(parts.joined(separator: " + "))")
    }

    private var isInstance: Bool { request.scope.id != nil }

    private mutating func instance() -> String? {
        guard case .instance(let type, let id) = request.scope else { return nil }
        return """
            from resource i where i.type = \(binder.bind(.int2(type.code), .int2)) \
            and i.id = \(binder.bind(.text(id), .text))
            """
    }

    /// Null when the resource never was, and where a link has told the total.
    private mutating func totalOfInstance() -> String {
        guard cursor == nil, let instance = instance() else { return "null::int8" }
        let parts = [false, true].map { isPast in
            let filter = (["v.key = i.key"] + conditions(isPast: isPast)).joined(separator: " and ")
            return "(select count(*) from \(isPast ? "history" : "resource") v where \(filter))"
        }
        return "(select \(parts.joined(separator: " + ")) \(instance))"
    }

    private mutating func versions() -> String {
        let isBackward = cursor?.isBackward == true
        let order = isBackward ? "asc" : "desc"
        let sort = isInstance ? "version \(order)" : "updated \(order), key \(order)"
        let limit = binder.bind(.int4(Int32(clamping: request.count + 1)), .int4)
        let place = place(isBackward ? ">" : "<")
        let owner = isInstance ? "v.key = o.key" : "v.type = o.code"
        let parts = [false, true].map { isPast in
            let filter = ([owner] + place + conditions(isPast: isPast)).joined(separator: " and ")
            return """
                (select v.key, v.version, v.updated, \(isPast) as past from \(isPast ? "history" : "resource") v
                 where \(filter) order by \(sort) limit \(limit))
                """
        }
        let owners: String
        if let instance = instance() {
            owners = "(select i.key \(instance)) o"
        } else {
            let types = request.scope.type.map { [$0] } ?? ResourceType.all
            owners = "unnest(\(binder.bind(.int2Array(types.map(\.code)), .int2Array))) as o(code)"
        }
        return """
            select u.* from \(owners), lateral (
            \(parts.joined(separator: "\nunion all\n"))
            ) u order by \(sort) limit \(limit)
            """
    }

    private mutating func place(_ comparison: String) -> [String] {
        guard let place = cursor?.place else { return [] }
        if isInstance { return ["v.version \(comparison) \(binder.bind(.int4(Int32(clamping: place.moment)), .int4))"] }
        let moment = binder.bind(moment: place.moment)
        return ["(v.updated, v.key) \(comparison) (\(moment), \(binder.bind(.int8(place.key), .int8)))"]
    }

    private func conditions(isPast: Bool) -> [String] {
        var parts: [String] = []
        if let since { parts.append("v.updated >= \(since)") }
        if let bounds {
            parts.append("v.updated < \(bounds.upper)")
            // A version whose end the walk does not see has not ended for it.
            let open = snapshot.map { " or not pg_visible_in_snapshot(v.ended_txn, \($0))" } ?? ""
            if isPast { parts.append("(v.ended > \(bounds.lower)\(open))") }
        }
        if let snapshot { parts.append("pg_visible_in_snapshot(v.txn, \(snapshot))") }
        return parts
    }
}

extension Binder {
    fileprivate mutating func bind(moment: Int64) -> String {
        bind(.timestamp(microsecondsSince1970: Self.storable(moment)), .timestamptz)
    }
}
