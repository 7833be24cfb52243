/// Where an encounter stands, with R4's codes.
public enum EncounterStatus: String, Sendable, CaseIterable {
    case planned
    case arrived
    case triaged
    case inProgress = "in-progress"
    case onLeave = "onleave"
    case finished
    case cancelled
    case enteredInError = "entered-in-error"
    case unknown

    /// Whether its patient is in the house, or on leave with the bed kept: only then does it hold one.
    public var holdsBeds: Bool {
        switch self {
        case .arrived, .triaged, .inProgress, .onLeave: true
        case .planned, .finished, .cancelled, .enteredInError, .unknown: false
        }
    }
}
