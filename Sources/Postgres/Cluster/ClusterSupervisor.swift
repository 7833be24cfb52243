/// What is done about an embedded cluster, and when: a value that is told what happened and answers what to do.
/// It starts no process and reads no clock; `ClusterKeeper` carries out its actions.
///
///     start → inspecting → making ─┐
///                  │  └────────────┴→ launching → preparing → running ─┐
///                  └→ awaitingPredecessor              └── resting ←───┘ (it died)
struct ClusterSupervisor: Sendable {
    private(set) var phase: Phase = .idle
    private let limits: Limits
    private var wasReady = false
    private var isAdopted = false
    /// Attempts in a row that did not get to answer.
    private var failures = 0
    /// Runs in a row that ended soon.
    private var shortRuns = 0
    private var hasSettled = false
    /// Why it is being stopped, where nobody asked for it.
    private var reason: ClusterError?
    /// Whether a stop that nobody asked for is followed by another attempt.
    private var stopIsFinal = true

    init(limits: Limits = Limits()) {
        self.limits = limits
    }

    mutating func handle(_ event: Event) -> [Action] {
        switch (event, phase) {
        case (_, .ended):
            return []
        case (.stop(let mode), _):
            return stop(mode)
        case (.start, .idle):
            return inspect()
        case (.found(let finding), .inspecting):
            return go(on: finding)
        case (.made, .making):
            return launch()
        case (.answering, .launching):
            phase = .preparing
            return [.prepare]
        case (.prepared, .preparing):
            return ready()
        case (.exited(let reason), _):
            return exited(reason)
        case (.failed(let error), _):
            return failed(error)
        case (.overdue(let error), .launching), (.overdue(let error), .preparing):
            return stopForNow(because: error, mode: .fast)
        case (.timer(let timer), _):
            return ring(timer)
        default:
            return []
        }
    }
}

// MARK: - Getting to run

extension ClusterSupervisor {
    private mutating func inspect() -> [Action] {
        phase = .inspecting
        return [.inspect]
    }

    private mutating func go(on finding: Finding) -> [Action] {
        switch finding {
        case .nothing:
            phase = .making
            return [.make]
        case .cluster:
            return launch()
        case .running(let pid):
            phase = .launching
            isAdopted = true
            return [.watch(pid: pid, adopt: true), .schedule(.start, limits.startTimeout)]
        case .stopping(let pid):
            phase = .awaitingPredecessor(nil)
            return [.watch(pid: pid, adopt: false), .schedule(.insist, limits.stopTimeout)]
        case .elsewhere(let pid):
            phase = .awaitingPredecessor(.fast)
            return [.watch(pid: pid, adopt: false), .signal(.fast), .schedule(.insist, limits.stopTimeout)]
        }
    }

    private mutating func launch() -> [Action] {
        phase = .launching
        isAdopted = false
        return [.launch, .schedule(.start, limits.startTimeout), .schedule(.progress, Self.progressPause)]
    }

    private static let progressPause = Duration.seconds(5)

    private mutating func ready() -> [Action] {
        phase = .running
        wasReady = true
        failures = 0
        hasSettled = false
        return [.cancel(.start), .cancel(.progress), .schedule(.settled, limits.settling), .announceReady]
    }
}

// MARK: - What ends, and what fails

extension ClusterSupervisor {
    private mutating func exited(_ why: ClusterError) -> [Action] {
        switch phase {
        case .idle, .inspecting, .resting, .ended:
            return []
        case .making:
            return failed(why)
        case .awaitingPredecessor:
            return [.cancel(.insist)] + inspect()
        case .launching, .preparing:
            let over: [Action] = [.cancel(.start), .cancel(.progress)]
            // The one that we found was about to end: there is nothing wrong with that.
            return over + (isAdopted ? inspect() : attemptFailed(why))
        case .running:
            shortRuns = hasSettled ? 0 : shortRuns + 1
            let pause = shortRuns <= 1 ? .zero : Self.pause(shortRuns - 2, atMost: .seconds(2))
            return [.cancel(.settled), .announceEnd(why), .announceRestart(after: pause)] + rest(pause)
        case .stopping:
            let over: [Action] = [.cancel(.insist), .cancel(.start), .cancel(.progress), .endOrphans]
            guard let reason, !stopIsFinal else { return over + finish(reason) }
            self.reason = nil
            return over + attemptFailed(reason)
        }
    }

    private mutating func failed(_ error: ClusterError) -> [Action] {
        switch phase {
        case .preparing:
            // It runs and is of no use to us.
            return stopForNow(because: error, mode: .fast)
        case .idle, .ended, .running, .resting:
            return []
        case .stopping:
            return finish(reason)
        case .inspecting, .making, .awaitingPredecessor, .launching:
            return [.cancel(.start), .cancel(.progress)] + attemptFailed(error)
        }
    }

    /// An attempt to start has come to nothing.
    private mutating func attemptFailed(_ why: ClusterError) -> [Action] {
        // At the first start somebody stands before the machine, who is better served with a sentence at once.
        guard wasReady else { return finish(why) }
        failures += 1
        guard why.mayPass || failures < limits.attempts else {
            return finish(.gaveUp(attempts: failures, last: why))
        }
        let pause = Self.pause(failures - 1, atMost: .seconds(15))
        return [.announceFailure(why, next: pause)] + rest(pause)
    }

    private mutating func rest(_ pause: Duration) -> [Action] {
        guard pause > .zero else { return inspect() }
        phase = .resting
        return [.schedule(.rest, pause)]
    }

    /// A tenth of a second, doubled with every time.
    private static func pause(_ count: Int, atMost longest: Duration) -> Duration {
        min(.milliseconds(100 << min(max(count, 0), 12)), longest)
    }

    private mutating func finish(_ error: ClusterError?) -> [Action] {
        phase = .ended
        return Timer.allCases.map(Action.cancel) + [.finish(error)]
    }
}

// MARK: - Stopping

extension ClusterSupervisor {
    private mutating func stop(_ mode: StopMode) -> [Action] {
        switch phase {
        case .idle, .inspecting, .resting, .awaitingPredecessor, .ended:
            return finish(wasReady ? nil : .stopped)
        case .making:
            // A draft is of no use to anyone.
            phase = .stopping(.kill)
            reason = .stopped
            return [.announceStopping, .signal(.kill)]
        case .launching, .preparing, .running:
            phase = .stopping(mode)
            reason = wasReady ? nil : .stopped
            stopIsFinal = true
            let over: [Action] = [.cancel(.start), .cancel(.progress), .cancel(.settled), .announceStopping]
            return over + [.signal(mode), .schedule(.insist, limits.stopTimeout)]
        case .stopping(let current):
            reason = wasReady ? nil : .stopped
            stopIsFinal = true
            guard current == .fast, mode != .fast else { return [] }
            return insist(beyond: current)
        }
    }

    private mutating func stopForNow(because error: ClusterError, mode: StopMode) -> [Action] {
        phase = .stopping(mode)
        reason = error
        stopIsFinal = false
        return [.cancel(.start), .cancel(.progress), .signal(mode), .schedule(.insist, limits.stopTimeout)]
    }

    private mutating func insist(beyond mode: StopMode?) -> [Action] {
        let next: StopMode =
            switch mode {
            case nil: .fast
            case .fast: .immediate
            case .immediate, .kill: .kill
            }
        if case .awaitingPredecessor = phase { phase = .awaitingPredecessor(next) } else { phase = .stopping(next) }
        return [.announceInsisting(next), .signal(next), .schedule(.insist, Self.insistencePause)]
    }

    private static let insistencePause = Duration.seconds(5)

    private mutating func ring(_ timer: Timer) -> [Action] {
        switch (timer, phase) {
        case (.rest, .resting):
            return inspect()
        case (.settled, .running):
            hasSettled = true
            shortRuns = 0
            return []
        case (.progress, .launching), (.progress, .preparing):
            return [.announceProgress, .schedule(.progress, Self.progressPause)]
        case (.insist, .stopping(let mode)):
            return insist(beyond: mode)
        case (.insist, .awaitingPredecessor(let mode)):
            return insist(beyond: mode)
        default:
            return []
        }
    }
}
