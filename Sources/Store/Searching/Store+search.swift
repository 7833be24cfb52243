import FHIR
import Postgres

extension Store {
    /// How many resources the probing way looks at.
    private static let window = 4000

    /// A page of matches.
    public func search(_ request: SearchRequest) async throws(StoreError) -> SearchPage {
        try await StoreError.mapping {
            try await self.frequencies.refresh(from: self.pool, now: self.clock())
            if self.isRare(request) {
                return try await self.lookups.withConnection { connection in
                    try await self.page(request, SearchSQL.selective(request, prepared: true), on: connection)
                }
            }
            return try await self.pool.withConnection { try await self.search(request, on: $0) }
        }
    }

    func search(_ request: SearchRequest, on connection: Connection) async throws -> SearchPage {
        if isDense(request) {
            let page = try await page(request, SearchSQL.probing(request, window: Self.window), on: connection)
            if page.next != nil { return page }
        }
        return try await page(request, SearchSQL.selective(request, prepared: false), on: connection)
    }

    /// How many resources match.
    public func count(_ request: SearchRequest) async throws(StoreError) -> Int {
        try await StoreError.mapping {
            try await self.pool.withConnection { connection in
                let rows = try await connection.query(SearchSQL.counting(request))
                return try rows.first.map { Int(try $0.int8(0)) } ?? 0
            }
        }
    }

    /// Whether a condition asks for terms that few resources have: the inverted index finds them first, whatever else is
    /// asked, and the planner need not see the values.
    private func isRare(_ request: SearchRequest) -> Bool {
        request.conditions.contains { condition in
            if case .terms(let terms) = condition { frequencies.share(of: terms) == nil } else { false }
        }
    }

    /// Whether a page will probably be full after the first resources of the type: nothing that is asked is known to
    /// be rare.
    private func isDense(_ request: SearchRequest) -> Bool {
        var share: Float = 1
        for condition in request.conditions {
            switch condition {
            case .ids: return false
            case .terms(let terms):
                guard let known = frequencies.share(of: terms) else { return false }
                share *= known
            case .lastUpdated, .strings, .dates, .numbers:
                share *= 0.1
            }
        }
        return share * Float(Self.window) > Float(2 * request.count)
    }

    private func page(_ request: SearchRequest, _ query: Query, on connection: Connection) async throws -> SearchPage {
        try SearchPage(request, rows: try await connection.query(query))
    }
}
