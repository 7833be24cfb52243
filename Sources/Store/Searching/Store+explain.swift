import FHIR
import Postgres

/// How the record would carry out a search.
public struct SearchExplanation: Sendable {
    /// `rare`, `probed`, `walk` or `planned`.
    public let way: String
    public let sql: String
    /// PostgreSQL's plan, line by line.
    public let plan: [String]
    /// How many matches PostgreSQL expects.
    public let rows: Int
}

extension Store {
    /// How many resources will probably match: what the planner expects, which costs no look at the matches.
    public func estimate(_ request: SearchRequest) async throws(StoreError) -> Int {
        try await StoreError.mapping {
            let search = try await self.prepare(request)
            guard !search.predicate.isNone else { return 0 }
            return try await self.searches.withConnection { try await Self.expected(search, on: $0) }
        }
    }

    /// The statement that a search's first page would run, and its plan.
    public func explain(_ request: SearchRequest) async throws(StoreError) -> SearchExplanation {
        try await StoreError.mapping {
            let search = try await self.prepare(request)
            let limit = request.count + 1
            var way = SearchWay.planned
            if search.isRare {
                way = .rare
            } else if try await self.probed(search, .probed, limit) != nil {
                way = .probed
            } else if let window = try await self.window(search, limit),
                SearchSQL.page(search, .walk(window: window), limit: limit) != nil
            {
                way = .walk(window: window)
            } else if try await self.probed(search, .probedFar, limit) != nil {
                way = .probedFar
            }
            guard let query = SearchSQL.page(search, way, limit: limit) else {
                throw StoreError.failed("there is no way to find the matches")
            }
            let plan = try Self.lines(try await self.run(Self.explaining(query), way))
            let rows = try await self.searches.withConnection { try await Self.expected(search, on: $0) }
            return SearchExplanation(way: way.name, sql: query.statement.sql, plan: plan, rows: rows)
        }
    }

    private static func explaining(_ query: Query) -> Query {
        Query(
            Statement("explain \(query.statement.sql)", query.statement.parameterTypes, reuse: .once), query.parameters)
    }

    private static func lines(_ plan: Rows) throws -> [String] { try plan.map { try $0.text(0) } }

    static func expected(_ search: PreparedSearch, on connection: Connection) async throws -> Int {
        let lines = try lines(try await connection.query(explaining(SearchSQL.matching(search))))
        // Seq Scan on search s1  (cost=0.00..1.05 rows=5 width=8)
        guard let line = lines.first, let rows = line.firstRange(of: " rows=") else { return 0 }
        return Int(line[rows.upperBound...].prefix { $0.isNumber }) ?? 0
    }
}

extension SearchWay {
    fileprivate var name: String {
        switch self {
        case .rare: "rare"
        case .probed: "probed"
        case .walk: "walk"
        case .planned: "planned"
        }
    }
}
