import FHIR
import Postgres

extension Store {
    /// How many resources are brought back at a time.
    private static let batch = 500

    /// Runs `body` in a transaction that sees one state of the record, with the tables of what has changed since a
    /// moment.
    ///
    /// - Parameters:
    ///   - types: whose resources matter; empty: all.
    ///   - body: gets whether anything has changed; only then ``SearchTables/past`` and ``SearchTables/asOf`` are there.
    /// - Throws: ``PageRefusal/outrun(limit:)`` when more has changed than is brought back.
    func withPast<R: Sendable>(
        _ types: [ResourceType], _ moment: Moment, _ body: (Connection, _ hasChanged: Bool) async throws -> R
    ) async throws -> R {
        try await past.withTransaction(isolation: .repeatableRead) { connection in
            let hasChanged = try await self.rewind(types, moment, on: connection)
            return try await body(connection, hasChanged)
        }
    }

    private func rewind(_ types: [ResourceType], _ moment: Moment, on connection: Connection) async throws -> Bool {
        let codes = Parameter.int2Array((types.isEmpty ? ResourceType.all : types).map(\.code))
        var binder = Binder()
        let changed = moment.terms(&binder).changed(types: binder.bind(codes, .int2Array))
        guard !moment.isNow, try await !connection.query(binder.query("\(changed) limit 1")).isEmpty else {
            return false
        }
        try await PastTables.open(on: connection)
        let count = try await connection.query(binder.query("insert into past_changed \(changed)")).affected
        if count > 1000 { try await connection.execute("analyze past_changed") }
        var restored = 0
        var after = Int64.min
        while true {
            let versions = try await versions(moment, after: after, on: connection)
            guard let last = versions.last else { break }
            restored += versions.count
            guard restored <= pastLimit else { throw PageRefusal.outrun(limit: pastLimit) }
            try await restore(versions, on: connection)
            after = last.key
        }
        if restored > 1000 {
            for table in ["resource", "search", "string", "date", "number"] {
                try await connection.execute("analyze past_\(table)")
            }
        }
        return true
    }

    /// A version that was current at the moment, of a resource of which another is now.
    private struct PastVersion {
        let key: Int64
        let version: StoredVersion
    }

    private func versions(
        _ moment: Moment, after: Int64, on connection: Connection
    ) async throws -> [PastVersion] {
        var binder = Binder()
        let terms = moment.terms(&binder)
        let begin = binder.bind(.int8(after), .int8)
        let rows = try await connection.query(
            binder.query(
                """
                select h.version, h.method, h.updated, h.content, r.id, r.type, c.key
                from past_changed c join resource r on r.key = c.key
                    cross join lateral (
                        select * from history v where v.key = c.key and \(terms.sees("v"))
                        order by v.version desc limit 1
                    ) h
                where c.key > \(begin) and h.method <> 2 order by c.key limit \(Self.batch)
                """))
        return try rows.map { row in
            guard let type = ResourceType(code: try row.int2(5)) else {
                throw StoreError.failed("the record holds a resource of an unknown type")
            }
            return PastVersion(
                key: try row.int8(6), version: try StoredVersion(type: type, id: try row.text(4), row: row))
        }
    }

    private static let insertVersions = Statement(
        """
        insert into past_resource (key, type, id, version, method, updated)
            select * from unnest($1, $2, $3, $4, $5, $6)
        """, [.int8Array, .int2Array, .textArray, .int4Array, .int2Array, .timestamptzArray], reuse: .once)

    /// Derived rows are not kept of superseded versions: they are made again by the way that every write takes.
    private func restore(_ versions: [PastVersion], on connection: Connection) async throws {
        let rows = try versions.map {
            try self.rows(of: $0.version.content ?? [], type: $0.version.type, id: $0.version.id)
        }
        var arrays = RowArrays()
        for (index, rows) in rows.enumerated() { arrays.append(rows, of: Int32(index + 1)) }
        try await remember(zip(versions.map(\.version.type), rows).map { ($0, $1) }, on: connection)
        let keys = Parameter.int8Array(versions.map(\.key))
        let types = Parameter.int2Array(versions.map(\.version.type.code))
        _ = try await connection.run([
            Query(
                Self.insertVersions,
                [
                    keys, types, .textArray(versions.map(\.version.id)), .int4Array(versions.map(\.version.version)),
                    .int2Array(versions.map(\.version.method.rawValue)),
                    .timestampArray(microsecondsSince1970: versions.map(\.version.updated)),
                ]),
            Query(PastTables.insertRows, [keys, types] + arrays.parameters),
        ])
    }
}
