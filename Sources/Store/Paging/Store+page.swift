import FHIR
import Postgres

extension Store {
    /// The link to the second page of a search.
    func link(behind request: SearchRequest, snapshot: String, made: Int64) -> String {
        let cursor = SearchCursor(
            snapshot: snapshot, list: .random(in: 1 ... .max), offset: request.count, made: made,
            expires: clock() + pageLifetime)
        return seal.seal(.search, cursor.fields(seal.digest(request.canonical)))
    }

    /// A page behind the first: a part of the list of all matches, which the first who asks for one makes.
    func laterPage(_ request: SearchRequest) async throws -> SearchPage {
        let now = clock()
        let digest = seal.digest(request.canonical)
        let cursor = try SearchCursor(
            try seal.open(.search, request.page ?? ""), digest: digest, now: now)
        let expires = now + pageLifetime
        let slice = try await slice(request, cursor, until: expires)
        var page = SearchPage(matches: slice.versions, total: slice.matches)
        func link(_ offset: Int) -> String {
            seal.seal(.search, cursor.at(offset, expires: expires).fields(digest))
        }
        if cursor.offset + request.count < slice.matches { page.next = link(cursor.offset + request.count) }
        if cursor.offset > 0 {
            page.previous = link(max(0, cursor.offset - request.count))
            page.first = link(0)
        }
        try await include(request, on: &page, at: Moment(snapshot: cursor.snapshot, time: request.asOf))
        return page
    }

    private func slice(
        _ request: SearchRequest, _ cursor: SearchCursor, until expires: Int64
    ) async throws -> PageList.Slice {
        func read() async throws -> PageList.Slice? {
            try await pool.withConnection {
                try await PageList.read(cursor.list, from: cursor.offset, count: request.count, on: $0)
            }
        }
        if let slice = try await read() {
            // Not with each page: that would be a write for each.
            if slice.expires < expires - pageLifetime / 2 {
                try await pool.withConnection { try await PageList.extend(cursor.list, until: expires, on: $0) }
            }
            return slice
        }
        try await makeList(request, cursor, until: expires)
        guard let slice = try await read() else { throw PageRefusal.expired }
        return slice
    }

    /// Two who ask at once make the same list; one of them keeps it, and the other begins again and finds it.
    private func makeList(_ request: SearchRequest, _ cursor: SearchCursor, until expires: Int64) async throws {
        try await frequencies.refresh(from: pool, now: clock())
        let moment = Moment(snapshot: cursor.snapshot, time: request.asOf)
        let search = try await prepared(request, now: cursor.made, at: moment)
        try await withPast(request.concerns, moment) { connection, hasChanged in
            let known = try await connection.query(
                Query(Statement("select from page_list where list = $1", [.int8]), [.int8(cursor.list)]))
            guard known.isEmpty else { return }
            let hasParts = request.contained != nil
            let (text, binder) =
                if hasParts {
                    try await self.containedList(request, search, hasChanged: hasChanged, on: connection)
                } else {
                    SearchSQL.list(search, hasChanged: hasChanged)
                }
            _ = try await connection.query(
                PageList.insert(text, binder, hasParts: hasParts, list: cursor.list, expires: expires))
        }
    }

    /// The first page of the record as it was.
    func firstPageOfPast(_ request: SearchRequest, _ search: PreparedSearch) async throws -> SearchPage {
        let limit = request.count + 1
        let (found, snapshot) = try await withPast(request.concerns, Moment(time: request.asOf)) {
            connection, hasChanged in
            let snapshot = try await connection.query(Query(Self.snapshot)).first?.text(0) ?? ""
            let (text, binder) = SearchSQL.list(search, hasChanged: hasChanged, limit: limit)
            let rows = try await connection.query(PageList.versions(text, binder))
            return (try Self.matches(rows), snapshot)
        }
        var page = SearchPage(matches: Array(found.prefix(request.count)))
        if found.count > request.count {
            page.next = link(behind: request, snapshot: snapshot, made: search.now)
        } else {
            page.total = found.count
        }
        try await include(request, on: &page, at: Moment(snapshot: snapshot, time: request.asOf))
        return page
    }

    static let snapshot = Statement("select pg_current_snapshot()::text")

    /// How many resources matched then.
    func countOfPast(_ request: SearchRequest, _ search: PreparedSearch) async throws -> Int {
        try await withPast(request.concerns, Moment(time: request.asOf)) { connection, hasChanged in
            let (text, binder) = SearchSQL.list(search, hasChanged: hasChanged)
            let rows = try await connection.query(binder.query("select count(*) from (\(text)) l"))
            return try rows.first.map { Int(try $0.int8(0)) } ?? 0
        }
    }
}

extension SearchRequest {
    /// The types of resources that can change what is found and in which order; empty: all.
    var concerns: [ResourceType] {
        guard !types.isEmpty, contained == nil else { return [] }
        for key in sort {
            if case .parameter(let parameter) = key.key, parameter.kind == .reference { return [] }
        }
        return Array(Set(types).union(expression.others)).sorted()
    }
}

extension SearchExpression {
    /// The types that chains lead to.
    fileprivate var others: Set<ResourceType> {
        switch self {
        case .and(let parts), .or(let parts): parts.reduce(into: []) { $0.formUnion($1.others) }
        case .not(let inner): inner.others
        case .chain(_, let type, let inner), .has(let type, _, let inner): inner.others.union([type])
        default: []
        }
    }
}
