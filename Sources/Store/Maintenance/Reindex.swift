import FHIR
import Postgres

/// Makes the derived rows again from the record, a batch of resources at a time, or compares them with what they
/// should be.
public struct Reindex: Sendable {
    private static let batch = 500
    let store: Store

    public init(_ store: Store) {
        self.store = store
    }

    /// What a run has found; `scanned` is `right + wrong`.
    public struct Report: Sendable, Equatable {
        public var scanned = 0
        /// Resources whose rows were, or are, as they should be.
        public var right = 0
        /// Resources whose rows differed.
        public var wrong = 0
        /// Rows of resources that are not there or deleted.
        public var orphans = 0
        /// The first resources that differed, `Type/id`.
        public var examples: [String] = []

        public var isClean: Bool { wrong == 0 && orphans == 0 }
    }

    /// - Parameters:
    ///   - checkOnly: nothing is written.
    ///   - progress: called after each batch.
    public func run(
        checkOnly: Bool, progress: @Sendable (Report) -> Void = { _ in }
    ) async throws(StoreError) -> Report {
        var report = Report()
        var after: Int64 = 0
        while true {
            let (found, start) = (report, after)
            let step = try await StoreError.mapping {
                try await self.store.pool.withTransaction { connection in
                    try await self.step(after: start, report: found, checkOnly: checkOnly, on: connection)
                }
            }
            report = step.report
            progress(report)
            guard let last = step.last else { break }
            after = last
        }
        report.orphans = try await orphans(remove: !checkOnly)
        return report
    }

    private static let resources = Statement(
        """
        select r.key, r.type, r.id, r.content from resource r
        where r.key > $1 and r.method <> 2 order by r.key limit \(batch) for no key update
        """, [.int8])

    private func step(
        after: Int64, report: Report, checkOnly: Bool, on connection: Connection
    ) async throws -> (report: Report, last: Int64?) {
        var report = report
        let rows = try await connection.query(Query(Self.resources, [.int8(after)]))
        guard !rows.isEmpty else { return (report, nil) }
        var expected: [Int64: IndexRows] = [:]
        var names: [Int64: (ResourceType, String)] = [:]
        var keys: [Int64] = []
        for row in rows {
            let key = try row.int8(0)
            guard let type = ResourceType(code: try row.int2(1)) else {
                throw StoreError.failed("the record holds a resource of an unknown type")
            }
            let id = try row.text(2)
            expected[key] = try store.rows(of: try row.bytes(3), type: type, id: id)
            names[key] = (type, id)
            keys.append(key)
        }
        let actual = try await DerivedRows.read(keys, on: connection)
        var wrong: [Int64] = []
        for key in keys where actual[key] != expected[key]?.sorted() {
            wrong.append(key)
            if report.examples.count < 10, let (type, id) = names[key] { report.examples.append("\(type)/\(id)") }
        }
        report.scanned += keys.count
        report.wrong += wrong.count
        report.right += keys.count - wrong.count
        if !checkOnly {
            try await store.remember(keys.lazy.compactMap { key in names[key].map { ($0.0, expected[key] ?? .none) } })
        }
        if !checkOnly, !wrong.isEmpty {
            let types = wrong.compactMap { names[$0]?.0 }
            let made = zip(wrong, types).map { (key: $0, type: $1, rows: expected[$0] ?? .none) }
            try await DerivedRows.write(made, on: connection)
        }
        return (report, keys.last)
    }

    private static let tables = ["search", "search_identity", "search_string", "search_date", "search_number"]

    /// Rows whose resource is gone.
    private func orphans(remove: Bool) async throws(StoreError) -> Int {
        try await StoreError.mapping {
            try await self.store.pool.withTransaction { connection in
                var count = 0
                for table in Self.tables {
                    let missing =
                        "not exists (select from resource r where r.key = \(table).key and r.method <> 2)"
                    if remove {
                        count += try await connection.query(Query("delete from \(table) where \(missing)")).affected
                    } else {
                        let rows = try await connection.query(Query("select count(*) from \(table) where \(missing)"))
                        count += try rows.first.map { Int(try $0.int8(0)) } ?? 0
                    }
                }
                return count
            }
        }
    }
}
