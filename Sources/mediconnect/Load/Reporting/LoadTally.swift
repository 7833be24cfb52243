import Synchronization

/// What has been done so far; counted from many tasks at once.
final class LoadTally: Sendable {
    /// Resources of one type.
    struct Counts: Sendable, Equatable {
        var created = 0
        var updated = 0
        /// Found by a conditional create.
        var existed = 0
        var deleted = 0

        /// How many the server has confirmed.
        var confirmed: Int { created + updated + existed + deleted }
    }

    /// A failure that is final.
    struct Failure: Sendable, Hashable {
        let label: String
        let reason: String
        /// How many resources it concerns; 0 where that is not known.
        var resources = 0
    }

    struct Snapshot: Sendable {
        var types: [String: Counts] = [:]
        var resources = 0
        var files = 0
        var bytesRead = 0
        var failures: [Failure] = []
        /// Failures beyond those that are kept.
        var moreFailures = 0
        var failedResources = 0
        /// What was sent without an answer, and is not known to have been done or not.
        var unknown: [Failure] = []
        /// Files that are no FHIR.
        var passedOver: [String] = []
        /// What waits to be tried again.
        var waiting = 0
    }

    /// The most failures that are kept with their reasons.
    private static let kept = 1000

    private let state = Mutex(Snapshot())

    var snapshot: Snapshot { state.withLock { $0 } }

    func count(_ type: String, _ result: ItemResult) {
        state.withLock { state in
            var counts = state.types[type] ?? Counts()
            switch result {
            case .created: counts.created += 1
            case .updated: counts.updated += 1
            case .existed: counts.existed += 1
            case .deleted: counts.deleted += 1
            case .nothing, .failed: return
            }
            state.types[type] = counts
            state.resources += 1
        }
    }

    func fail(_ failure: Failure) {
        state.withLock { state in
            // An archive that is cut short says so whenever it is read.
            if failure.resources == 0, state.failures.contains(failure) { return }
            state.failedResources += failure.resources
            if state.failures.count < Self.kept {
                state.failures.append(failure)
            } else {
                state.moreFailures += 1
            }
        }
    }

    func doubt(_ failure: Failure) {
        state.withLock { $0.unknown.append(failure) }
    }

    func passOver(_ label: String) {
        state.withLock { $0.passedOver.append(label) }
    }

    func finishFile() {
        state.withLock { $0.files += 1 }
    }

    func read(bytes: Int) {
        state.withLock { $0.bytesRead = max($0.bytesRead, bytes) }
    }

    func wait(for units: Int) {
        state.withLock { $0.waiting = units }
    }
}
