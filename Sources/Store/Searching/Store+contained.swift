import FHIR
import Postgres

// R4 search.html §3.1.1.5.6.
extension Store {
    /// A resource within another that fulfils a request.
    private struct ContainedMatch {
        let key: Int64
        let version: Int32
        /// Among the container's contained resources.
        let position: Int
    }

    /// How many containers are looked at together.
    private static let containers = 500

    /// The first page of a search of contained resources. It says how many there are, since all have been judged.
    func firstPageOfContained(_ request: SearchRequest) async throws -> SearchPage {
        let search = try await prepare(request)
        let limit = request.count + 1
        let (found, snapshot) = try await withPast([], Moment(time: request.asOf)) { connection, hasChanged in
            let snapshot = try await connection.query(Query(Self.snapshot)).first?.text(0) ?? ""
            let (text, binder) = try await self.containedList(
                request, search, hasChanged: hasChanged, limit: limit, on: connection)
            return (try Self.parts(try await connection.query(PageList.parts(text, binder))), snapshot)
        }
        var page = SearchPage(matches: Array(found.prefix(request.count)))
        if found.count > request.count {
            page.next = link(behind: request, snapshot: snapshot, made: search.now)
        } else {
            page.total = found.count
        }
        return page
    }

    func countOfContained(_ request: SearchRequest) async throws -> Int {
        let search = try await prepare(request)
        return try await withPast([], Moment(time: request.asOf)) { connection, hasChanged in
            let (text, binder) = try await self.containedList(request, search, hasChanged: hasChanged, on: connection)
            let rows = try await connection.query(binder.query("select count(*) from (\(text)) l"))
            return try rows.first.map { Int(try $0.int8(0)) } ?? 0
        }
    }

    /// All matches in their order, as SQL of rows of key, version and part: resources of their own where they are asked
    /// for, then those that contain a match, or the matches in them, in the order of the containers' creation.
    ///
    /// - Parameter limit: of the matches that are resources of their own.
    func containedList(
        _ request: SearchRequest, _ search: PreparedSearch, hasChanged: Bool, limit: Int? = nil,
        on connection: Connection
    ) async throws -> (text: String, binder: Binder) {
        guard let wanted = request.contained else {
            throw StoreError.failed("contained resources are listed for a search that does not ask for them")
        }
        var matches = try await containedMatches(request, search, hasChanged: hasChanged, on: connection)
        if !wanted.isItself {
            var seen: Set<Int64> = []
            matches = matches.filter { seen.insert($0.key).inserted }
        }
        let isBeside = wanted.isBeside && !search.predicate.isNone
        var (own, binder) = isBeside ? SearchSQL.list(search, hasChanged: hasChanged, limit: limit) : ("", Binder())
        let keys = binder.bind(.int8Array(matches.map(\.key)), .int8Array)
        let versions = binder.bind(.int4Array(matches.map(\.version)), .int4Array)
        let parts =
            wanted.isItself
            ? binder.bind(.int4Array(matches.map { Int32(clamping: $0.position) }), .int4Array) : "null::int4[]"
        let contained = "unnest(\(keys), \(versions), \(parts)) with ordinality c(key, version, part, n)"
        guard isBeside else { return ("select c.key, c.version, c.part from \(contained) order by c.n", binder) }
        // A container that is a match itself stands once.
        own = "select l.key, l.version, row_number() over () as n from (\(own)) l"
        let text = """
            with o as materialized (\(own))
            select u.key, u.version, u.part from (
                select 0 as side, o.n, o.key, o.version, null::int4 as part from o
                union all
                select 1, c.n, c.key, c.version, c.part from \(contained)
                    where c.part is not null or c.key not in (select o.key from o)
            ) u order by u.side, u.n
            """
        return (text, binder)
    }

    /// Every contained resource that fulfils the request. Their containers are found by the types that they contain, and
    /// what is in them is judged in memory.
    private func containedMatches(
        _ request: SearchRequest, _ search: PreparedSearch, hasChanged: Bool, on connection: Connection
    ) async throws -> [ContainedMatch] {
        let types = request.types.isEmpty ? ResourceType.all : request.types
        var containers = try await prepared(SearchRequest(types: [], expression: .and([]), count: 1), now: search.now)
        containers.predicate = .terms(
            types.flatMap { type in ResourceType.all.map { indexer.containing(type, in: $0) } })
        var matches: [ContainedMatch] = []
        try await forEach(of: containers, hasChanged: hasChanged, on: connection) { row in
            matches += try judge(row, request, types, now: search.now)
        }
        return matches
    }

    /// Runs `body` for each container that a search finds, with its content: a row of ``PageList/versions(_:_:)``.
    func forEach(
        of containers: PreparedSearch, hasChanged: Bool, on connection: Connection, _ body: (Row) throws -> Void
    ) async throws {
        let (text, binder) = SearchSQL.list(containers, hasChanged: hasChanged, limit: containerLimit + 1)
        let found = try await connection.query(binder.query(text)).map { (try $0.int8(0), try $0.int4(1)) }
        guard found.count <= containerLimit else { throw StoreError.tooManyContainers(limit: containerLimit) }
        for start in stride(from: 0, to: found.count, by: Self.containers) {
            try Task.checkCancellation()
            let some = found[start..<min(start + Self.containers, found.count)]
            for row in try await connection.query(Self.contents(some.map(\.0), some.map(\.1))) { try body(row) }
        }
    }

    private static func contents(_ keys: [Int64], _ versions: [Int32]) -> Query {
        var binder = Binder()
        let (keys, versions) = (
            binder.bind(.int8Array(keys), .int8Array), binder.bind(.int4Array(versions), .int4Array)
        )
        return PageList.versions("select c.key, c.version from unnest(\(keys), \(versions)) as c(key, version)", binder)
    }

    /// - Parameter row: of ``PageList/versions(_:_:)``.
    private func judge(
        _ row: Row, _ request: SearchRequest, _ types: [ResourceType], now: Int64
    ) throws -> [ContainedMatch] {
        let (key, version, updated) = (try row.int8(5), try row.int4(0), try row.timestamp(2))
        let root = try JSONDocument.parse(try row.bytes(3)).root
        return try root.contained.filter { types.contains($0.type) }.compactMap { position, type, node in
            let subject = SearchSubject(
                type: type, id: node["id"]?.string ?? "", lastUpdated: updated,
                entries: extractor.entries(of: node, type: type), parameters: parameters)
            return try Self.holds(request.expression, for: subject, now: now)
                ? ContainedMatch(key: key, version: version, position: position) : nil
        }
    }

    static func holds(_ expression: SearchExpression, for subject: SearchSubject, now: Int64) throws -> Bool {
        do {
            return try expression.holds(for: subject, now: now)
        } catch {
            throw StoreError.failed("contained resources are asked what no resource alone can tell")
        }
    }

    /// Rows of ``PageList/parts(_:_:)``.
    private static func parts(_ rows: Rows) throws -> [StoredVersion] {
        let versions = try matches(rows)
        return try zip(versions, rows).map { version, row in
            try row.isNull(7) ? version : version.contained(at: Int(row.int4(7)))
        }
    }
}

extension PageList {
    /// The same as ``versions(_:_:)`` with a column `part` behind the others.
    ///
    /// - Parameter matches: SQL of rows of key, version and part in their order.
    fileprivate static func parts(_ matches: String, _ binder: Binder) -> Query {
        binder.query(
            """
            select u.version, coalesce(h.method, r.method), coalesce(h.updated, r.updated),
                case when h.key is null then r.content else h.content end, r.id, r.key, r.type, u.part
            from (select l.key, l.version, l.part, row_number() over () as n from (\(matches)) l) u
                join resource r on r.key = u.key
                left join history h on h.key = u.key and h.version = u.version and r.version <> u.version
            order by u.n
            """)
    }
}
