import Glibc
import TestSupport
import Testing

@testable import Postgres

@Suite("The parts of an embedded cluster")
struct ClusterPartsTests {
    @Test("postmaster.pid tells process, port, socket and state")
    func postmasterFile() throws {
        let text = "4711\n/data\n1700000000\n5432\n/run/x\n\n  1234   5\nready   \n"
        let file = try #require(PostmasterFile(text))
        #expect(file.pid == 4711 && !file.isSingleUser)
        #expect(file.port == "5432" && file.socketDirectory == "/run/x" && file.status == .ready)
    }

    @Test("a postmaster.pid that is still being written, or is none, is read for what it says")
    func incompletePostmasterFile() {
        #expect(PostmasterFile("") == nil)
        #expect(PostmasterFile("garbage\n") == nil)
        #expect(PostmasterFile("0\n") == nil)
        #expect(PostmasterFile("17")?.status == .unknown)
        #expect(PostmasterFile("-17\n/data\n")?.isSingleUser == true)
        #expect(PostmasterFile("1\n/d\n1\n5432\n/s\n\n\nstopping\n")?.status == .stopping)
    }

    @Test(
        "the major version is found in what `postgres --version` says",
        arguments: [
            ("postgres (PostgreSQL) 15.20 (Debian 15.20-0+deb12u1)", "15"), ("postgres (PostgreSQL) 18beta1", "18"),
        ])
    func version(answer: String, major: String) {
        #expect(ClusterBinaries.major(in: answer) == major)
    }

    @Test("without any PostgreSQL the sentence names the package to install")
    func missingBinaries() {
        let error = #expect(throws: ClusterError.self) {
            _ = try ClusterBinaries.find(
                named: nil, for: nil, cluster: "/x", path: "/nowhere", roots: ["/nowhere/*/bin"])
        }
        #expect(error == .binariesNotFound(searched: ["/nowhere/*/bin", "/nowhere"]))
        #expect(error?.description.contains("apt-get install postgresql") == true)
    }

    @Test("a full disk is recognised in the last words of PostgreSQL and of initdb")
    func judgement() {
        let words = ["PANIC:  could not write to file \"pg_wal/xlogtemp.1\": No space left on device"]
        #expect(ClusterError.judged(.stopped, lines: words, path: "/data") == .diskFull(path: "/data"))
        let memory = ["FATAL:  could not map anonymous shared memory: Cannot allocate memory"]
        #expect(ClusterError.judged(.stopped, lines: memory, path: "/data") == .outOfMemory(lines: memory))
        #expect(ClusterError.judged(.stopped, lines: ["FATAL: other"], path: "/data") == .stopped)
    }

    @Test("connection strings survive quotes and backslashes in a path")
    func quoting() {
        let strings = ClusterConnectionStrings(directory: "/it's\\here", port: "5432")
        #expect(strings.owner.hasPrefix(#"host='/it\'s\\here' port='5432' dbname='mediconnect'"#))
        #expect(strings.application.hasSuffix("user='mediconnect_app'"))
    }

    @Test("a setting of the operator's replaces ours, and another is added")
    func settings() throws {
        let configuration = ClusterConfiguration(dataDirectory: TestDirectory.unused())
        let user = try ClusterUser(for: configuration)
        let settings = ClusterSettings(
            layout: try ClusterLayout(configuration, user: user), overrides: ["jit": "on", "my.name": "O'Hara"],
            memory: 64 << 30)
        #expect(settings.text.contains("\njit = 'on'\n") && !settings.text.contains("jit = 'off'"))
        #expect(settings.text.contains("\nmy.name = 'O''Hara'\n"))
        #expect(settings.text.contains("\nshared_buffers = '256MB'\n"))
        #expect(settings.text.contains("\nlisten_addresses = ''\n"))
        #expect(settings.text.contains("\nfsync = 'on'\n"))
    }

    @Test("a program is gone as soon as the thread that started it, also as another user")
    func deathOfTheThread() async throws {
        let user = try ClusterUser(for: ClusterConfiguration(dataDirectory: "/"))
        let pid = try await ClusterThread.run("short-lived") { () -> Result<pid_t, ClusterError> in
            do throws(ClusterError) {
                let pid = try ClusterProgram.spawn(
                    "/bin/sleep", ["600"], in: "/", output: STDOUT_FILENO, as: user.identity, deathSignal: SIGINT)
                return .success(pid)
            } catch {
                return .failure(error)
            }
        }
        try await withPatience {
            var status: Int32 = 0; return waitpid(pid, &status, WNOHANG) == pid
        }
    }

    @Test("a program that is not there is said so by the one who starts it")
    func missingProgram() throws {
        let user = try ClusterUser(for: ClusterConfiguration(dataDirectory: "/"))
        #expect(throws: ClusterError.binariesUnusable(path: "/nowhere", reason: "No such file or directory")) {
            _ = try ClusterProgram.spawn(
                "/nowhere", [], in: "/", output: STDOUT_FILENO, as: user.identity, deathSignal: SIGKILL)
        }
    }
}

/// Waits up to ten seconds for something to come true.
func withPatience(_ condition: () async throws -> Bool) async throws {
    let end = ContinuousClock.now + .seconds(10)
    while try await !condition() {
        try #require(ContinuousClock.now < end, "waited ten seconds in vain")
        try await Task.sleep(for: .milliseconds(5))
    }
}
