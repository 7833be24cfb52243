import Dispatch

/// Runs an actor's work one job after the other, on a thread that may block.
final class ReadingThread: SerialExecutor {
    private let queue = DispatchQueue(label: "mediconnect.load.reading")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async {
            job.runSynchronously(on: self.asUnownedSerialExecutor())
        }
    }
}
