import Postgres
import Synchronization

/// Whether something was written since the index of terms was settled.
final class Unsettled: Sendable {
    private let isSet = Atomic(false)

    func set() { isSet.store(true, ordering: .relaxed) }

    func take() -> Bool { isSet.exchange(false, ordering: .relaxed) }
}

extension Store {
    private static let settle = Statement("select settle_terms()")

    /// Enters into the index of terms what was written lately. Writers leave terms on a list, which they empty when it is
    /// full (decision 0008); until then every search looks through it, and one that follows references does so for each of
    /// them.
    ///
    /// - Returns: whether there was anything to do.
    @discardableResult
    public func settleTerms() async throws(StoreError) -> Bool {
        guard unsettled.take() else { return false }
        try await StoreError.mapping {
            _ = try await self.pool.withConnection { try await $0.query(Query(Self.settle)) }
        }
        return true
    }
}
