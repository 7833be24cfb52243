import Postgres

/// What a statement found.
struct FoundMatches: Sendable {
    var versions: [StoredVersion] = []
    /// What was committed then: PostgreSQL's text of a snapshot; nil where nothing was found.
    var snapshot: String?

    init() {}

    /// Rows of ``SearchSQL/page(_:_:limit:tables:)``.
    init(_ rows: Rows) throws {
        versions = try Store.matches(rows)
        snapshot = try rows.first?.text(7)
    }
}
