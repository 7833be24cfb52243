import NIOCore

/// Runs tasks on an event loop: what a connection's task does then costs no hop to another thread and back. Only for
/// work that is short; what may take long is handed to the pool of all cores (see ``offloaded(_:)``).
final class EventLoopExecutor: TaskExecutor {
    private let loop: any EventLoop

    init(_ loop: any EventLoop) {
        self.loop = loop
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}

/// Does what may take long away from the event loop that asks for it, so that its other connections go on.
func offloaded<Value: Sendable>(_ work: @Sendable () async throws -> Value) async rethrows -> Value {
    try await withTaskExecutorPreference(globalConcurrentExecutor, operation: work)
}
