import FHIR
import Postgres

/// Entries that are written together, as the parameters of the database's one write function.
struct WriteBatch: Sendable {
    let entries: [WriteEntry]
    /// The position of each sorted entry in the caller's order.
    private let order: [Int]

    /// Sorts by (type, id), so that all writers lock in one order.
    init(_ given: [WriteEntry]) {
        if given.count == 1 {
            order = [0]
            entries = given
        } else {
            order = given.indices.sorted {
                (given[$0].type.code, given[$0].id) < (given[$1].type.code, given[$1].id)
            }
            entries = order.map { given[$0] }
        }
    }

    static let statement = Statement(
        """
        select versions, moments, outcomes from write_resources(
            $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23,
            $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41)
        """,
        [
            .int8Array, .int2Array, .textArray, .int2Array, .boolArray, .int4Array, .byteaArray,
            .timestamptzArray, .timestamptz,
        ] + RowArrays.types + [.int2Array, .int4Array, .textArray, .int2Array, .textArray, .textArray])

    /// - Parameter at: the moment of the write, microseconds since 1970 UTC; what is finer than the milliseconds that
    ///   clients see is cut off, so that a search for what they saw finds it.
    func query(at: Int64, origin: Origin) -> Query {
        query(at: at, origins: [origin], askers: [Int](repeating: 0, count: entries.count))
    }

    /// - Parameter askers: for each entry, in the caller's order, the position of its origin.
    func query(at: Int64, origins: [Origin], askers: [Int]) -> Query {
        var rows = RowArrays()
        for (index, entry) in entries.enumerated() { rows.append(entry.rows, of: Int32(index + 1)) }
        return Query(
            Self.statement,
            [
                .int8Array(entries.map(\.key)),
                .int2Array(entries.map(\.type.code)),
                .textArray(entries.map(\.id)),
                .int2Array(entries.map(\.method.rawValue)),
                .boolArray(entries.map(\.isFresh)),
                .int4Array(entries.map(\.expectation.sql)),
                .bytesArray(entries.map(\.content)),
                .timestampArray(microsecondsSince1970: entries.map(\.occurred)),
                .timestamp(microsecondsSince1970: at - at % 1000),
            ] + rows.parameters + [
                .int2Array(entries.map(\.interaction.rawValue)),
                .int4Array(order.map { Int32(askers[$0] + 1) }),
                .textArray(origins.map(\.principal)),
                .int2Array(origins.map(\.channel.rawValue)),
                .textArray(origins.map(\.remoteAddress)),
                .textArray(origins.map(\.requestID)),
            ])
    }

    /// The results in the caller's order.
    func results(_ rows: Rows) throws -> [WriteResult] {
        guard let row = rows.first else { throw StoreError.failed("the write function answers nothing") }
        let (versions, moments) = (try row.optionalsOfInt4Array(0), try row.timestampArray(1))
        let outcomes = try row.int2Array(2).compactMap(WriteResult.Outcome.init)
        guard [versions.count, moments.count, outcomes.count].allSatisfy({ $0 == entries.count }) else {
            throw StoreError.failed("the write function answered other than for \(entries.count) entries")
        }
        var results = [WriteResult?](repeating: nil, count: entries.count)
        for (sorted, position) in order.enumerated() {
            results[position] = WriteResult(
                version: versions[sorted], updated: moments[sorted], outcome: outcomes[sorted])
        }
        return results.compactMap(\.self)
    }

    /// The caller's position of the entry that a refusal names.
    func position(sorted index: Int) -> Int {
        order.indices.contains(index) ? order[index] : index
    }
}
