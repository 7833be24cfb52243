// The words of the supervisor: what it is told, and what it answers.
extension ClusterSupervisor {
    enum Phase: Equatable, Sendable {
        case idle
        case inspecting
        case making
        /// The postmaster of an earlier run is on its way out.
        case awaitingPredecessor(StopMode?)
        case launching
        case preparing
        case running
        /// Between an end and the next attempt.
        case resting
        case stopping(StopMode)
        case ended
    }

    /// What there is in the data directory.
    enum Finding: Equatable, Sendable {
        case nothing
        case cluster
        case running(pid: Int32)
        /// Running, but not where our connections look for it.
        case elsewhere(pid: Int32)
        case stopping(pid: Int32)
    }

    enum Event: Equatable, Sendable {
        case start
        case found(Finding)
        case made
        /// The watched process accepts connections.
        case answering
        case prepared
        /// The watched process has ended; why, as far as its log tells.
        case exited(ClusterError)
        /// An action could not be carried out.
        case failed(ClusterError)
        /// The start has taken too long; with the last lines of its log.
        case overdue(ClusterError)
        case timer(Timer)
        case stop(StopMode)
    }

    enum Timer: Hashable, Sendable, CaseIterable {
        /// The start takes too long; becomes the event `overdue`.
        case start
        /// The start takes long enough to say so.
        case progress
        case rest
        /// It has run long enough that its next end is not the same trouble again.
        case settled
        /// It was told to end and has not.
        case insist
    }

    enum Action: Equatable, Sendable {
        case inspect
        case make
        /// Ends what is left of an earlier cluster, and starts the postmaster.
        case launch
        /// Watches a postmaster that is not our child; where it is to serve us, its configuration is renewed.
        case watch(pid: Int32, adopt: Bool)
        case prepare
        case signal(StopMode)
        case endOrphans
        case schedule(Timer, Duration)
        case cancel(Timer)
        case announceReady
        case announceRestart(after: Duration)
        case announceFailure(ClusterError, next: Duration)
        case announceEnd(ClusterError)
        case announceProgress
        case announceInsisting(StopMode)
        case announceStopping
        /// The last action: nil after a wanted stop.
        case finish(ClusterError?)
    }

    struct Limits: Sendable {
        var startTimeout: Duration = .seconds(300)
        var stopTimeout: Duration = .seconds(30)
        var settling: Duration = .seconds(10)
        /// Attempts in a row after which a restart is given up.
        var attempts = 6
    }
}
