import FHIR
import Postgres

/// What must be asked of the record about the references of a batch, in one statement before it is written.
struct ReferenceCheck: Sendable {
    /// What is done with a row, the numbers of the database's function.
    private enum Use: Int16 {
        /// It must be there; it is held against deletion.
        case hold = 0
        /// It will be written; it is locked now, so that all locks are taken in one order.
        case write = 1
        case delete = 2
        /// Whether it is there shall be told.
        case report = 3
        /// It is held against deletion where it is there.
        case holdIfThere = 4
    }

    private struct Row {
        let reference: LocalReference
        let use: Use
        /// Who refers to it, by their positions in the batch.
        var entries: [Int] = []
        var rule: ReferenceRule?
    }

    private let rows: [Row]

    /// - Parameter tellsMissing: whether anybody wants to know of other references that lead to nothing.
    /// - Throws: where an entry refers to what the same batch deletes, and must not.
    init(_ entries: [WriteEntry], isStrict: Bool, tellsMissing: Bool) throws(StoreError) {
        guard entries.contains(where: { !$0.references.isEmpty }) else {
            self.rows = []
            return
        }
        var written: [LocalReference: Use] = [:]
        for entry in entries {
            written[LocalReference(type: entry.type, id: entry.id)] = entry.content == nil ? .delete : .write
        }
        var rows: [LocalReference: Row] = [:]
        for (position, entry) in entries.enumerated() {
            for (reference, rule) in entry.references.enforced {
                switch written[reference] {
                case .delete where isStrict:
                    throw .refused(entry: position, .dangling(reference: reference.name, path: rule.name))
                case nil:
                    let row = rows[reference]
                    rows[reference] = Row(
                        reference: reference, use: isStrict ? .hold : .holdIfThere,
                        entries: (row?.entries ?? []) + [position], rule: rule)
                case .hold, .holdIfThere, .write, .delete, .report: break
                }
            }
            for reference in entry.references.others where tellsMissing && written[reference] != .write {
                rows[reference, default: Row(reference: reference, use: .report)].entries.append(position)
            }
        }
        if rows.values.contains(where: { $0.use == .hold || $0.use == .holdIfThere }) {
            for entry in entries where !entry.isFresh {
                let reference = LocalReference(type: entry.type, id: entry.id)
                rows[reference] = Row(reference: reference, use: entry.content == nil ? .delete : .write)
            }
        }
        self.rows = rows.values.sorted {
            ($0.reference.type.code, $0.reference.id) < ($1.reference.type.code, $1.reference.id)
        }
    }

    private static let statement = Statement(
        "select check_references($1, $2, $3)", [.int2Array, .textArray, .int2Array])

    /// Nil where there is nothing to ask.
    var query: Query? {
        guard !rows.isEmpty else { return nil }
        return Query(
            Self.statement,
            [
                .int2Array(rows.map(\.reference.type.code)), .textArray(rows.map(\.reference.id)),
                .int2Array(rows.map(\.use.rawValue)),
            ])
    }

    /// What leads to nothing, by the position of the entry that refers to it.
    func missing(_ answer: Rows) throws -> [Int: [String]] {
        var missing: [Int: [String]] = [:]
        for number in try answer.first?.int4Array(0) ?? [] where rows.indices.contains(Int(number) - 1) {
            let row = rows[Int(number) - 1]
            for entry in row.entries { missing[entry, default: []].append(row.reference.name) }
        }
        return missing
    }

    /// The refusal of the database's function, which names a row, as that of an entry.
    func refusal(_ number: Int) -> StoreError {
        guard rows.indices.contains(number) else {
            return .failed("the record refuses a reference that nobody asked for")
        }
        let row = rows[number]
        return .refused(
            entry: row.entries.first ?? 0, .dangling(reference: row.reference.name, path: row.rule?.name ?? ""))
    }
}
