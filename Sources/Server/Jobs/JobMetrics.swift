import Store
import Synchronization

/// Counts of background jobs on this server, in Prometheus' text format.
final class JobMetrics: Sendable {
    private struct Counts {
        var added = 0
        var refused = 0
        var completed = 0
        var failed = 0
        /// Those that this server works at now.
        var running = 0
    }

    private struct State {
        var kinds: [Job.Kind: Counts] = [:]
        var removed = 0
        var expired = 0
        var resources = 0
        var bytes = 0
    }

    private let state = Mutex(State())

    func added(_ kind: Job.Kind) { count(kind) { $0.added += 1 } }
    func refused(_ kind: Job.Kind) { count(kind) { $0.refused += 1 } }
    func completed(_ kind: Job.Kind) { count(kind) { $0.completed += 1 } }
    func failed(_ kind: Job.Kind) { count(kind) { $0.failed += 1 } }
    func began(_ kind: Job.Kind) { count(kind) { $0.running += 1 } }
    func stopped(_ kind: Job.Kind) { count(kind) { $0.running -= 1 } }
    func removed() { state.withLock { $0.removed += 1 } }
    func expired(_ count: Int) { state.withLock { $0.expired += count } }

    func exported(resources: Int, bytes: Int) {
        state.withLock { state in
            state.resources += resources
            state.bytes += bytes
        }
    }

    private func count(_ kind: Job.Kind, _ body: (inout Counts) -> Void) {
        state.withLock { body(&$0.kinds[kind, default: Counts()]) }
    }

    /// The lines of the metrics page.
    var exposition: String {
        let state = state.withLock { $0 }
        var text = Self.head("jobs_running", "gauge", "Background jobs that this server works at now.")
        for kind in Job.Kind.allCases {
            text += "mediconnect_jobs_running{kind=\"\(kind)\"} \(state.kinds[kind]?.running ?? 0)\n"
        }
        text += Self.head("jobs_total", "counter", "Background jobs by kind and what became of them on this server.")
        for kind in Job.Kind.allCases {
            let counts = state.kinds[kind] ?? Counts()
            for (event, count) in [
                ("accepted", counts.added), ("refused", counts.refused), ("completed", counts.completed),
                ("failed", counts.failed),
            ] {
                text += "mediconnect_jobs_total{kind=\"\(kind)\",event=\"\(event)\"} \(count)\n"
            }
        }
        text += Self.head("jobs_removed_total", "counter", "Background jobs that were taken back or cancelled.")
        text += "mediconnect_jobs_removed_total \(state.removed)\n"
        text += Self.head(
            "jobs_expired_total", "counter",
            "Background jobs that were cleared away, after their time or because they were taken back.")
        text += "mediconnect_jobs_expired_total \(state.expired)\n"
        text += Self.head("export_resources_total", "counter", "Resources that exports wrote.")
        text += "mediconnect_export_resources_total \(state.resources)\n"
        text += Self.head("export_bytes_total", "counter", "Bytes that exports wrote, before they are compressed.")
        return text + "mediconnect_export_bytes_total \(state.bytes)\n"
    }

    private static func head(_ name: String, _ type: String, _ help: String) -> String {
        "# HELP mediconnect_\(name) \(help)\n# TYPE mediconnect_\(name) \(type)\n"
    }
}
