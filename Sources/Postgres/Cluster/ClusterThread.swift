import CPostgresSupport
import Glibc

/// A thread of our own: for what blocks, and for what ends when its thread does.
package enum ClusterThread {
    private final class Work: Sendable {
        let name: String
        let body: @Sendable () -> Void
        init(name: String, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }

    /// Runs `body` on a new thread, which takes no signals.
    static func start(_ name: String, _ body: @escaping @Sendable () -> Void) throws(ClusterError) {
        let work = Unmanaged.passRetained(Work(name: name, body: body))
        var thread = pthread_t()
        let result = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                var all = sigset_t()
                sigfillset(&all)
                pthread_sigmask(SIG_SETMASK, &all, nil)
                let work = Unmanaged<Work>.fromOpaque(argument).takeRetainedValue()
                mc_thread_name(work.name)
                work.body()
                return nil
            }, work.toOpaque())
        guard result == 0 else {
            work.release()
            throw .system(call: "Starting a thread", reason: ClusterFiles.reason(result))
        }
        pthread_detach(thread)
    }

    /// Runs `body`, which may block, on a thread of its own and waits for its result without blocking.
    package static func run<Value: Sendable>(
        _ name: String, _ body: @escaping @Sendable () -> Result<Value, ClusterError>
    ) async throws(ClusterError) -> Value {
        let result = await withCheckedContinuation {
            (waiter: CheckedContinuation<Result<Value, ClusterError>, Never>) in
            do throws(ClusterError) {
                try start(name) { waiter.resume(returning: body()) }
            } catch {
                waiter.resume(returning: .failure(error))
            }
        }
        return try result.get()
    }
}
