/// What the domain answers to a command: what shall happen, in order, or why nothing may.
public enum Decision: Sendable, Equatable {
    case accepted([Effect])
    case refused(Refusal)

    /// Accepted, and the domain itself has nothing to add.
    public static let accepted = Decision.accepted([])

    public var refusal: Refusal? {
        guard case .refused(let refusal) = self else { return nil }
        return refusal
    }

    /// The first refusal, or all effects together.
    public static func all(_ decisions: some Sequence<Decision>) -> Decision {
        var effects: [Effect] = []
        for decision in decisions {
            switch decision {
            case .accepted(let more): effects += more
            case .refused: return decision
            }
        }
        return .accepted(effects)
    }
}

/// What shall happen because a command was accepted, beyond keeping what was sent.
public enum Effect: Sendable, Equatable {
    /// The encounter holds the bed from now on.
    case claim(bed: LocationID, encounter: EncounterID)
    /// The encounter holds the bed no longer.
    case release(bed: LocationID, encounter: EncounterID)
    case setOperationalStatus(bed: LocationID, BedStatus)
}
