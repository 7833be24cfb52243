/// What follows for beds from a write of encounters: how they stand then, and what has to happen.
public struct Arrangement: Sendable, Equatable {
    /// The beds as they shall be kept, in the order in which they were given.
    public var beds: [Occupancy]
    /// In the order in which they can be carried out: what is released is released before anything is claimed, so that
    /// two patients who swap their beds never hold one together.
    public var effects: [Effect]
    /// Those that nobody is in any more, or that somebody is found to have left: what they become is as
    /// `Occupancy.afterRelease` says.
    public var released: [LocationID]

    public init(beds: [Occupancy], effects: [Effect], released: [LocationID] = []) {
        self.beds = beds
        self.effects = effects
        self.released = released
    }
}

/// What a claim of a bed that another party claims comes to.
public enum OccupancyPolicy: String, Sendable, CaseIterable {
    /// It is refused. So is a bed that is not ready or not in service. For everybody who can choose another bed.
    case refuse
    /// The newer one by event time holds the bed, whichever arrived first. For a hospital's own feed, which tells what
    /// has happened.
    case newerWins
}

extension OccupancyRule {
    /// Judges one write of one or more encounters together: an admission is one encounter in one bed, a transfer one
    /// encounter in two, a swap (A17) two encounters in two.
    ///
    /// - Parameters:
    ///   - encounters: all their stays in beds as they shall stand; they replace whatever the beds know of them.
    ///   - beds: every bed that one of them is or was in. What holds any number may be left out or given; it is kept as
    ///     it is.
    ///   - element: where the claim stands in what was sent, for a refusal.
    /// - Throws: with `.refuse`, why a bed cannot be claimed. Ending a stay is never refused. A stay that was written
    ///   with `.refuse` contends like one that only a resource tells of, also if a feed sent it.
    public static func arrange(
        _ encounters: [EncounterStays], in beds: [Occupancy], by policy: OccupancyPolicy,
        at element: ElementPath? = nil
    ) throws(Refusal) -> Arrangement {
        let written = Set(encounters.map(\.encounter))
        var changes: [BedChange] = []
        for bed in beds {
            guard bed.holdsOneParty else {
                changes.append(BedChange(from: bed, to: bed, written: []))
                continue
            }
            var after = bed
            after.stays.removeAll { written.contains($0.claim.encounter) }
            var arriving = encounters.flatMap(\.stays).filter { $0.bed == bed.location.id }
            if policy == .refuse {
                try after.admit(arriving, toBedThatWas: bed, at: element)
                for index in arriving.indices { arriving[index].cause = nil }
            }
            after.stays += arriving.map { $0.keepingCut(of: bed.stays) }
            after = after.resolved()
            let vacated = encounters.compactMap { $0.vacated[bed.location.id] }.max()
            changes.append(BedChange(from: bed, to: after, written: written, vacated: vacated))
        }
        return Arrangement(
            beds: changes.map(\.keeping),
            effects: BedChange.Phase.allCases.flatMap { phase in
                changes.flatMap { $0.effects(of: phase) }
            }, released: changes.filter(\.isReleased).map(\.after.location.id))
    }
}

extension Occupancy {
    /// Refuses if another party holds the bed or, to whoever does not hold it yet, if it takes no patients.
    fileprivate func admit(
        _ arriving: [BedStay], toBedThatWas before: Occupancy, at element: ElementPath?
    ) throws(Refusal) {
        let holding = arriving.filter { $0.end == nil }.map(\.claim)
        let bed = OccupancyRule.Bed(location, isShared: isShared, claims: claims + holding)
        for claim in holding {
            if let refusal = OccupancyRule.occupancy(of: bed, by: claim, at: element) { throw refusal }
            if before.holders.contains(claim.encounter) { continue }
            if let refusal = OccupancyRule.unreadiness(of: before.bed, at: element) { throw refusal }
        }
    }
}

extension BedStay {
    /// A stay that is written anew, with what the record knows of how it was cut.
    fileprivate func keepingCut(of known: [BedStay]) -> BedStay {
        var stay = self
        let old = known.first { $0.claim.encounter == claim.encounter && $0.start == start && $0.end == nil }
        stay.cut = end == nil ? old?.cut : nil
        return stay
    }
}
