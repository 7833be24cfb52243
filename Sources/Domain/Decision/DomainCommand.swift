/// What somebody wants to be so, in the words of the domain: the state of one thing as it shall stand after the write.
public enum DomainCommand: Sendable, Equatable {
    case recordPatient(Patient)
    case recordEncounter(Encounter)
    case recordLocation(Location)
    case recordSchedule(Schedule)
    case recordSlot(Slot)
    case recordAppointment(Appointment)

    /// What must be known before `decide` can answer.
    ///
    /// - Parameter isNew: whether nothing that is stored, or is written with it, can refer to this thing yet: a single
    ///   create under an id that was just made.
    public func need(isNew: Bool = false) -> DomainNeed {
        switch self {
        case .recordPatient, .recordEncounter, .recordSchedule, .recordSlot, .recordAppointment: .nothing
        case .recordLocation(let location): isNew ? .nothing : location.need
        }
    }

    /// Accepts or refuses. Pure: the same command and state give the same decision.
    public func decide(in state: DomainState = DomainState()) -> Decision {
        switch self {
        case .recordPatient(let patient): patient.decide()
        case .recordEncounter(let encounter): encounter.decide()
        case .recordLocation(let location): location.decide(ancestors: state.locationAncestors)
        case .recordSchedule(let schedule): schedule.decide()
        case .recordSlot(let slot): slot.decide()
        case .recordAppointment(let appointment): appointment.decide()
        }
    }
}

/// What a decision needs to know of the record: with `nothing` a write needs no look before it.
public enum DomainNeed: Sendable, Hashable {
    case nothing
    /// The location itself, what it is part of, and so on up to the top.
    case locationAncestors(of: LocationID)
}

/// What was looked up for a decision.
public struct DomainState: Sendable, Equatable {
    /// From the location asked for to the top, as the record stands.
    public var locationAncestors: [LocationID]

    public init(locationAncestors: [LocationID] = []) {
        self.locationAncestors = locationAncestors
    }
}
