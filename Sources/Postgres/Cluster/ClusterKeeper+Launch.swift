import CPostgresSupport
import Glibc

// The actions that make, start, take over and end a cluster.
extension ClusterKeeper {
    var processes: ClusterProcesses {
        ClusterProcesses(directory: (try? ClusterFiles.resolved(layout.cluster)) ?? layout.cluster, user: user)
    }

    /// What there is in the data directory.
    func inspect() throws(ClusterError) -> ClusterSupervisor.Finding {
        if ClusterFiles.names(in: layout.cluster).isEmpty { return .nothing }
        guard ClusterFiles.exists(layout.versionFile) else {
            // Perhaps we may not look: that is another matter than something else being there.
            guard access(layout.cluster, R_OK | X_OK) == 0 else { throw ClusterFiles.error(layout.cluster, errno) }
            throw .notACluster(directory: layout.cluster)
        }
        guard let file = ClusterFiles.read(layout.postmasterFile).flatMap(PostmasterFile.init) else { return .cluster }
        switch processes.look(at: file.pid) {
        case .gone:
            return .cluster
        case .hidden:
            throw .occupied(directory: layout.cluster, pid: file.pid)
        case .zombie, .foreign:
            waitpid(file.pid, nil, WNOHANG)
            // PostgreSQL takes any living process of that number for the postmaster, and would not start.
            unlink(layout.postmasterFile)
            return .cluster
        case .ours:
            if file.isSingleUser { throw .occupied(directory: layout.cluster, pid: file.pid) }
            if file.status == .stopping { return .stopping(pid: file.pid) }
            let there = ClusterConnectionStrings(directory: file.socketDirectory, port: file.port)
            // An entry that starts the file's life has no socket yet: PostgreSQL adds it in a moment.
            let known = strings ?? (file.socketDirectory.isEmpty ? nil : there)
            return file.status == .starting || there == known
                ? .running(pid: file.pid) : .elsewhere(pid: file.pid)
        }
    }

    /// Starts `initdb` on a draft, which takes the cluster's place when it is whole.
    func make() throws(ClusterError) {
        let binaries = try self.binaries(for: nil)
        configuration.log(.making(directory: layout.cluster))
        launchedAt = .now
        if let room = ClusterFiles.room(at: layout.root), room < Self.roomOfACluster {
            throw .diskFull(path: layout.root)
        }
        // A server that was killed while it made one: what initdb had started may still be writing.
        _ = ClusterProcesses(directory: layout.draft, user: user).endAll()
        let result = mc_remove_tree(layout.draft)
        if result < 0 { throw ClusterFiles.error(layout.draft, -result) }
        try ClusterFiles.makePrivateDirectory(layout.draft, for: user)
        var arguments = [
            "--pgdata=\(layout.draft)", "--username=\(ClusterRole.administrator)", "--encoding=UTF8",
            // Order by bytes, which is stable across systems and serves prefixes; letters known beyond ASCII.
            "--locale=C", "--lc-ctype=C.UTF-8", "--data-checksums", "--auth=peer", "--no-instructions",
        ]
        if configuration.isDisposable { arguments.append("--no-sync") }
        let output = try log.begin(for: user)
        defer { close(output) }
        let pid = try ClusterProgram.spawn(
            binaries.initdb, arguments, in: layout.draft, output: output, as: user.identity, deathSignal: SIGKILL)
        watched = Watched(pid: pid, descriptor: mc_pidfd_open(pid), isChild: true, isInitdb: true)
    }

    /// What `initdb` and a first write-ahead log take.
    private static let roomOfACluster: UInt64 = 80 << 20

    func initdbEnded(_ status: String) -> ClusterSupervisor.Event {
        guard status == "exit code 0" else {
            let lines = log.lastLines()
            _ = ClusterProcesses(directory: layout.draft, user: user).endAll()
            mc_remove_tree(layout.draft)
            return .exited(.judged(.initializationFailed(lines: lines), lines: lines, path: layout.root))
        }
        // An empty directory may stand in its place, such as a mount point.
        rmdir(layout.cluster)
        guard rename(layout.draft, layout.cluster) == 0 else {
            return .failed(ClusterFiles.error(layout.cluster, errno))
        }
        if !configuration.isDisposable { mc_sync_directory(layout.root) }
        return .made
    }

    func launch() throws(ClusterError) {
        let version = ClusterFiles.read(layout.versionFile)?.split(separator: "\n").first.map(String.init)
        let binaries = try self.binaries(for: version)
        var status = stat()
        guard stat(layout.cluster, &status) == 0 else { throw ClusterFiles.error(layout.cluster, errno) }
        if status.st_uid != user.uid {
            guard user.identity.change != 0 else {
                throw .permissions(
                    path: layout.cluster, reason: "it belongs to user \(ClusterUser.name(of: status.st_uid))")
            }
            try user.take(layout.cluster)
        }
        endOrphans()
        try clearSocket()
        try settings.install(for: user)
        configuration.log(.starting(directory: layout.cluster))
        launchedAt = .now
        let directory = try ClusterFiles.resolved(layout.cluster)
        let output = try log.begin(for: user)
        defer { close(output) }
        let pid = try ClusterProgram.spawn(
            binaries.postgres, ["-D", directory, "-k", socketDirectory, "-p", ClusterLayout.port], in: directory,
            output: output, as: user.identity, deathSignal: SIGINT)
        watched = Watched(pid: pid, descriptor: mc_pidfd_open(pid), isChild: true, isInitdb: false)
    }

    private func binaries(for version: String?) throws(ClusterError) -> ClusterBinaries {
        try ClusterBinaries.find(
            named: configuration.binaries, for: version, cluster: layout.cluster,
            path: getenv("PATH").map { String(cString: $0) })
    }

    /// There is no postmaster on our data directory now: a socket in our place is a leftover, or somebody else's.
    private func clearSocket() throws(ClusterError) {
        let socket = ClusterLayout.socket(in: socketDirectory)
        if let holder = ClusterFiles.read(socket + ".lock").flatMap(PostmasterFile.init),
            let program = user.link("/proc/\(holder.pid)/exe"), program.hasSuffix("/postgres")
        {
            throw .socketConflict(path: socketDirectory, reason: "PostgreSQL process \(holder.pid) listens there")
        }
        unlink(socket)
        unlink(socket + ".lock")
    }

    func watch(_ pid: pid_t, adopt: Bool) throws(ClusterError) {
        launchedAt = .now
        log.skip()
        if let watched, watched.descriptor >= 0 { close(watched.descriptor) }
        watched = Watched(pid: pid, descriptor: mc_pidfd_open(pid), isChild: false, isInitdb: false)
        guard adopt else { return configuration.log(.waitingForPredecessor(pid: pid)) }
        configuration.log(.adopted(pid: pid))
        try settings.install(for: user)
        kill(pid, SIGHUP)
    }

    /// The roles and the database.
    func prepare() throws(ClusterError) {
        let file = ClusterFiles.read(layout.postmasterFile).flatMap(PostmasterFile.init)
        let found = ClusterConnectionStrings(
            directory: file?.socketDirectory ?? socketDirectory, port: file?.port ?? ClusterLayout.port)
        let administration = try ClusterAdministration(found.administrator)
        try administration.makeRoles()
        try administration.makeDatabase(ClusterRole.database)
        strings = found
        tell(.prepared)
    }

    func signal(_ mode: StopMode) {
        guard let watched else { return }
        switch mode {
        case .fast: kill(watched.pid, watched.isInitdb ? SIGKILL : SIGINT)
        case .immediate: kill(watched.pid, watched.isInitdb ? SIGKILL : SIGQUIT)
        case .kill: kill(watched.pid, SIGKILL)
        }
    }

    func endOrphans() {
        let count = processes.endAll()
        if count > 0 { configuration.log(.endedOrphans(count: count)) }
    }
}
