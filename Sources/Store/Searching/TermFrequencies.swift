import FHIR
import Postgres
import Synchronization

/// How common terms are, from PostgreSQL's own statistics of the term arrays: what decides by which way matches are
/// found. Read anew at most once a minute.
final class TermFrequencies: Sendable {
    private static let lifetime: Int64 = 60_000_000
    private let state = Mutex(State())

    private struct State {
        var frequencies: [Int64: Float] = [:]
        /// By the code of the type.
        var types: [Int16: Float] = [:]
        var shapes: [(type: Int16, parameters: Set<Int32>, share: Float)] = []
        /// How many resources there are.
        var rows: Float = 0
        var readAt: Int64 = .min
    }

    private static let terms = Statement(
        """
        select most_common_elems::text::int8[], most_common_elem_freqs::float8[]
        from pg_stats where schemaname = current_schema and tablename = 'search' and attname = 'terms'
            and most_common_elems is not null
        """, reuse: .once)

    private static let types = Statement(
        """
        select most_common_vals::text::int8[], most_common_freqs::float8[]
        from pg_stats where schemaname = current_schema and tablename = 'search' and attname = 'type'
            and most_common_vals is not null
        """, reuse: .once)

    private static let rows = Statement(
        "select greatest(reltuples, 0)::float8 from pg_class where oid = 'search'::regclass", reuse: .once)

    private static let shapes = Statement("select shape, type, parameters from search_shape", reuse: .once)

    /// The share of all resources that have one of the terms, as far as it is known to be common; nil: rare or unknown.
    func share(of terms: [Int64]) -> Float? {
        state.withLock { state in
            var sum: Float = 0
            var known = false
            for term in terms {
                if let frequency = state.frequencies[term] {
                    sum += frequency
                    known = true
                }
            }
            return known ? sum : nil
        }
    }

    /// So many are found and ordered sooner than it is planned how.
    static let few: Float = 500

    /// Whether few resources have one of the terms: the indexes find them first, whatever else is asked.
    func areFew(_ terms: [Int64], limit: Float = few) -> Bool {
        share(of: terms).map { $0 * state.withLock(\.rows) < limit } ?? true
    }

    /// The share of all resources that are of one of the types; never 0.
    func share(of types: [ResourceType]) -> Float {
        guard !types.isEmpty else { return 1 }
        return state.withLock { state in
            guard !state.types.isEmpty else { return 1 }
            let sum = types.reduce(Float(0)) { $0 + (state.types[$1.code] ?? 0) }
            // What is not among the common types is all the smaller.
            return sum > 0 ? sum : 1
        }
    }

    /// About how many resources of the types there are; 0 where that is not known.
    func rows(of types: [ResourceType]) -> Float {
        state.withLock(\.rows) * share(of: types)
    }

    /// Whether some of the types are known to have resources.
    func knows(_ types: [ResourceType]) -> Bool {
        types.isEmpty || state.withLock { state in types.contains { state.types[$0.code] != nil } }
    }

    /// The share of the types' resources that have a value of a parameter, or have none; nil: few or not known.
    func share(having parameter: Int32, present: Bool, of types: [ResourceType]) -> Float? {
        let codes = Set(types.map(\.code))
        let sum = state.withLock { state in
            state.shapes.reduce(Float(0)) { sum, shape in
                let counts = (codes.isEmpty || codes.contains(shape.type))
                return counts && shape.parameters.contains(parameter) == present ? sum + shape.share : sum
            }
        }
        return sum > 0 ? min(1, sum / share(of: types)) : nil
    }

    /// - Parameter now: microseconds since 1970 UTC.
    func refresh(from pool: ConnectionPool, now: Int64) async throws {
        let isDue = state.withLock { state in
            guard state.readAt == .min || now - state.readAt > Self.lifetime else { return false }
            state.readAt = now
            return true
        }
        guard isDue else { return }
        let answers = try await pool.withConnection {
            try await $0.run([Query(Self.terms), Query(Self.types), Query(Self.shapes), Query(Self.rows)])
        }
        guard let row = answers[0].first else { return }
        let terms = try row.int8Array(0)
        let shares = try row.float8Array(1)
        // The last two to three numbers are minimum, maximum and nulls, not shares of elements.
        let frequencies = Dictionary(zip(terms, shares.map(Float.init)), uniquingKeysWith: { first, _ in first })
        var types: [Int16: Float] = [:]
        if let row = answers[1].first {
            for (code, share) in zip(try row.int8Array(0), try row.float8Array(1)) {
                types[Int16(clamping: code)] = Float(share)
            }
        }
        let shapes = try answers[2].compactMap { row -> (type: Int16, parameters: Set<Int32>, share: Float)? in
            guard let share = frequencies[try row.int8(0)] else { return nil }
            return (try row.int2(1), Set(try row.int4Array(2)), share)
        }
        let rows = try answers[3].first.map { Float(try $0.float8(0)) } ?? 0
        let (known, ofTypes, ofShapes) = (frequencies, types, shapes)
        state.withLock { state in
            state.frequencies = known
            state.types = ofTypes
            state.shapes = ofShapes
            state.rows = rows
        }
    }
}
