/// A stay or visit, as far as the domain decides about it.
public struct Encounter: Sendable, Equatable {
    public var id: EncounterID
    public var status: EncounterStatus
    public var patient: PatientID?
    /// The encounter that this one is part of: the mother's, for a newborn.
    public var partOf: EncounterID?
    public var period: Period
    public var stays: [LocationStay]

    public init(
        id: EncounterID, status: EncounterStatus, patient: PatientID? = nil, partOf: EncounterID? = nil,
        period: Period = Period(), stays: [LocationStay] = []
    ) {
        self.id = id
        self.status = status
        self.patient = patient
        self.partOf = partOf
        self.period = period
        self.stays = stays
    }

    public func decide() -> Decision {
        let own = period.decide("The encounter's period", at: ElementPath("period"))
        let places = stays.lazy.map { stay in
            stay.period.decide(
                "The stay at a location", at: ElementPath("location", stay.position).appending("period"))
        }
        return .all([own] + places)
    }

    /// The locations that it holds at a time (microseconds since 1970): entries that are active, or have no status,
    /// and have not ended, of an encounter that is going on. Whether a location is a bed, and so can be held by one
    /// party only, is for `OccupancyRule` to say.
    public func claims(at now: Int64) -> [(location: LocationID, claim: Claim)] {
        guard status.holdsBeds, !period.hasEnded(at: now) else { return [] }
        return stays.compactMap { stay in
            guard let location = stay.location, stay.status == nil || stay.status == .active,
                !stay.period.hasEnded(at: now)
            else { return nil }
            return (location, Claim(encounter: id, patient: patient, partOf: partOf))
        }
    }
}
