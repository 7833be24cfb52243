import CPostgresSupport
import Glibc
import Synchronization
import TestSupport
import Testing

@testable import Postgres

/// A real cluster in a directory of its own, and what it said.
private final class Bench: Sendable {
    let directory: String
    let events = Mutex<[ClusterEvent]>([])

    init(_ directory: String = TestDirectory.unused()) {
        self.directory = directory
    }

    var layout: ClusterLayout {
        get throws(ClusterError) {
            let configuration = ClusterConfiguration(dataDirectory: directory)
            return try ClusterLayout(configuration, user: ClusterUser(for: configuration))
        }
    }

    var processes: ClusterProcesses {
        get throws(ClusterError) {
            let user = try ClusterUser(for: ClusterConfiguration(dataDirectory: directory))
            return ClusterProcesses(directory: try layout.cluster, user: user)
        }
    }

    func start(binaries: String? = nil) async throws(ClusterError) -> EmbeddedCluster {
        try await EmbeddedCluster.start(
            ClusterConfiguration(
                dataDirectory: directory, binaries: binaries, settings: ["shared_buffers": "16MB"],
                isDisposable: true, log: { event in self.events.withLock { $0.append(event) } }))
    }

    func said(_ matches: (ClusterEvent) -> Bool) -> Bool { events.withLock { $0.contains(where: matches) } }

    var postmaster: pid_t {
        get throws {
            let text = try #require(ClusterFiles.read(try layout.postmasterFile))
            return try #require(PostmasterFile(text)).pid
        }
    }

    /// Makes a cluster and stops it again.
    func make() async throws {
        try await start().stop()
    }
}

@discardableResult
private func query(_ connection: String, _ sql: String) async throws(ClusterError) -> [String] {
    try await ClusterThread.run("query") {
        do throws(ClusterError) {
            return .success(try ClusterAdministration(connection).run(sql))
        } catch {
            return .failure(error)
        }
    }
}

@Suite("An embedded cluster", .timeLimit(.minutes(3)))
struct ClusterTests {
    @Test("is made, serves both roles, stops without a trace, and is soon ready again")
    func lifeCycle() async throws {
        let bench = Bench()
        let cluster = try await bench.start()
        let strings = cluster.connectionStrings
        #expect(
            try await query(strings.owner, "select current_user || '@' || current_database()")
                == ["mediconnect_owner@mediconnect"])
        try await query(strings.owner, "create table kept (id int); insert into kept values (1)")
        await #expect(throws: ClusterError.self) { try await query(strings.application, "create table mine (id int)") }
        #expect(try await query(strings.application, "show listen_addresses") == [""])
        #expect(try await query(strings.application, "show server_encoding") == ["UTF8"])
        #expect(try await query(strings.application, "show data_checksums") == ["on"])
        #expect(try await query(strings.application, "select lower('ÄÉ')") == ["äé"])
        #expect(try await query(strings.application, "select 'a' < 'B'") == ["f"])

        await cluster.stop()
        await cluster.stop()
        guard case .stopped = cluster.state else { return #expect(Bool(false), "still \(cluster.state)") }
        #expect(try bench.processes.all() == [])
        #expect(try !ClusterFiles.exists(bench.layout.postmasterFile))

        let clock = ContinuousClock.now
        let again = try await bench.start()
        #expect(ContinuousClock.now - clock < .seconds(5), "a tenth of a second on a quiet machine")
        #expect(again.connectionStrings == strings)
        #expect(try await query(strings.owner, "select id from kept") == ["1"])
        await again.stop()
    }

    @Test("comes back after its postmaster was killed, though a backend was at work, and keeps its address")
    func crash() async throws {
        let bench = Bench()
        let cluster = try await bench.start()
        let strings = cluster.connectionStrings
        try await query(strings.owner, "create table kept (id int); insert into kept values (1)")
        let busy = Task {
            try await query(strings.owner, "select count(*) from generate_series(1, 100000000000) where random() < 0")
        }
        try await withPatience {
            try await query(strings.administrator, "select 1 from pg_stat_activity where query like '%random%'").count
                > 1
        }
        let killed = try bench.postmaster
        kill(killed, SIGKILL)
        try await withPatience { (try? await query(strings.owner, "select id from kept")) == ["1"] }
        #expect(try bench.postmaster != killed)
        #expect(bench.said { if case .endedOrphans = $0 { true } else { false } })
        await #expect(throws: ClusterError.self) { try await busy.value }
        await cluster.stop()
        #expect(try bench.processes.all() == [])
    }

    @Test("is refused to a second server on the same data directory, which is told whose it is")
    func twoServers() async throws {
        let bench = Bench()
        let cluster = try await bench.start()
        let error = await #expect(throws: ClusterError.self) {
            _ = try await bench.start()
        }
        #expect(error == .inUse(directory: bench.directory, pid: getpid()))
        #expect(try await query(cluster.connectionStrings.application, "select 1") == ["1"])
        await cluster.stop()
    }

    @Test("that already runs is taken over, and stopped in the end")
    func adoption() async throws {
        let bench = Bench()
        try await bench.make()
        let layout = try bench.layout
        let user = try ClusterUser(for: ClusterConfiguration(dataDirectory: bench.directory))
        let binaries = try ClusterBinaries.find(named: nil, for: nil, cluster: layout.cluster, path: nil)
        // Started by hand; it would end with this thread, so its death is not wanted: signal 0.
        let silence = open("/dev/null", O_WRONLY | O_CLOEXEC)
        defer { close(silence) }
        let pid = try ClusterProgram.spawn(
            binaries.postgres, ["-D", layout.cluster, "-k", layout.root + "/run"], in: layout.cluster,
            output: silence, as: user.identity, deathSignal: 0)
        try await withPatience {
            ClusterFiles.read(layout.postmasterFile).flatMap(PostmasterFile.init)?.status == .ready
        }
        let cluster = try await bench.start()
        #expect(bench.said { if case .adopted(pid) = $0 { true } else { false } })
        #expect(try bench.postmaster == pid)
        #expect(try await query(cluster.connectionStrings.application, "select 1") == ["1"])
        await cluster.stop()
        #expect(try bench.processes.all() == [])
        waitpid(pid, nil, 0)
    }

    @Test("is not held out by the pid file of a dead or of a foreign process")
    func stalePidFile() async throws {
        let bench = Bench()
        try await bench.make()
        let layout = try bench.layout
        let user = try ClusterUser(for: ClusterConfiguration(dataDirectory: bench.directory))
        for pid in [getpid(), 4_000_000] {
            let text = "\(pid)\n\(layout.cluster)\n1\n5432\n\(layout.root)/run\n\n  1 1\nready   \n"
            try ClusterFiles.write(text, to: layout.postmasterFile, for: user)
            let socket = ClusterLayout.socket(in: layout.root + "/run")
            try ClusterFiles.write(text, to: socket + ".lock", for: user)
            let cluster = try await bench.start()
            #expect(try bench.postmaster != pid)
            await cluster.stop()
        }
    }

    @Test("of another major version, or something that is no cluster, is refused with what to do")
    func refusals() async throws {
        let bench = Bench()
        try await bench.make()
        let layout = try bench.layout
        let user = try ClusterUser(for: ClusterConfiguration(dataDirectory: bench.directory))
        try ClusterFiles.write("9\n", to: layout.versionFile, for: user)
        let error = await #expect(throws: ClusterError.self) {
            _ = try await bench.start()
        }
        guard case .versionMismatch(_, "9", _) = error else { return #expect(Bool(false), "\(error as Any)") }
        #expect(error?.description.contains("Install postgresql-9") == true)

        unlink(layout.versionFile)
        await #expect(throws: ClusterError.notACluster(directory: layout.cluster)) {
            _ = try await bench.start()
        }
        await #expect(throws: ClusterError.binariesNotFound(searched: ["/nowhere"])) {
            _ = try await Bench().start(binaries: "/nowhere")
        }
        await #expect(throws: ClusterError.relativePath("data")) {
            _ = try await Bench("data").start()
        }
    }

    @Test("says what its postmaster said when a setting is wrong")
    func wrongSetting() async throws {
        let bench = Bench()
        try await bench.make()
        let user = try ClusterUser(for: ClusterConfiguration(dataDirectory: bench.directory))
        try ClusterFiles.write("max_connections = 'many'\n", to: try bench.layout.cluster + "/local.conf", for: user)
        let error = await #expect(throws: ClusterError.self) {
            _ = try await bench.start()
        }
        #expect(error?.description.contains("max_connections") == true)
        #expect(try bench.processes.all() == [])
    }

    @Test("whose path is too long for a socket gets a short private directory for it, gone after the stop")
    func longPath() async throws {
        let base = TestDirectory.unused()
        let bench = Bench(base + "/" + String(repeating: "long", count: 30))
        let cluster = try await bench.start()
        let user = try ClusterUser(for: ClusterConfiguration(dataDirectory: bench.directory))
        let short = try #require(try bench.layout.socketDirectories(for: user).first)
        #expect(!short.hasPrefix(base))
        #expect(cluster.connectionStrings.owner.contains("host='\(short)'"))
        var status = stat()
        #expect(lstat(short, &status) == 0 && status.st_mode & 0o777 == 0o700 && status.st_uid == user.uid)
        #expect(try await query(cluster.connectionStrings.application, "select 1") == ["1"])
        await cluster.stop()
        #expect(!ClusterFiles.exists(short))
    }

    @Test("is not put where PostgreSQL's user cannot go, and nothing is made there", .enabled(if: geteuid() == 0))
    func unreachable() async throws {
        let closed = TestDirectory.unused()
        #expect(mkdir(closed, 0o700) == 0)
        let directory = closed + "/data"
        let error = await #expect(throws: ClusterError.self) {
            _ = try await Bench(directory).start()
        }
        #expect(error == .unreachable(directory: directory, user: "postgres", closed: closed))
        #expect(!ClusterFiles.exists(directory))
    }

    @Test("whose start is cancelled is stopped and leaves no half-made cluster in its place")
    func cancelledStart() async throws {
        let bench = Bench()
        let start = Task { try await bench.start() }
        try await withPatience { bench.said { if case .making = $0 { true } else { false } } }
        start.cancel()
        await #expect(throws: ClusterError.stopped) { try await start.value }
        #expect(try !ClusterFiles.exists(bench.layout.versionFile))
        try await bench.make()
    }
}
