import CPostgresSupport
import Glibc

/// The processes of a cluster, as /proc shows them.
struct ClusterProcesses: Sendable {
    enum Finding: Equatable {
        case gone
        /// Dead, and its parent has not yet asked why. It still blocks PostgreSQL's lock file.
        case zombie
        /// A PostgreSQL process that works on our directory.
        case ours
        /// Some other program: a pid that was used again.
        case foreign
        /// Not ours to look at.
        case hidden
    }

    let directory: String
    let user: ClusterUser

    func look(at pid: pid_t) -> Finding {
        if kill(pid, 0) != 0, errno == ESRCH { return .gone }
        if isZombie(pid) { return .zombie }
        guard let current = user.link("/proc/\(pid)/cwd"), let program = user.link("/proc/\(pid)/exe") else {
            if kill(pid, 0) != 0, errno == ESRCH { return .gone }
            return owner(of: pid) == user.uid ? .hidden : .foreign
        }
        return current == directory && Self.isPostgres(program) ? .ours : .foreign
    }

    /// Every PostgreSQL process that works on our directory.
    func all() -> [pid_t] {
        ClusterFiles.names(in: "/proc").compactMap { pid_t($0) }.filter { pid in
            owner(of: pid) == user.uid && look(at: pid) == .ours
        }
    }

    /// Ends what is left of a cluster whose postmaster is gone: a backend at work does not notice, and holds the
    /// shared memory that a new postmaster must not find in use. Answers how many there were.
    func endAll(patience: Duration = .milliseconds(500)) -> Int {
        // PostgreSQL's logger ends by itself, a moment after the postmaster.
        if wait(for: all(), atMost: .milliseconds(50)) { return 0 }
        let found = all()
        found.forEach { kill($0, SIGQUIT) }
        if !wait(for: found, atMost: patience) {
            all().forEach { kill($0, SIGKILL) }
            _ = wait(for: found, atMost: .seconds(5))
        }
        return found.count
    }

    private func wait(for pids: [pid_t], atMost patience: Duration) -> Bool {
        let end = ContinuousClock.now + patience
        while true {
            // Where we are process 1 of a container they are our children now.
            pids.forEach { waitpid($0, nil, WNOHANG) }
            if !pids.contains(where: { look(at: $0) == .ours }) { return true }
            if ContinuousClock.now >= end { return false }
            usleep(2_000)
        }
    }

    private func owner(of pid: pid_t) -> uid_t? {
        var status = stat()
        return stat("/proc/\(pid)", &status) == 0 ? status.st_uid : nil
    }

    /// proc(5): "pid (name) state …", where the name may contain anything.
    private func isZombie(_ pid: pid_t) -> Bool {
        guard let line = ClusterFiles.readStream("/proc/\(pid)/stat"), let end = line.lastIndex(of: ")") else {
            return false
        }
        return line[end...].dropFirst(2).first.map { $0 == "Z" || $0 == "X" } ?? false
    }

    private static func isPostgres(_ program: String) -> Bool {
        // After an upgrade of the package the link reads "… (deleted)".
        program.split(separator: "/").last?.hasPrefix("postgres") ?? false
    }
}

extension ClusterFiles {
    /// A file of /proc, which has no size.
    static func readStream(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        let bytes = [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
            count = max(0, Glibc.read(descriptor, buffer.baseAddress, buffer.count))
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
