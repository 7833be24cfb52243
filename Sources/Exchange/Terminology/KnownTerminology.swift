import FHIR
import Synchronization

/// The code systems, value sets and concept maps that are in force just now: whoever looks after them puts them here,
/// whoever is asked about codes takes them from here.
public final class KnownTerminology: Sendable {
    private let state: Mutex<TerminologySet>

    public init(_ set: TerminologySet = .r4) {
        state = Mutex(set)
    }

    public var current: TerminologySet {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }
}
