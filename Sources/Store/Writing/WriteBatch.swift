import FHIR
import Postgres

/// Entries that are written together, as the parameters of the database's one write function.
struct WriteBatch: Sendable {
    let entries: [WriteEntry]
    /// The position of each sorted entry in the caller's order.
    private let order: [Int]
    private let check: ReferenceCheck

    /// Sorts by (type, id), so that all writers lock in one order.
    ///
    /// - Parameter isStrict: whether references must lead somewhere that the policy wants to.
    /// - Parameter tellsMissing: whether the results say which other references lead to nothing.
    /// - Throws: a refusal, where an entry refers to what another one deletes.
    init(_ given: [WriteEntry], isStrict: Bool = true, tellsMissing: Bool = true) throws(StoreError) {
        if given.count == 1 {
            order = [0]
            entries = given
        } else {
            order = given.indices.sorted {
                (given[$0].type.code, given[$0].id) < (given[$1].type.code, given[$1].id)
            }
            entries = order.map { given[$0] }
        }
        do throws(StoreError) {
            check = try ReferenceCheck(entries, isStrict: isStrict, tellsMissing: tellsMissing)
        } catch {
            throw Self.inCallersOrder(error, order)
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

    /// All that is asked of the database: about the references, if anything, and then the write. None for an empty batch.
    func queries(at: Int64, origin: Origin) -> [Query] {
        queries(at: at, origins: [origin], askers: [Int](repeating: 0, count: entries.count))
    }

    /// - Parameter askers: for each entry, in the caller's order, the position of its origin.
    func queries(at: Int64, origins: [Origin], askers: [Int]) -> [Query] {
        guard !entries.isEmpty else { return [] }
        return (check.query.map { [$0] } ?? []) + [query(at: at, origins: origins, askers: askers)]
    }

    /// Runs what asks ``queries(at:origin:)`` of the database, and reads the answers.
    ///
    /// - Throws: refusals in the terms of those who gave the entries.
    func written(_ run: (WriteBatch) async throws -> [Rows]) async throws -> [WriteResult] {
        do {
            let answers = try await run(self)
            return entries.isEmpty ? [] : try results(answers)
        } catch {
            let error = StoreError(error)
            if case .refused(let row, .dangling) = error { throw Self.inCallersOrder(check.refusal(row), order) }
            throw Self.inCallersOrder(error, order)
        }
    }

    /// A refusal names the entry by its place in the batch; callers know it by its place in what they gave.
    private static func inCallersOrder(_ error: StoreError, _ order: [Int]) -> StoreError {
        guard case .refused(let entry, let refusal) = error, order.indices.contains(entry) else { return error }
        return .refused(entry: order[entry], refusal)
    }

    /// - Parameter at: the moment of the write, microseconds since 1970 UTC; what is finer than the milliseconds that
    ///   clients see is cut off, so that a search for what they saw finds it.
    private func query(at: Int64, origins: [Origin], askers: [Int]) -> Query {
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
    private func results(_ answers: [Rows]) throws -> [WriteResult] {
        let missing = check.query == nil ? [:] : try check.missing(answers[0])
        guard let row = answers[check.query == nil ? 0 : 1].first else {
            throw StoreError.failed("the write function answers nothing")
        }
        let (versions, moments) = (try row.optionalsOfInt4Array(0), try row.timestampArray(1))
        let outcomes = try row.int2Array(2).compactMap(WriteResult.Outcome.init)
        guard [versions.count, moments.count, outcomes.count].allSatisfy({ $0 == entries.count }) else {
            throw StoreError.failed("the write function answered other than for \(entries.count) entries")
        }
        var results = [WriteResult?](repeating: nil, count: entries.count)
        for (sorted, position) in order.enumerated() {
            results[position] = WriteResult(
                version: versions[sorted], updated: moments[sorted], outcome: outcomes[sorted],
                missing: missing[sorted] ?? [])
        }
        return results.compactMap(\.self)
    }
}
