import Domain

/// A bed, free and in service unless told otherwise.
func bed(
    _ id: String = "b", _ status: BedStatus? = .unoccupied, type: PhysicalType = .bed, isShared: Bool = false,
    location: Location.Status? = .active, after: OccupancyRule.AfterRelease = .unoccupied, reported: Int64? = nil,
    _ stays: BedStay...
) -> Occupancy {
    let place = Location(id: LocationID(id), status: location, physicalType: type, operationalStatus: status)
    return Occupancy(place, isShared: isShared, afterRelease: after, statusReported: reported, stays: stays)
}

/// A stay of a patient of the encounter's own.
func stay(
    _ encounter: String, in bed: String = "b", _ start: Int64, to end: Int64? = nil, partOf: String? = nil,
    isFeed: Bool = true
) -> BedStay {
    let claim = Claim(
        encounter: EncounterID(encounter), patient: PatientID("p-\(encounter)"),
        partOf: partOf.map { EncounterID($0) })
    return BedStay(
        bed: LocationID(bed), claim: claim, start: start, end: end,
        cause: isFeed ? MovementID("\(encounter)-\(start)") : nil)
}

/// All stays of the encounter of the first.
func write(_ stays: BedStay...) -> EncounterStays {
    EncounterStays(stays.first?.claim.encounter ?? EncounterID("?"), stays)
}

/// One write of encounters into beds.
func arrange(
    _ encounters: EncounterStays..., in beds: Occupancy..., by policy: OccupancyPolicy = .newerWins
) throws(Refusal) -> Arrangement {
    try OccupancyRule.arrange(encounters, in: beds, by: policy)
}
