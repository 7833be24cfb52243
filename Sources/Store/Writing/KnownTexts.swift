import FHIR
import Postgres
import Synchronization

/// What the tables of texts and shapes hold already, as far as this process has seen: a write asks the database only for
/// what is new.
final class KnownTexts: Sendable {
    /// Of how many codes of a parameter the texts are kept: enough for what is worth sorting by, and not one row for
    /// each identifier.
    static let codeLimit = 1000
    /// Beyond it all is forgotten and asked for again.
    private static let capacity = 500_000

    private let state = Mutex(State())

    private struct State {
        var terms: Set<Int64> = []
        var shapes: Set<Int64> = []
        /// Parameters with more codes than are kept.
        var manyCodes: Set<Int32> = []
    }

    struct Unknown: Sendable {
        var texts: [IndexRows.TextRow] = []
        var shapes: [(type: ResourceType, shape: IndexRows.Shape)] = []

        var isEmpty: Bool { texts.isEmpty && shapes.isEmpty }
    }

    func unknown(_ resources: some Sequence<(type: ResourceType, rows: IndexRows)>) -> Unknown {
        state.withLock { state in
            var unknown = Unknown()
            var seen: Set<Int64> = []
            for (type, rows) in resources {
                let term = rows.shape.term
                if !state.shapes.contains(term), seen.insert(term).inserted {
                    unknown.shapes.append((type, rows.shape))
                }
                for row in rows.texts.rows
                where !state.terms.contains(row.term)
                    && !(row.kind.isCounted && state.manyCodes.contains(row.parameter))
                    && seen.insert(row.term).inserted
                {
                    unknown.texts.append(row)
                }
            }
            return unknown
        }
    }

    /// Texts that may have left the table: a write asks for them again.
    func forget(_ terms: Set<Int64>) {
        state.withLock { $0.terms.subtract(terms) }
    }

    func note(_ known: Unknown, manyCodes: [Int32]) {
        state.withLock { state in
            if state.terms.count > Self.capacity { state.terms = [] }
            if state.shapes.count > Self.capacity { state.shapes = [] }
            state.manyCodes.formUnion(manyCodes)
            for row in known.texts where !(row.kind.isCounted && state.manyCodes.contains(row.parameter)) {
                state.terms.insert(row.term)
            }
            for (_, shape) in known.shapes { state.shapes.insert(shape.term) }
        }
    }
}

extension IndexRows.TextRow.Kind {
    /// Of a parameter that has too many codes these are not kept.
    fileprivate var isCounted: Bool { self == .code || self == .label }
}

extension Store {
    private static let insertShapes = Statement(
        """
        insert into search_shape (shape, type, parameters)
            select e.shape, e.type, string_to_array(e.parameters, ',')::int4[]
            from unnest($1, $2, $3) as e(shape, type, parameters) order by e.shape
        on conflict do nothing
        """, [.int8Array, .int2Array, .textArray])

    private static let insertTexts = Statement(
        """
        with given as (select * from unnest($1, $2, $3, $4) as g(param, kind, text, term)),
            known as (select t.param from search_text t where t.kind = 4 and t.param = any($1)),
            full_now as (
                select g.param from given g where g.kind = 3 group by g.param
                having (select count(*) from search_text t where t.param = g.param and t.kind = 3)
                    >= \(KnownTexts.codeLimit))
        insert into search_text (param, kind, text, term)
            select e.param, e.kind, e.text, e.term from (
                select g.param, g.kind, g.text, g.term from given g
                    where g.kind not in (3, 6) or g.param not in (select param from known union all select param from full_now)
                union all
                select f.param, 4::int2, '', 0 from full_now f
            ) e order by e.param, e.kind, e.term
        on conflict do nothing
        """, [.int4Array, .int2Array, .textArray, .int8Array])

    private static let manyCodes = Statement(
        "select param from search_text where kind = 4 and param = any($1)", [.int4Array])

    /// Puts texts and shapes that the record does not know into their tables, in a transaction of their own before the
    /// one that writes the resources: a text that nothing refers to does no harm, one that is missing would.
    func remember(_ resources: some Sequence<(type: ResourceType, rows: IndexRows)>) async throws {
        let unknown = texts.unknown(resources)
        guard !unknown.isEmpty else { return }
        let results = try await writes.run(Self.remembering(unknown))
        texts.note(unknown, manyCodes: try results[2].map { try $0.int4(0) })
        if unknown.texts.contains(where: { $0.kind == .unit }) { knownUnits.forget() }
        if unknown.texts.contains(where: { $0.kind == .containment }) { knownContainers.forget() }
    }

    /// The same within the transaction of a connection, which is the only one to see them until it ends.
    func remember(
        _ resources: some Sequence<(type: ResourceType, rows: IndexRows)>, on connection: Connection
    ) async throws {
        let unknown = texts.unknown(resources)
        if !unknown.isEmpty { _ = try await connection.run(Self.remembering(unknown)) }
    }

    private static func remembering(_ unknown: KnownTexts.Unknown) -> [Query] {
        let rows = unknown.texts
        return [
            Query(
                Self.insertShapes,
                [
                    .int8Array(unknown.shapes.map(\.shape.term)), .int2Array(unknown.shapes.map(\.type.code)),
                    .textArray(unknown.shapes.map { $0.shape.parameters.map(String.init).joined(separator: ",") }),
                ]),
            Query(
                Self.insertTexts,
                [
                    .int4Array(rows.map(\.parameter)), .int2Array(rows.map(\.kind.rawValue)),
                    .textArray(rows.map(\.text)), .int8Array(rows.map(\.term)),
                ]),
            Query(Self.manyCodes, [.int4Array(Array(Set(rows.map(\.parameter))))]),
        ]
    }
}
