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
        snapshot = versions.isEmpty ? nil : try rows.first?.text(7)
    }

    /// Rows of the same by ``SearchWay/probed``: one at least, whose last column says whether there were too many.
    ///
    /// - Returns: nil if there were.
    static func probed(_ rows: Rows) throws -> FoundMatches? {
        guard let first = rows.first, try !first.bool(8) else { return nil }
        return try FoundMatches(rows)
    }

    /// Rows of the same by a walk.
    ///
    /// - Returns: nil if it ended before it had met enough, or all.
    static func walked(_ rows: Rows, _ window: Int, _ limit: Int) throws -> FoundMatches? {
        let found = try FoundMatches(rows)
        if found.versions.count == limit { return found }
        guard rows.columns.count > 8, let seen = try rows.first?.optionalInt8(8) else { return nil }
        return seen < Int64(window) ? found : nil
    }
}
