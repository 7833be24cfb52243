import Exchange
import FHIR
import Logging
import ServiceLifecycle
import Synchronization

/// The profiles that are in force: those the server was started with, and those that stand in the record.
///
/// What is posted is in force with the answer of the server that took it; other servers on the same record look every
/// few seconds.
final class ProfileRegistry: Service, Sendable {
    /// The types of resources that say what others must look like, and what codes mean.
    static let types: [ResourceType] = [.structureDefinition, .valueSet, .codeSystem, .conceptMap]

    private static let interval = Duration.seconds(5)

    private let given: ProfileSet
    private let exchange: Exchange
    /// Where searches find the codes of what is in force.
    private let terminology: KnownTerminology
    private let logger: Logger
    private let state: Mutex<State>

    private struct State {
        var set: ProfileSet
        /// What tells one state of those resources from another.
        var stamp: Int64 = 0
    }

    init(given: ProfileSet, exchange: Exchange, terminology: KnownTerminology, logger: Logger) {
        self.given = given
        self.exchange = exchange
        self.terminology = terminology
        self.logger = logger
        state = Mutex(State(set: given))
    }

    var current: ProfileSet { state.withLock { $0.set } }

    /// The same, with a number that is another one whenever the profiles are others.
    var known: (profiles: ProfileSet, generation: Int64) { state.withLock { ($0.set, $0.stamp) } }

    /// Looks whether the record holds other profiles than before, and takes those.
    func refresh() async {
        do {
            // Again where somebody else has looked meanwhile: who saw more is not known.
            while try await !look() {}
        } catch {
            // What was known stays in force; the next look is not far.
            logger.debug("profiles of the record were not looked at", metadata: ["reason": "\(error)"])
        }
    }

    /// - Returns: whether what is in force now was in the record when this began, or later.
    private func look() async throws -> Bool {
        let known = state.withLock { $0.stamp }
        let stamp = try await exchange.store.writings(of: Self.types)
        guard stamp != known else { return true }
        var files: [(name: String, bytes: [UInt8])] = []
        for type in Self.types {
            for version in try await exchange.store.all(type) {
                guard let bytes = version.rendered() else { continue }
                files.append(("\(type)/\(version.id)", bytes))
            }
        }
        let set = given.adding(files: files)
        let isTaken = state.withLock { state in
            guard state.stamp == known else { return false }
            state = State(set: set, stamp: stamp)
            terminology.current = set.definitions
            return true
        }
        if isTaken {
            for problem in set.problems.dropFirst(given.problems.count) {
                logger.warning(
                    "a profile of the record cannot be used", metadata: ["reason": "\(problem.diagnostics)"])
            }
        }
        return isTaken
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try? await Task.sleep(for: Self.interval)
                if !Task.isCancelled { await self.refresh() }
            }
        }
    }
}
