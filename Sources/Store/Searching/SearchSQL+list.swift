import FHIR
import Postgres

extension SearchSQL {
    /// All matches in their order, as SQL of rows of key and version.
    ///
    /// - Parameters:
    ///   - hasChanged: in a record that has changed since the moment that is meant (``Store/withPast(_:_:_:)``): those
    ///     that have not changed are found in the tables of the record, at its speed, and those that have among what they
    ///     were.
    ///   - limit: the first alone.
    static func list(
        _ search: PreparedSearch, hasChanged: Bool, limit: Int? = nil
    ) -> (text: String, binder: Binder) {
        var sql = SearchSQL(.current, related: hasChanged ? .asOf : nil, search.frequencies)
        let way = search.isRare ? SearchWay.rare : .planned
        let order = Self.order(search.order, of: "u")
        let keys = sql.keys(search, way, limit: "") ?? ""
        let end = limit.map { " limit \(sql.binder.bind(.int4(Int32(clamping: $0)), .int4))" } ?? ""
        guard hasChanged else {
            let text = """
                \(keys)
                select u.key, r.version from p u join resource r on r.key = u.key order by \(order)\(end)
                """
            return (text, sql.binder)
        }
        let past = sql.within(.past) { $0.keys(search, way, limit: "") ?? "" }
        let text = """
            select u.key, coalesce(v.version, r.version) as version
            from (
                select * from (\(keys) select * from p) a where a.key not in (select key from past_changed)
                union all
                select * from (\(past) select * from p) b
            ) u
                left join past_resource v on v.key = u.key
                left join resource r on r.key = u.key and v.key is null
            order by \(order)\(end)
            """
        return (text, sql.binder)
    }
}
