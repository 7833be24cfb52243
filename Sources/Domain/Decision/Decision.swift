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
    /// The encounter's entry for the bed ends where another party's newer claim began, though its own movements do not
    /// end it: completed, with that end. Times in microseconds since 1970.
    case endStay(bed: LocationID, encounter: EncounterID, start: Int64?, end: Int64)
    /// The claim that ended the encounter's entry for the bed is no more: the entry is active again, without end.
    case reopenStay(bed: LocationID, encounter: EncounterID, start: Int64?)
    /// A person has to look at it.
    case openConflict(BedConflict)
    /// What was opened as a conflict is none any more.
    case settleConflict(BedConflict)
    /// To be said in the answer and the report, and no more.
    case reportOverlap(BedOverlap)
}
