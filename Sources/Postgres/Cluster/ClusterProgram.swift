import CPostgresSupport
import Glibc

/// A program of PostgreSQL's, started by us.
enum ClusterProgram {
    /// Starts a program whose life ends with the calling thread's. `output` stays the caller's to close.
    static func spawn(
        _ path: String, _ arguments: [String], in directory: String, output: Int32, as user: mc_identity,
        deathSignal: Int32
    ) throws(ClusterError) -> pid_t {
        // Messages that we look at are in English, and no PG… variable of the caller's shell has a say.
        let environment = ["PATH=/usr/bin:/bin", "LC_ALL=C", "TZ=UTC"]
        let words = ([path] + arguments).map { strdup($0) } + [nil]
        let variables = environment.map { strdup($0) } + [nil]
        defer { (words + variables).forEach { free($0) } }
        let pid = withUnsafePointer(to: user) {
            mc_spawn(path, words, variables, directory, output, $0, deathSignal)
        }
        guard pid > 0 else {
            throw .binariesUnusable(path: path, reason: ClusterFiles.reason(-pid))
        }
        return pid
    }

    /// What a short-lived program prints.
    static func output(_ path: String, _ arguments: [String]) throws(ClusterError) -> String {
        var ends: [Int32] = [-1, -1]
        let result = mc_pipe(&ends)
        guard result == 0 else { throw .system(call: "pipe", reason: ClusterFiles.reason(-result)) }
        defer { close(ends[0]) }
        var own = mc_identity()
        mc_identity_own(&own)
        let pid: pid_t
        do {
            pid = try spawn(path, arguments, in: "/", output: ends[1], as: own, deathSignal: SIGKILL)
        } catch {
            close(ends[1])
            throw error
        }
        close(ends[1])
        var text: [UInt8] = []
        while true {
            let chunk = [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
                count = max(0, read(ends[0], buffer.baseAddress, buffer.count))
            }
            if chunk.isEmpty { break }
            text += chunk
        }
        var status: Int32 = 0
        waitpid(pid, &status, 0)
        return String(decoding: text, as: UTF8.self)
    }

    /// A wait status in words.
    static func words(_ status: Int32) -> String {
        let signal = status & 0x7f
        return signal == 0 ? "exit code \((status >> 8) & 0xff)" : "signal \(signal)"
    }
}
