import Testing

@testable import Postgres

@Suite("The supervisor of an embedded cluster decides")
struct ClusterSupervisorTests {
    private typealias Action = ClusterSupervisor.Action

    private static let crash = ClusterError.startFailed(status: "signal 9", lines: [])

    /// A supervisor that has seen these events.
    private func supervisor(
        _ events: ClusterSupervisor.Event..., limits: ClusterSupervisor.Limits = .init()
    ) -> ClusterSupervisor {
        var supervisor = ClusterSupervisor(limits: limits)
        events.forEach { _ = supervisor.handle($0) }
        return supervisor
    }

    private var running: ClusterSupervisor { supervisor(.start, .found(.cluster), .answering, .prepared) }

    @Test("an empty data directory gets a cluster, which is started and prepared")
    func fresh() {
        var supervisor = ClusterSupervisor()
        #expect(supervisor.handle(.start) == [.inspect])
        #expect(supervisor.handle(.found(.nothing)) == [.make])
        #expect(supervisor.handle(.made).first == .launch)
        #expect(supervisor.handle(.answering) == [.prepare])
        #expect(supervisor.handle(.prepared).last == .announceReady)
        #expect(supervisor.phase == .running)
    }

    @Test("a running cluster is taken over instead of started")
    func adoption() {
        var supervisor = supervisor(.start)
        let actions = supervisor.handle(.found(.running(pid: 7)))
        #expect(actions.first == .watch(pid: 7, adopt: true))
        #expect(!actions.contains(.launch))
    }

    @Test("a cluster that was taken over and ends before it served is started anew, and nothing is wrong")
    func adoptedOnItsWayOut() {
        var supervisor = supervisor(.start, .found(.running(pid: 7)))
        let actions = supervisor.handle(.exited(Self.crash))
        #expect(actions.last == .inspect)
        #expect(!actions.contains(.finish(Self.crash)))
    }

    @Test("the cluster of a killed server is waited for, then ended by force, before another starts")
    func predecessor() {
        var supervisor = supervisor(.start)
        #expect(supervisor.handle(.found(.stopping(pid: 7))).first == .watch(pid: 7, adopt: false))
        #expect(supervisor.handle(.timer(.insist)).contains(.signal(.fast)))
        #expect(supervisor.handle(.timer(.insist)).contains(.signal(.immediate)))
        #expect(supervisor.handle(.timer(.insist)).contains(.signal(.kill)))
        #expect(supervisor.handle(.exited(Self.crash)).last == .inspect)
        #expect(supervisor.handle(.found(.cluster)).first == .launch)
    }

    @Test("a cluster that listens where our connections do not look is told to end first")
    func elsewhere() {
        var supervisor = running
        _ = supervisor.handle(.exited(Self.crash))
        #expect(supervisor.handle(.found(.elsewhere(pid: 9))).contains(.signal(.fast)))
    }

    @Test("a first start that fails is not tried again: somebody waits for the sentence")
    func firstStartFails() {
        var supervisor = supervisor(.start, .found(.cluster))
        #expect(supervisor.handle(.exited(Self.crash)).last == .finish(Self.crash))
        #expect(supervisor.phase == .ended)
    }

    @Test("a refusal while looking, making or launching ends the start with that refusal")
    func refusals() {
        let refusal = ClusterError.notACluster(directory: "/x")
        for events in [[], [.found(.nothing)], [.found(.cluster)]] as [[ClusterSupervisor.Event]] {
            var supervisor = supervisor(.start)
            events.forEach { _ = supervisor.handle($0) }
            #expect(supervisor.handle(.failed(refusal)).last == .finish(refusal))
        }
    }

    @Test("a cluster that dies is restarted at once, again soon after with growing pauses, after a good run at once")
    func pauses() {
        var supervisor = running
        var pauses: [Duration] = []
        for _ in 0..<9 {
            let actions = supervisor.handle(.exited(Self.crash))
            pauses += actions.compactMap { if case .announceRestart(let pause) = $0 { pause } else { nil } }
            _ = supervisor.handle(.timer(.rest))
            for event in [.found(.cluster), .answering, .prepared] as [ClusterSupervisor.Event] {
                _ = supervisor.handle(event)
            }
        }
        #expect(pauses == [0, 100, 200, 400, 800, 1600, 2000, 2000, 2000].map { .milliseconds($0) })
        _ = supervisor.handle(.timer(.settled))
        #expect(supervisor.handle(.exited(Self.crash)).contains(.announceRestart(after: .zero)))
    }

    @Test("restarts that never get to answer are given up, with the last reason")
    func givingUp() {
        var supervisor = running
        _ = supervisor.handle(.exited(Self.crash))
        var attempts = 0
        while supervisor.phase != .ended, attempts < 100 {
            attempts += 1
            _ = supervisor.handle(.found(.cluster))
            let actions = supervisor.handle(.exited(Self.crash))
            if supervisor.phase == .ended {
                #expect(actions.last == .finish(.gaveUp(attempts: attempts, last: Self.crash)))
            }
            _ = supervisor.handle(.timer(.rest))
        }
        #expect(attempts == ClusterSupervisor.Limits().attempts)
    }

    @Test("a full disk is waited out for as long as it takes")
    func fullDisk() {
        var supervisor = running
        _ = supervisor.handle(.exited(Self.crash))
        var longest = Duration.zero
        for _ in 0..<100 {
            _ = supervisor.handle(.found(.cluster))
            for case .announceFailure(.diskFull, let next) in supervisor.handle(.exited(.diskFull(path: "/"))) {
                longest = max(longest, next)
            }
            #expect(supervisor.phase == .resting)
            _ = supervisor.handle(.timer(.rest))
        }
        #expect(longest == .seconds(15))
    }

    @Test("a start that takes too long is stopped and reported")
    func overdue() {
        let error = ClusterError.startTimedOut(seconds: 300, lines: [])
        var supervisor = supervisor(.start, .found(.cluster))
        #expect(supervisor.handle(.overdue(error)).contains(.signal(.fast)))
        #expect(supervisor.handle(.exited(Self.crash)).last == .finish(error))
    }

    @Test("a cluster that cannot be prepared is not left running")
    func unprepared() {
        let error = ClusterError.setupFailed("no")
        var supervisor = supervisor(.start, .found(.cluster), .answering)
        #expect(supervisor.handle(.failed(error)).contains(.signal(.fast)))
        #expect(supervisor.handle(.exited(Self.crash)).suffix(1) == [.finish(error)])
    }

    @Test("a stop is fast, then immediate, then by force, and ends what is left")
    func stopping() {
        var supervisor = running
        #expect(supervisor.handle(.stop(.fast)).contains(.signal(.fast)))
        #expect(supervisor.handle(.stop(.fast)) == [])
        #expect(supervisor.handle(.timer(.insist)).contains(.signal(.immediate)))
        #expect(supervisor.handle(.timer(.insist)).contains(.signal(.kill)))
        let actions = supervisor.handle(.exited(Self.crash))
        #expect(actions.contains(.endOrphans))
        #expect(actions.last == .finish(nil))
        #expect(supervisor.handle(.stop(.fast)) == [])
    }

    @Test("a stop during a start ends the start")
    func stoppedWhileStarting() {
        var making = supervisor(.start, .found(.nothing))
        #expect(making.handle(.stop(.fast)).contains(.signal(.kill)))
        #expect(making.handle(.exited(Self.crash)).last == .finish(.stopped))

        var launching = supervisor(.start, .found(.cluster))
        #expect(launching.handle(.stop(.fast)).contains(.signal(.fast)))
        #expect(launching.handle(.answering) == [])
        #expect(launching.handle(.exited(Self.crash)).last == .finish(.stopped))
    }

    @Test("a stop between a crash and the restart needs nothing stopped")
    func stoppedWhileResting() {
        var supervisor = running
        _ = supervisor.handle(.exited(Self.crash))
        _ = supervisor.handle(.found(.cluster))
        _ = supervisor.handle(.exited(Self.crash))
        #expect(supervisor.phase == .resting)
        #expect(supervisor.handle(.stop(.fast)).last == .finish(nil))
    }

    @Test("whatever happens in whatever order, the supervisor ends after a stop and the end of its process")
    func randomOrders() {
        var random = SystemRandomNumberGenerator()
        let events: [ClusterSupervisor.Event] =
            [
                .start, .found(.nothing), .found(.cluster), .found(.running(pid: 1)), .found(.stopping(pid: 1)),
                .found(.elsewhere(pid: 1)), .made, .answering, .prepared, .exited(Self.crash),
                .exited(.diskFull(path: "/")), .failed(.setupFailed("x")), .overdue(.stopped),
            ] + ClusterSupervisor.Timer.allCases.map { .timer($0) }
        for _ in 0..<2_000 {
            var supervisor = supervisor(.start)
            for _ in 0..<Int.random(in: 0..<40, using: &random) {
                let event = events[Int.random(in: 0..<events.count, using: &random)]
                let wasOver = supervisor.phase == .ended
                let actions = supervisor.handle(event)
                #expect(!wasOver || actions.isEmpty)
                #expect(actions.count { if case .finish = $0 { true } else { false } } <= 1)
            }
            _ = supervisor.handle(.stop(.fast))
            _ = supervisor.handle(.exited(Self.crash))
            #expect(supervisor.phase == .ended)
        }
    }
}
