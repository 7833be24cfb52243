import Postgres
import Synchronization

/// Whether something may have been written since the index of terms was settled.
final class Unsettled: Sendable {
    /// A write is noted before it commits: it is settled once more than it takes.
    private static let rounds = 2
    private let left = Atomic(0)

    func set() { left.store(Self.rounds, ordering: .relaxed) }

    func take() -> Bool {
        let found = left.load(ordering: .relaxed)
        return found > 0 && left.compareExchange(expected: found, desired: found - 1, ordering: .relaxed).exchanged
    }
}

extension Store {
    private static let settle = Statement("select settle_terms()")

    /// Enters into the index of terms what was written lately. Writers leave terms on a list, which they empty when it is
    /// full (decision 0008); until then every search looks through it, and one that follows references does so for each of
    /// them.
    ///
    /// - Returns: whether there may have been anything to do.
    @discardableResult
    public func settleTerms() async throws(StoreError) -> Bool {
        guard unsettled.take() else { return false }
        try await StoreError.mapping {
            _ = try await self.pool.withConnection { try await $0.query(Query(Self.settle)) }
        }
        return true
    }
}
