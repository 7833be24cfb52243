import FHIR
import Postgres

extension Store {
    /// The request as hashes and bounds, with what is known of how common they are.
    func prepare(_ request: SearchRequest) async throws -> PreparedSearch {
        try await frequencies.refresh(from: pool, now: clock())
        var search = try await prepared(request)
        try await affirm(&search, request)
        return search
    }

    /// The same by what was known of terms before: within a transaction, whose connection is the only one it takes.
    ///
    /// - Parameters:
    ///   - now: microseconds since 1970 UTC, for `ap`; nil: now.
    ///   - moment: when canonicals are looked up; nil: that of the request.
    func prepared(
        _ request: SearchRequest, now: Int64? = nil, at moment: Moment? = nil
    ) async throws -> PreparedSearch {
        let now = now ?? clock()
        let request = try await following(request, at: moment ?? Moment(time: request.asOf), now: now)
        let units = try await units(for: request.expression)
        let compiler = SearchCompiler(indexer: indexer, extractor: extractor, units: units, now: now)
        var search = try PreparedSearch(request, compiler, frequencies)
        try await orderByContent(&search)
        return search
    }

    /// A page of matches, and what they were asked to bring along.
    ///
    /// The first page shows what is committed when it is asked for. Its link carries that snapshot, and the pages behind
    /// it show each resource that matched then exactly once, as it was then, whatever is written meanwhile; what was
    /// purged is left out. Only asking for the second page writes anything: the list of all matches.
    ///
    /// - Throws: ``StoreError/page(_:)`` for a link that this record did not make, not for this query, or too long ago.
    public func search(_ request: SearchRequest) async throws(StoreError) -> SearchPage {
        try await StoreError.mapping {
            if request.page != nil { return try await self.laterPage(request) }
            if request.contained != nil { return try await self.firstPageOfContained(request) }
            let search = try await self.prepare(request)
            guard !search.predicate.isNone else { return SearchPage(matches: [], total: 0) }
            if request.asOf != nil { return try await self.firstPageOfPast(request, search) }
            let found = try await self.first(search, request.count + 1)
            var page = SearchPage(matches: Array(found.versions.prefix(request.count)))
            if found.versions.count > request.count, let snapshot = found.snapshot {
                page.next = self.link(behind: request, snapshot: snapshot, made: search.now)
            } else {
                page.total = found.versions.count
            }
            try await self.include(request, on: &page, at: Moment())
            return page
        }
    }

    /// The first matches in their order, at most as many.
    func first(_ search: PreparedSearch, _ limit: Int) async throws -> FoundMatches {
        if search.isRare, let query = SearchSQL.page(search, .rare, limit: limit) {
            return try FoundMatches(try await run(query, .rare))
        }
        if let found = try await probed(search, .probed, limit) { return found }
        if let window = try await window(search, limit), let found = try await walked(search, window, limit) {
            return found
        }
        if let found = try await probed(search, .probedFar, limit) { return found }
        guard let query = SearchSQL.page(search, .planned, limit: limit) else { return FoundMatches() }
        return try FoundMatches(try await run(query, .planned))
    }

    /// Runs a statement where those of its way are run.
    func run(_ query: Query, _ way: SearchWay) async throws -> Rows {
        switch way {
        case .rare, .probed: try await lookups.run(query)
        case .walk: try await walks.run(query)
        case .planned: try await searches.withConnection { try await $0.query(query) }
        }
    }

    /// The first matches where no more rows are found than a probe takes; nil where there are more, or no probe.
    func probed(_ search: PreparedSearch, _ way: SearchWay, _ limit: Int) async throws -> FoundMatches? {
        guard search.isProbable, let rows = way.probeLimit else { return nil }
        let probe = search.probe(of: rows)
        if let probe, crowded.areCrowded(probe.test, limit: probe.rows) { return nil }
        guard let query = SearchSQL.page(search, way, limit: limit) else { return nil }
        let found = try await FoundMatches.probed(run(query, way))
        if found == nil, let probe { crowded.note(probe.test, limit: probe.rows) }
        return found
    }

    /// The window of a walk that will probably fill a page; nil if none will. Where statistics of terms do not tell how
    /// much matches, the planner, which has statistics of rows, is asked: a walk that does not fill a page is time lost.
    /// What both know nothing of is how values depend on each other: beside what is common a walk is worth a try.
    func window(_ search: PreparedSearch, _ limit: Int) async throws -> Int? {
        guard search.predicate.isGuessed else { return search.window(for: limit) }
        if let window = search.hopefulWindow(for: limit) { return window }
        let rows = frequencies.rows(of: search.types)
        guard rows > 0 else { return nil }
        let expected = try await searches.withConnection { try await Self.expected(search, on: $0) }
        return search.window(for: limit, share: Float(expected) / rows)
    }

    /// The first matches of a walk; nil if it ended before it met enough of them.
    private func walked(_ search: PreparedSearch, _ window: Int, _ limit: Int) async throws -> FoundMatches? {
        guard let walk = SearchSQL.page(search, .walk(window: window), limit: limit) else { return nil }
        let rows = try await run(walk, .walk(window: window))
        if let found = try FoundMatches.walked(rows, window, limit) { return found }
        return try await withMissing(search, walk, window: window, limit)
    }

    /// The same where the walk has seen all that have a value to be ordered by: those without one come last, by the rest
    /// of the order. All at one moment.
    ///
    /// - Returns: nil if the walk ended before.
    private func withMissing(
        _ search: PreparedSearch, _ walk: Query, window: Int, _ limit: Int
    ) async throws -> FoundMatches? {
        guard let others = search.withoutFirstKey, let counting = SearchSQL.walked(search, window: window) else {
            return nil
        }
        return try await searches.withTransaction(isolation: .repeatableRead, readOnly: true, retries: 0) {
            connection in
            let answers = try await connection.run([counting, walk])
            guard let walked = try answers[0].first?.int8(0), walked < Int64(window) else { return nil }
            var found = try FoundMatches(answers[1])
            let missing = limit - found.versions.count
            guard missing > 0 else { return found }
            let last = try await self.first(others, missing, on: connection)
            found.versions += last.versions
            found.snapshot = found.snapshot ?? last.snapshot
            return found
        }
    }

    /// The same on a connection, by the ways that it takes when nothing is rare.
    private func first(_ search: PreparedSearch, _ limit: Int, on connection: Connection) async throws -> FoundMatches {
        if let window = search.window(for: limit),
            let query = SearchSQL.page(search, .walk(window: window), limit: limit)
        {
            let rows = try await connection.query(query)
            if let found = try FoundMatches.walked(rows, window, limit) { return found }
        }
        guard let query = SearchSQL.page(search, .planned, limit: limit) else { return FoundMatches() }
        return try FoundMatches(try await connection.query(query))
    }

    /// Rows of version, method, updated, content, id, key and type; one without a key says that there is nothing.
    static func matches(_ rows: Rows) throws -> [StoredVersion] {
        var matches: [StoredVersion] = []
        matches.reserveCapacity(rows.count)
        for row in rows where try !row.isNull(5) {
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
            if request.contained != nil { return try await self.countOfContained(request) }
            let search = try await self.prepare(request)
            guard !search.predicate.isNone else { return 0 }
            if request.asOf != nil { return try await self.countOfPast(request, search) }
            let query = SearchSQL.counting(search)
            let rows = try await self.searches.withConnection { try await $0.query(query) }
            return try rows.first.map { Int(try $0.int8(0)) } ?? 0
        }
    }
}
