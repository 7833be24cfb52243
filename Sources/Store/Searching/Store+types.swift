import FHIR
import Postgres

extension Store {
    /// The types of which there are matches, by name.
    public func types(_ request: SearchRequest) async throws(StoreError) -> [ResourceType] {
        try await StoreError.mapping {
            let search = try await self.prepare(request)
            guard !search.predicate.isNone else { return [] }
            let query = SearchSQL.types(search)
            let rows = try await self.searches.withConnection { try await $0.query(query) }
            return try rows.compactMap { ResourceType(code: try $0.int2(0)) }.sorted()
        }
    }
}

extension SearchSQL {
    static func types(_ search: PreparedSearch, tables: SearchTables = .current) -> Query {
        var sql = SearchSQL(tables, search.frequencies)
        let matches = sql.set(search.predicate, search.types, as: .key)
        return sql.query(
            "select distinct r.type from \(tables.resource) r where r.key = any(array(\(matches)))", prepared: false)
    }
}
