/// What happens to the embedded cluster, for the log.
public enum ClusterEvent: Sendable, CustomStringConvertible {
    case making(directory: String)
    case starting(directory: String)
    case stillStarting(seconds: Int64)
    case adopted(pid: Int32)
    case waitingForPredecessor(pid: Int32)
    case endedOrphans(count: Int)
    case ready(milliseconds: Int64)
    case ended(ClusterError)
    case restarting(after: Duration)
    case attemptFailed(ClusterError, next: Duration)
    case stopping
    case insisting(StopMode)
    case stopped
    case failed(ClusterError)

    public var description: String {
        switch self {
        case .making(let directory): "making a PostgreSQL cluster in \(directory)"
        case .starting(let directory): "starting PostgreSQL on \(directory)"
        case .stillStarting(let seconds): "PostgreSQL is still starting after \(seconds) s, probably recovering"
        case .adopted(let pid): "found PostgreSQL already running on the data directory (process \(pid)); using it"
        case .waitingForPredecessor(let pid): "waiting for the PostgreSQL of an earlier run to end (process \(pid))"
        case .endedOrphans(let count): "ended \(count) PostgreSQL process(es) that had outlived their cluster"
        case .ready(let milliseconds): "PostgreSQL accepts connections after \(milliseconds) ms"
        case .ended(let reason): "PostgreSQL ended by itself: \(reason)"
        case .restarting(let pause): "restarting PostgreSQL\(pause == .zero ? "" : " in \(pause)")"
        case .attemptFailed(let reason, let pause):
            "PostgreSQL could not be restarted, trying again in \(pause): \(reason)"
        case .stopping: "stopping PostgreSQL"
        case .insisting(let mode): "PostgreSQL takes long to end; \(mode)"
        case .stopped: "PostgreSQL has stopped"
        case .failed(let error): error.description
        }
    }

    /// Whether an operator should look.
    public var isTrouble: Bool {
        switch self {
        case .ended, .attemptFailed, .failed, .insisting: true
        default: false
        }
    }
}

/// How a cluster is told to end (PostgreSQL 15 §19.5).
public enum StopMode: Sendable, Equatable, CustomStringConvertible {
    /// Roll back what is open, write a checkpoint, end: SIGINT.
    case fast
    /// End now and recover at the next start: SIGQUIT. Nothing committed is lost.
    case immediate
    /// For a postmaster that does not listen any more: SIGKILL.
    case kill

    public var description: String {
        switch self {
        case .fast: "asking it to end"
        case .immediate: "ending it without a checkpoint"
        case .kill: "killing it"
        }
    }
}

/// Where the cluster stands.
public enum ClusterState: Sendable {
    case starting
    case ready
    case restarting
    case stopping
    case stopped
    case failed(ClusterError)
}
