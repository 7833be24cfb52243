/// A bed with the stays that matter for who holds it.
///
/// Which stays matter: those that nobody but another party's claim ended, or nobody at all (`end` is nil); and every
/// stay that began after the earliest of those, or of the ones about to be written. Older ones decide nothing.
public struct Occupancy: Sendable, Equatable {
    public var location: Location
    /// A bed that stands for several, like a sender's placeholder WAIT or HALL.
    public var isShared: Bool
    /// What the bed becomes when its last occupant has left, as its ward wants it.
    public var afterRelease: OccupancyRule.AfterRelease
    /// Event time of the last report of its status that was not drawn from a claim (A20), if any, in microseconds since
    /// 1970.
    public var statusReported: Int64?
    /// What that report said, also where a patient was known to be in the bed.
    public var reportedStatus: BedStatus?
    public var stays: [BedStay]

    public init(
        _ location: Location, isShared: Bool = false, afterRelease: OccupancyRule.AfterRelease = .unoccupied,
        statusReported: Int64? = nil, reportedStatus: BedStatus? = nil, stays: [BedStay] = []
    ) {
        self.location = location
        self.isShared = isShared
        self.afterRelease = afterRelease
        self.statusReported = statusReported
        self.reportedStatus = reportedStatus
        self.stays = stays
    }

    public var holdsOneParty: Bool { bed.holdsOneParty }

    /// The claims that hold it now, in no order that means anything.
    public var claims: [Claim] { stays.filter(\.holds).map(\.claim) }

    /// The bed as `OccupancyRule.claim` sees it.
    public var bed: OccupancyRule.Bed {
        OccupancyRule.Bed(location, isShared: isShared, claims: claims)
    }

    /// The encounters that hold it now.
    var holders: Set<EncounterID> { Set(stays.lazy.filter(\.holds).map(\.claim.encounter)) }

    var lastEnd: Int64? { stays.compactMap(\.end).max() }
}

extension Occupancy {
    /// The conflicts that the cuts tell of.
    var conflicts: Set<BedConflict> {
        Set(
            stays.compactMap { stay in
                stay.cut.map { cut in
                    .twoParties(
                        bed: location.id, winner: cut.by, since: cut.time, loser: stay.claim.encounter,
                        from: stay.start)
                }
            })
    }

    /// Overlaps of stays of two parties. One of each pair is over; two that hold the bed are of one party.
    var overlaps: Set<BedOverlap> {
        guard stays.count > 1 else { return [] }
        let parties = Parties(stays)
        var found: Set<BedOverlap> = []
        for (index, one) in stays.enumerated() {
            for other in stays[(index + 1)...] where one.overlaps(other) && parties[one] != parties[other] {
                let (earlier, later) = one.isOlder(than: other) ? (one, other) : (other, one)
                guard let since = later.start else { continue }
                found.insert(
                    BedOverlap(
                        bed: location.id, earlier: earlier.claim.encounter, later: later.claim.encounter, since: since))
            }
        }
        return found
    }
}
