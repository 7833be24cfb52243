import Foundation
import Glibc
import Synchronization

/// What /proc says of other processes.
enum Processes {
    /// Those that work in a directory or below: PostgreSQL's do in its data directory.
    static func within(_ directory: String) -> [pid_t] {
        let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return all.compactMap { pid_t($0) }.filter { pid in
            let place = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/cwd")
            return place?.hasPrefix(directory + "/") == true
        }
    }

    static func commandLine(_ pid: pid_t) -> String {
        guard let bytes = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") else { return "" }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// Ends with the test process whatever it has started and not ended itself.
enum Survivors {
    private static let pids = Mutex<[pid_t]>([])

    static func note(_ pid: pid_t) {
        pids.withLock { pids in
            if pids.isEmpty { atexit { Survivors.end() } }
            pids.append(pid)
        }
    }

    private static func end() {
        for pid in pids.withLock({ $0 }) where Processes.commandLine(pid).contains("mediconnect") { kill(pid, SIGKILL) }
    }
}
