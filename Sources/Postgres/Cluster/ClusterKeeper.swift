import CPostgresSupport
import Glibc

/// Carries out what `ClusterSupervisor` decides, on a thread that lives as long as the cluster does: Linux sends a
/// child its parent's death when the *thread* ends that made it. All of it stays on that thread.
final class ClusterKeeper {
    /// The process whose end we wait for.
    struct Watched {
        let pid: pid_t
        /// Readable at its end; negative where Linux is too old, and we look by ourselves.
        let descriptor: Int32
        let isChild: Bool
        let isInitdb: Bool
    }

    let configuration: ClusterConfiguration
    let handle: ClusterHandle
    let user: ClusterUser
    let layout: ClusterLayout
    let settings: ClusterSettings
    let socketDirectory: String

    var supervisor: ClusterSupervisor
    var watched: Watched?
    /// What there is to connect to, once it is known; it does not change any more then.
    var strings: ClusterConnectionStrings?
    var log: ClusterLog
    var launchedAt = ContinuousClock.now
    private var events: [ClusterSupervisor.Event] = []
    private var alarms: [ClusterSupervisor.Timer: ContinuousClock.Instant] = [:]
    private var isOver = false

    /// Keeps a cluster until its end.
    static func run(_ configuration: ClusterConfiguration, _ handle: ClusterHandle) {
        do {
            let user = try ClusterUser(for: configuration)
            let layout = try ClusterLayout(configuration, user: user)
            handle.ended(try keepLocked(configuration, handle, user, layout))
        } catch {
            configuration.log(.failed(error))
            handle.ended(error)
        }
    }

    /// The data directory is free again when this returns, and only then does anybody hear of the end.
    private static func keepLocked(
        _ configuration: ClusterConfiguration, _ handle: ClusterHandle, _ user: ClusterUser, _ layout: ClusterLayout
    ) throws(ClusterError) -> ClusterError? {
        let lock = try layout.lock()
        defer { close(lock) }
        return try ClusterKeeper(configuration, handle, user, layout).keep()
    }

    private init(
        _ configuration: ClusterConfiguration, _ handle: ClusterHandle, _ user: ClusterUser, _ layout: ClusterLayout
    ) throws(ClusterError) {
        self.configuration = configuration
        self.handle = handle
        self.user = user
        self.layout = layout
        settings = ClusterSettings(
            layout: layout, overrides: configuration.settings, memory: ClusterSettings.availableMemory())
        try ClusterFiles.makePrivateDirectory(layout.logs, for: user)
        socketDirectory = try layout.socketDirectory(for: user)
        log = ClusterLog(layout: layout)
        supervisor = ClusterSupervisor(
            limits: .init(startTimeout: configuration.startTimeout, stopTimeout: configuration.stopTimeout))
    }

    private var finalError: ClusterError?

    private func keep() -> ClusterError? {
        events = [.start]
        while true {
            while !events.isEmpty {
                for action in supervisor.handle(events.removeFirst()) { perform(action) }
            }
            if isOver { return finalError }
            wait()
        }
    }

    func tell(_ event: ClusterSupervisor.Event) {
        events.append(event)
    }

    // MARK: - Waiting

    /// Sleeps until an order comes, the watched process ends, an alarm rings, or it is time to look.
    private func wait() {
        var descriptors = [pollfd(fd: handle.bell, events: Int16(POLLIN), revents: 0)]
        if let watched, watched.descriptor >= 0 {
            descriptors.append(pollfd(fd: watched.descriptor, events: Int16(POLLIN), revents: 0))
        }
        poll(&descriptors, nfds_t(descriptors.count), Int32(clamping: nextLook()))
        for mode in handle.takeOrders() { events.append(.stop(mode)) }
        lookAtWatched()
        let now = ContinuousClock.now
        for (timer, moment) in alarms where moment <= now {
            alarms[timer] = nil
            events.append(
                timer == .start
                    ? .overdue(
                        .startTimedOut(
                            seconds: configuration.startTimeout.components.seconds, lines: log.lastLines()))
                    : .timer(timer))
        }
    }

    /// Milliseconds.
    private func nextLook() -> Int64 {
        if supervisor.phase == .launching { return 3 }
        var pause: Int64 = 3_600_000
        if let watched, watched.descriptor < 0 { pause = 50 }
        if let next = alarms.values.min() {
            let left = (next - ContinuousClock.now).components
            pause = min(pause, max(0, left.seconds * 1000 + left.attoseconds / 1_000_000_000_000_000 + 1))
        }
        return pause
    }

    private func lookAtWatched() {
        guard let watched else { return }
        if let status = endOf(watched) {
            if watched.descriptor >= 0 { close(watched.descriptor) }
            self.watched = nil
            events.append(watched.isInitdb ? initdbEnded(status) : .exited(log.cause(of: status)))
        } else if supervisor.phase == .launching, isAnswering(watched.pid) {
            events.append(.answering)
        }
    }

    /// How a process has ended; nil while it lives.
    private func endOf(_ watched: Watched) -> String? {
        var status: Int32 = 0
        if watched.isChild {
            let result = waitpid(watched.pid, &status, WNOHANG)
            if result == watched.pid { return ClusterProgram.words(status) }
            // Somebody else may have taken its status; then it is gone as well.
            return result < 0 && errno == ECHILD ? "unknown status" : nil
        }
        switch processes.look(at: watched.pid) {
        case .ours, .hidden: return nil
        case .gone, .zombie, .foreign: return "ended from outside"
        }
    }

    private func isAnswering(_ pid: pid_t) -> Bool {
        guard let file = ClusterFiles.read(layout.postmasterFile).flatMap(PostmasterFile.init),
            file.pid == pid, file.status == .ready || file.status == .standby
        else { return false }
        let strings = ClusterConnectionStrings(directory: file.socketDirectory, port: file.port)
        return ClusterAdministration.isAnswering(strings.administrator)
    }

    // MARK: - Acting

    private func perform(_ action: ClusterSupervisor.Action) {
        do {
            switch action {
            case .inspect: events.append(.found(try inspect()))
            case .make: try make()
            case .launch: try launch()
            case .watch(let pid, let adopt): try watch(pid, adopt: adopt)
            case .prepare: try prepare()
            case .signal(let mode): signal(mode)
            case .endOrphans: endOrphans()
            case .schedule(let timer, let pause): alarms[timer] = .now + pause
            case .cancel(let timer): alarms[timer] = nil
            case .finish(let error): finish(error)
            default: announce(action)
            }
        } catch {
            events.append(.failed(error))
        }
    }

    private func announce(_ action: ClusterSupervisor.Action) {
        let elapsed = (ContinuousClock.now - launchedAt).components
        switch action {
        case .announceReady:
            let milliseconds = elapsed.seconds * 1000 + elapsed.attoseconds / 1_000_000_000_000_000
            configuration.log(.ready(milliseconds: milliseconds))
            if let strings { handle.started(strings) }
        case .announceRestart(let pause):
            configuration.log(.restarting(after: pause))
        case .announceFailure(let reason, let pause):
            configuration.log(.attemptFailed(reason, next: pause))
        case .announceEnd(let reason):
            handle.become(.restarting)
            configuration.log(.ended(reason))
        case .announceProgress:
            configuration.log(.stillStarting(seconds: elapsed.seconds))
        case .announceInsisting(let mode):
            configuration.log(.insisting(mode))
        case .announceStopping:
            handle.become(.stopping)
            configuration.log(.stopping)
        default: break
        }
    }

    private func finish(_ error: ClusterError?) {
        isOver = true
        layout.remove(socketDirectory: socketDirectory)
        finalError = error
        configuration.log(error.map { .failed($0) } ?? .stopped)
    }
}
