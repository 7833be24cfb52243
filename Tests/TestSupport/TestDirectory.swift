import CPostgresSupport
import Glibc
import Postgres
import Synchronization

/// Directories for clusters of tests: short enough for a socket, reachable for PostgreSQL's user, and not left behind.
public enum TestDirectory {
    private static let prefix = "/tmp/mediconnect-test-"

    /// The path of a directory that does not exist yet, and is removed when this process ends in good order; else
    /// the next test process does it.
    public static func unused() -> String {
        let path = "\(prefix)\(getpid())-\(String(UInt64.random(in: 0 ... .max), radix: 36))"
        removal.withLock { removal in
            if removal.directories.isEmpty { atexit { TestDirectory.removeAll() } }
            removal.directories.append(path)
        }
        return path
    }

    /// Stops `cluster` before the directories are removed.
    static func removeAtExit(_ directory: String, _ cluster: EmbeddedCluster) {
        removal.withLock { $0.clusters.append(cluster) }
    }

    private struct Removal {
        var directories: [String] = []
        var clusters: [EmbeddedCluster] = []
    }

    private static let removal = Mutex(Removal())

    private static func removeAll() {
        let work = removal.withLock { removal in
            defer { removal = Removal() }
            return removal
        }
        work.clusters.forEach { $0.stopBlocking() }
        work.directories.forEach { _ = mc_remove_tree($0) }
    }

    /// Removes what processes that did not end in good order have left. Their clusters have died with them.
    static func sweep() {
        guard let stream = opendir("/tmp") else { return }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            let path = "/tmp/\(name)"
            guard path.hasPrefix(prefix), let owner = pid_t(path.dropFirst(prefix.count).prefix { $0 != "-" }),
                owner != getpid(), kill(owner, 0) != 0, errno == ESRCH
            else { continue }
            _ = mc_remove_tree(path)
        }
    }
}
