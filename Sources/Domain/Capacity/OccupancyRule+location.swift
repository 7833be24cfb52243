/// What is said about a bed itself, while somebody may lie in it.
extension OccupancyRule {
    /// Housekeeping or somebody else reports the operational status of a bed (A20, NPU-2).
    ///
    /// A known occupant stays, and a report that contradicts it opens a conflict; the status stays O. Isolated (I) is
    /// said of beds with patients in them and contradicts nobody. A report that is older than the last one, or than the
    /// claim that holds the bed, is history and changes nothing.
    ///
    /// - Parameter time: when it was so, in microseconds since 1970; nil for now.
    public static func report(_ status: BedStatus, of bed: Occupancy, at time: Int64? = nil) -> Decision {
        let known = bed.location.operationalStatus
        if let time, let last = bed.statusReported, time < last { return .accepted }
        let occupant = bed.newestHolder
        if let time, let since = occupant?.start, time < since { return .accepted }
        let id = bed.location.id
        guard let occupant = occupant?.claim.encounter, !status.isSaidOfOccupiedBeds else {
            return .accepted(status == known ? [] : [.setOperationalStatus(bed: id, status)])
        }
        let keep: [Effect] = known == .occupied || known == .isolated ? [] : [.setOperationalStatus(bed: id, .occupied)]
        return .accepted(keep + [.openConflict(.statusContradicts(bed: id, status, occupant: occupant))])
    }

    /// Somebody writes the Location of a bed. It is kept as sent, but for what the domain owns: the operational status
    /// of a bed that is claimed.
    public static func update(_ bed: Occupancy, to location: Location) -> Decision {
        guard let occupant = bed.newestHolder?.claim.encounter else { return .accepted }
        let id = bed.location.id
        var effects: [Effect] = []
        if let status = location.operationalStatus, !status.isSaidOfOccupiedBeds {
            effects.append(.setOperationalStatus(bed: id, .occupied))
            effects.append(.openConflict(.statusContradicts(bed: id, status, occupant: occupant)))
        } else if location.operationalStatus == nil {
            effects.append(.setOperationalStatus(bed: id, .occupied))
        }
        if let status = location.status, status != .active {
            effects.append(.openConflict(.notInService(bed: id, status, occupant: occupant)))
        }
        if location.physicalType != bed.location.physicalType {
            effects.append(.openConflict(.noLongerABed(bed: id, occupant: occupant)))
        }
        return .accepted(effects)
    }

    /// Somebody deletes the Location. A bed that is claimed stays (409 over FHIR).
    public static func delete(_ bed: Occupancy) -> Decision {
        guard bed.newestHolder != nil else { return .accepted }
        return .refused(
            Refusal(.bedOccupied, "The bed is occupied; move or discharge its patient before deleting the bed."))
    }
}

extension Occupancy {
    /// Of the stays that hold a bed for one party, the one that began last. Places that hold any number have none.
    var newestHolder: BedStay? {
        guard holdsOneParty else { return nil }
        return stays.lazy.filter(\.holds).max { $0.isOlder(than: $1) }
    }
}
