/// Two things about a bed that cannot both be so. A person resolves it (a Task with the code bed-conflict); meanwhile
/// the hospital's feed goes on.
public enum BedConflict: Sendable, Hashable {
    /// Two parties claimed the bed at one time; the newer claim by event time won, and the older one's stay ended when
    /// that began. Times in microseconds since 1970.
    case twoParties(bed: LocationID, winner: EncounterID, since: Int64, loser: EncounterID, from: Int64?)
    /// The bed was reported with a status that its known occupant contradicts. The occupant stays.
    case statusContradicts(bed: LocationID, BedStatus, occupant: EncounterID)
    /// A patient lies in a bed that is suspended or inactive.
    case notInService(bed: LocationID, Location.Status, occupant: EncounterID)
    /// What a patient lies in is said to be no bed any more.
    case noLongerABed(bed: LocationID, occupant: EncounterID)

    public var bed: LocationID {
        switch self {
        case .twoParties(let bed, _, _, _, _), .statusContradicts(let bed, _, _), .notInService(let bed, _, _),
            .noLongerABed(let bed, _):
            bed
        }
    }
}

/// Stays of two parties in one bed that overlapped and of which one at least is over. It is reported, and nothing else
/// comes of it.
public struct BedOverlap: Sendable, Hashable {
    public var bed: LocationID
    /// The stay that began first.
    public var earlier: EncounterID
    public var later: EncounterID
    /// When the later one began, in microseconds since 1970.
    public var since: Int64

    public init(bed: LocationID, earlier: EncounterID, later: EncounterID, since: Int64) {
        self.bed = bed
        self.earlier = earlier
        self.later = later
        self.since = since
    }
}
