import CPostgresSupport
import Glibc
import Synchronization

/// What the keeper's thread and everybody else have in common: orders in one direction, the state in the other.
final class ClusterHandle: Sendable {
    typealias StartResult = Result<ClusterConnectionStrings, ClusterError>

    private struct Shared {
        var state = ClusterState.starting
        var orders: [StopMode] = []
        var startWaiter: CheckedContinuation<StartResult, Never>?
        var endWaiters: [CheckedContinuation<ClusterError?, Never>] = []
        var end: ClusterError??
    }

    private let shared = Mutex(Shared())

    /// Readable when there are orders.
    let bell: Int32

    init() throws(ClusterError) {
        bell = mc_eventfd()
        guard bell >= 0 else { throw .system(call: "eventfd", reason: ClusterFiles.reason(-bell)) }
    }

    deinit { close(bell) }

    var state: ClusterState { shared.withLock { $0.state } }
    var hasEnded: Bool { shared.withLock { $0.end != nil } }

    func order(_ mode: StopMode) {
        shared.withLock { $0.orders.append(mode) }
        var one: UInt64 = 1
        _ = write(bell, &one, MemoryLayout<UInt64>.size)
    }

    /// Waits for the first outcome of a start; `begin` is called once somebody waits.
    func awaitStart(_ begin: () -> Void) async -> StartResult {
        await withCheckedContinuation { waiter in
            shared.withLock { $0.startWaiter = waiter }
            begin()
        }
    }

    /// Waits for the end: nil after a wanted stop.
    func awaitEnd() async -> ClusterError? {
        await withCheckedContinuation { waiter in
            let end = shared.withLock { shared -> ClusterError?? in
                if shared.end == nil { shared.endWaiters.append(waiter) }
                return shared.end
            }
            if let end { waiter.resume(returning: end) }
        }
    }

    // MARK: The keeper's side

    func takeOrders() -> [StopMode] {
        var count: UInt64 = 0
        _ = read(bell, &count, MemoryLayout<UInt64>.size)
        return shared.withLock { shared in
            defer { shared.orders = [] }
            return shared.orders
        }
    }

    func become(_ state: ClusterState) {
        shared.withLock { $0.state = state }
    }

    func started(_ strings: ClusterConnectionStrings) {
        let waiter = shared.withLock { shared in
            shared.state = .ready
            return shared.startWaiter.take()
        }
        waiter?.resume(returning: .success(strings))
    }

    func ended(_ error: ClusterError?) {
        let (starter, waiters) = shared.withLock { shared in
            shared.state = error.map { .failed($0) } ?? .stopped
            shared.end = .some(error)
            defer { shared.endWaiters = [] }
            return (shared.startWaiter.take(), shared.endWaiters)
        }
        starter?.resume(returning: .failure(error ?? .stopped))
        waiters.forEach { $0.resume(returning: error) }
    }
}
