import Postgres
import Synchronization

/// How common terms are, from PostgreSQL's own statistics of the term arrays: what decides between the selective and
/// the probing way. Read anew at most once a minute.
final class TermFrequencies: Sendable {
    private static let lifetime: Int64 = 60_000_000
    private let state = Mutex(State())

    private struct State {
        var frequencies: [Int64: Float] = [:]
        var readAt: Int64 = .min
    }

    private static let statement = Statement(
        """
        select most_common_elems::text::int8[], most_common_elem_freqs::float8[]
        from pg_stats where schemaname = current_schema and tablename = 'search' and attname = 'terms'
            and most_common_elems is not null
        """, reuse: .once)

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

    /// - Parameter now: microseconds since 1970 UTC.
    func refresh(from pool: ConnectionPool, now: Int64) async throws {
        let isDue = state.withLock { state in
            guard state.readAt == .min || now - state.readAt > Self.lifetime else { return false }
            state.readAt = now
            return true
        }
        guard isDue else { return }
        let rows = try await pool.withConnection { try await $0.query(Query(Self.statement)) }
        guard let row = rows.first else { return }
        let terms = try row.int8Array(0)
        let shares = try row.float8Array(1)
        state.withLock { state in
            // The last two to three numbers are minimum, maximum and nulls, not shares of elements.
            state.frequencies = Dictionary(zip(terms, shares.map(Float.init)), uniquingKeysWith: { first, _ in first })
        }
    }
}
