import Glibc

/// What PostgreSQL said last: before its logger runs in `start.log`, afterwards in the newest of its own files.
struct ClusterLog {
    private let layout: ClusterLayout
    /// How much the files held before this run.
    private var sizes: [String: Int] = [:]

    init(layout: ClusterLayout) {
        self.layout = layout
    }

    /// Empties `start.log` and opens it for a program's output.
    mutating func begin(for user: ClusterUser) throws(ClusterError) -> Int32 {
        skip()
        sizes["start.log"] = 0
        let descriptor = open(layout.startLog, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw ClusterFiles.error(layout.startLog, errno) }
        _ = fchown(descriptor, user.uid, user.gid)
        return descriptor
    }

    /// What is there now is of no interest any more.
    mutating func skip() {
        for name in names { sizes[name] = ClusterFiles.size("\(layout.logs)/\(name)") }
    }

    private var names: [String] { ClusterFiles.names(in: layout.logs).filter { $0.hasSuffix(".log") } }

    /// The last lines since this run began.
    func lastLines(_ count: Int = 12) -> [String] {
        var lines: [String] = []
        for name in names.sorted(by: { $0 == "start.log" && $1 != "start.log" }) {
            let text = ClusterFiles.readTail("\(layout.logs)/\(name)", from: sizes[name] ?? 0, limit: 16_384) ?? ""
            lines += text.split(separator: "\n").map(String.init).filter { line in
                // Said to whoever started it by hand.
                !line.contains("redirecting log output") && !line.contains("Future log output will appear")
            }
        }
        return lines.suffix(count)
    }

    private static let severities = ["FATAL:", "PANIC:", "ERROR:", "WARNING:", "HINT:"]

    /// Why a postmaster ended with `status`.
    func cause(of status: String) -> ClusterError {
        let lines = lastLines()
        if let room = ClusterFiles.room(at: layout.cluster), room < 1 << 20 { return .diskFull(path: layout.root) }
        // Whoever was killed from outside had nothing to say about it.
        let wasKilled = !status.hasPrefix("exit")
        let words = wasKilled ? lines.filter { line in Self.severities.contains { line.contains($0) } } : lines
        return .judged(.startFailed(status: status, lines: words), lines: lines, path: layout.root)
    }
}
