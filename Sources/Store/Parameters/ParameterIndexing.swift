import FHIR
import Postgres

/// Brings the record's search rows to the search parameters that it was given, a few resources at a time: one server at
/// a time, and wherever one stops the next goes on.
public struct ParameterIndexing: Sendable {
    private static let batch = 200
    let store: Store
    /// How long after its definition a parameter is looked at once more: until then another server may have written
    /// without knowing of it. Microseconds.
    let settling: Int64

    /// - Parameter settling: longer than all servers of the record take to notice a new parameter, and than a write
    ///   takes.
    public init(_ store: Store, settling: Duration) {
        self.store = store
        self.settling = Int64(settling / .microseconds(1))
    }

    private static let next = Statement(
        """
        select \(RecordParameter.columns) from search_parameter
        where state in (0, 3) or (state = 1 and since <= $1)
        order by number limit 1 for update skip locked
        """, [.timestamptz])

    /// Looks at the next few resources.
    ///
    /// - Returns: false if nothing is to be done now, or another server does it.
    public func step() async throws(StoreError) -> Bool {
        let (isBusy, isChanged) = try await StoreError.mapping {
            try await self.store.pool.withTransaction { connection -> (Bool, Bool) in
                let settled = Parameter.timestamp(microsecondsSince1970: self.store.clock() - self.settling)
                let rows = try await connection.query(Query(Self.next, [settled]))
                guard let parameter = try rows.first.map({ try RecordParameter($0) }) else { return (false, false) }
                // What this server does not know of yet it cannot index by.
                guard self.knows(parameter) else { return (false, true) }
                return (true, try await self.advance(parameter, on: connection))
            }
        }
        if isChanged { try await store.takeParameters() }
        return isBusy
    }

    private func knows(_ parameter: RecordParameter) -> Bool {
        (store.parameters.parameter(parameter.number) != nil) == (parameter.state != .removing)
    }

    private static let resources = Statement(
        """
        select r.key, r.type, r.id, r.content from search s join resource r on r.key = s.key
        where s.type = any($1) and (s.type, s.key) > ($2, $3) and r.method <> 2 and r.updated >= $4
        order by s.type, s.key limit \(batch) for no key update of r
        """, [.int2Array, .int2, .int8, .timestamptz])

    /// - Returns: whether the parameter is in another state now.
    private func advance(_ parameter: RecordParameter, on connection: Connection) async throws -> Bool {
        // Clocks of servers differ by less than all of them take to notice.
        let since = parameter.state == .settling ? parameter.since - settling : Int64.min
        let rows = try await connection.query(
            Query(
                Self.resources,
                [
                    .int2Array(parameter.types.map(\.code)), .int2(parameter.place.type), .int8(parameter.place.key),
                    .timestamp(microsecondsSince1970: since),
                ]))
        guard let last = rows.last else { return try await finish(parameter, on: connection) }
        let place = RecordParameter.Place(type: try last.int2(1), key: try last.int8(0))
        let failed = try await index(rows, on: connection)
        _ = try await connection.query(
            Query(
                Self.note,
                [
                    .int4(parameter.number), .int2(place.type), .int8(place.key),
                    .int8(parameter.state == .settling ? 0 : Int64(rows.count)),
                    .int8(parameter.state == .settling ? 0 : Int64(failed)),
                ]))
        return false
    }

    /// Writes the rows of resources whose rows are others now.
    ///
    /// - Returns: how many could not be read.
    private func index(_ rows: Rows, on connection: Connection) async throws -> Int {
        var expected: [(key: Int64, type: ResourceType, rows: IndexRows)] = []
        var failed = 0
        for row in rows {
            guard let type = ResourceType(code: try row.int2(1)),
                let made = try? store.rows(of: try row.bytes(3), type: type, id: try row.text(2))
            else {
                failed += 1
                continue
            }
            expected.append((try row.int8(0), type, made))
        }
        let actual = try await DerivedRows.read(expected.map(\.key), on: connection)
        let wrong = expected.filter { actual[$0.key] != $0.rows.sorted() }
        guard !wrong.isEmpty else { return failed }
        try await store.remember(wrong.lazy.map { ($0.type, $0.rows) })
        try await DerivedRows.write(wrong, on: connection)
        return failed
    }

    private static let note = Statement(
        """
        update search_parameter set place_type = $2, place_key = $3, scanned = scanned + $4, failed = failed + $5,
            indexed = indexed + $4 - $5
        where number = $1
        """, [.int4, .int2, .int8, .int8, .int8])
    private static let turn = Statement(
        "update search_parameter set state = $2, place_type = 0, place_key = 0 where number = $1", [.int4, .int2])
    private static let remove = Statement("delete from search_parameter where number = $1", [.int4])

    private func finish(_ parameter: RecordParameter, on connection: Connection) async throws -> Bool {
        switch parameter.state {
        case .indexing:
            _ = try await connection.query(Query(Self.turn, [.int4(parameter.number), .int2(1)]))
        case .settling:
            _ = try await connection.query(Query(Self.turn, [.int4(parameter.number), .int2(2)]))
        case .removing:
            _ = try await connection.query(Query(Self.remove, [.int4(parameter.number)]))
        case .usable: break
        }
        return true
    }
}
