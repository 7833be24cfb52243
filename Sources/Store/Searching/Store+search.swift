import FHIR
import Postgres

extension Store {
    /// The request as hashes and bounds, with what is known of how common they are.
    func prepare(_ request: SearchRequest) async throws -> PreparedSearch {
        try await frequencies.refresh(from: pool, now: clock())
        var search = try await prepared(request)
        try await orderByContent(&search)
        return search
    }

    /// The same by what was known of terms before: within a transaction, whose connection is the only one it takes.
    func prepared(_ request: SearchRequest) async throws -> PreparedSearch {
        let units = try await units(for: request.expression)
        let compiler = SearchCompiler(indexer: indexer, extractor: extractor, units: units, now: clock())
        return try PreparedSearch(request, compiler, frequencies)
    }

    /// A page of matches, and what they were asked to bring along.
    public func search(_ request: SearchRequest) async throws(StoreError) -> SearchPage {
        try await StoreError.mapping {
            let search = try await self.prepare(request)
            guard !search.predicate.isNone else { return SearchPage(matches: [], total: 0) }
            let start = request.page.flatMap { Int($0, radix: 36) } ?? 0
            let found = try await self.first(search, start + request.count + 1)
            var page = SearchPage(matches: Array(found.dropFirst(start).prefix(request.count)))
            if found.count > start + request.count { page.next = String(start + request.count, radix: 36) }
            if page.next == nil, start == 0 { page.total = found.count }
            try await self.include(request, on: &page)
            return page
        }
    }

    /// The first matches in their order, at most as many.
    func first(_ search: PreparedSearch, _ limit: Int) async throws -> [StoredVersion] {
        if search.isRare, let query = SearchSQL.page(search, .rare, limit: limit) {
            return try Self.matches(try await lookups.withConnection { try await $0.query(query) })
        }
        return try await pool.withConnection { try await self.first(search, limit, on: $0) }
    }

    /// The same on a connection, by the ways that it takes when nothing is rare.
    func first(_ search: PreparedSearch, _ limit: Int, on connection: Connection) async throws -> [StoredVersion] {
        if let window = search.window(for: limit),
            let query = SearchSQL.page(search, .walk(window: window), limit: limit)
        {
            let found = try await connection.query(query)
            if found.count == limit { return try Self.matches(found) }
        }
        guard let query = SearchSQL.page(search, .planned, limit: limit) else { return [] }
        return try Self.matches(try await connection.query(query))
    }

    /// Rows of version, method, updated, content, id, key and type.
    static func matches(_ rows: Rows) throws -> [StoredVersion] {
        var matches: [StoredVersion] = []
        matches.reserveCapacity(rows.count)
        for row in rows {
            guard let type = ResourceType(code: try row.int2(6)) else {
                throw StoreError.failed("the record holds a resource of an unknown type")
            }
            matches.append(try StoredVersion(type: type, id: try row.text(4), row: row))
        }
        return matches
    }

    /// How many resources match.
    public func count(_ request: SearchRequest) async throws(StoreError) -> Int {
        try await StoreError.mapping {
            let search = try await self.prepare(request)
            guard !search.predicate.isNone else { return 0 }
            let query = SearchSQL.counting(search)
            let rows = try await self.pool.withConnection { try await $0.query(query) }
            return try rows.first.map { Int(try $0.int8(0)) } ?? 0
        }
    }
}
