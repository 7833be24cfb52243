/// One bed before and after a write, and what that comes to.
struct BedChange {
    /// The order in which effects can be carried out.
    enum Phase: CaseIterable {
        case release
        case stays
        case claim
        case status
        case report
    }

    let before: Occupancy
    let after: Occupancy
    let written: Set<EncounterID>
    /// When somebody who was put into it by a cancelled movement left it.
    let vacated: Int64?

    init(from before: Occupancy, to after: Occupancy, written: Set<EncounterID>, vacated: Int64? = nil) {
        self.before = before
        self.after = after
        self.written = written
        self.vacated = vacated
    }

    private var bed: LocationID { before.location.id }

    /// The bed as it shall be kept.
    var keeping: Occupancy {
        var bed = after
        if let status { bed.location.operationalStatus = status }
        return bed
    }

    func effects(of phase: Phase) -> [Effect] {
        switch phase {
        case .release: sorted(before.holders.subtracting(after.holders)).map { .release(bed: bed, encounter: $0) }
        case .stays: stays
        case .claim: sorted(newHolders).map { .claim(bed: bed, encounter: $0) }
        case .status: status.map { [.setOperationalStatus(bed: bed, $0)] } ?? []
        case .report: reports
        }
    }

    private var newHolders: Set<EncounterID> { after.holders.subtracting(before.holders) }

    private func sorted(_ encounters: Set<EncounterID>) -> [EncounterID] {
        encounters.sorted { $0.rawValue < $1.rawValue }
    }

    /// Of the encounters that are written, every stay that another claim cuts, since they are written anew; of all
    /// others, what has changed.
    private var stays: [Effect] {
        let old = before.stays.filter { !written.contains($0.claim.encounter) }
        return after.stays.compactMap { stay in
            let encounter = stay.claim.encounter
            let key = (encounter, stay.start, stay.cause)
            let known = old.first { ($0.claim.encounter, $0.start, $0.cause) == key }
            switch stay.cut {
            case let cut?:
                if known?.cut == cut { return nil }
                return .endStay(bed: bed, encounter: encounter, start: stay.start, end: cut.time)
            case nil:
                guard let known, known.cut != nil, stay.end == nil else { return nil }
                return .reopenStay(bed: bed, encounter: encounter, start: stay.start)
            }
        }
    }

    /// What the bed's operational status becomes, if it changes.
    private var status: BedStatus? {
        let known = after.location.operationalStatus
        let next: BedStatus?
        if !after.holders.isEmpty {
            next = newHolders.isEmpty ? nil : .occupied
        } else {
            next = isReleased ? reportedSince ?? after.afterRelease.status : nil
        }
        return next == known ? nil : next
    }

    /// What somebody has said of the bed since its last occupant left it, where that becomes known only now.
    private var reportedSince: BedStatus? {
        guard let left = [after.lastEnd, vacated].compactMap({ $0 }).max(), let time = before.statusReported,
            time >= left
        else { return nil }
        return before.reportedStatus
    }

    /// Whether its last occupant leaves it, or is found to have left it.
    var isReleased: Bool {
        after.holdsOneParty && after.holders.isEmpty && (!before.holders.isEmpty || isReleasedInRetrospect)
    }

    /// Whether a stay becomes known that is over already, or one that was cancelled, and nobody has said since how the
    /// bed is: somebody has lain in it and left it, though nobody was seen in it.
    private var isReleasedInRetrospect: Bool {
        let end = after.lastEnd.flatMap { $0 > before.lastEnd ?? .min ? $0 : nil }
        guard let left = [end, vacated].compactMap({ $0 }).max(), left > before.statusReported ?? .min else {
            return false
        }
        switch after.location.operationalStatus {
        case .unoccupied, .occupied, nil: return true
        case .closed, .housekeeping, .isolated, .contaminated: return false
        }
    }

    private var reports: [Effect] {
        let old = before.conflicts
        let new = after.conflicts
        let overlaps = after.overlaps.subtracting(before.overlaps).sorted {
            ($0.since, $0.earlier.rawValue, $0.later.rawValue) < ($1.since, $1.earlier.rawValue, $1.later.rawValue)
        }
        return Self.sorted(old.subtracting(new)).map { .settleConflict($0) } + reportsBorneOut
            + Self.sorted(new.subtracting(old)).map { .openConflict($0) }
            + unreadiness.map { .openConflict($0) } + overlaps.map { .reportOverlap($0) }
    }

    /// A report that was taken to contradict a patient in the bed, who is found to have left before it or never to have
    /// come: there was no conflict. With the last report go those before it, which are not kept.
    private var reportsBorneOut: [Effect] {
        guard let time = before.statusReported, before.reportedStatus != nil else { return [] }
        func present(_ stays: [BedStay]) -> Set<EncounterID> {
            Set(stays.lazy.filter { $0.covers(time) }.map(\.claim.encounter))
        }
        return sorted(present(before.stays).subtracting(present(after.stays))).flatMap { encounter in
            BedStatus.allCases.filter { !$0.isSaidOfOccupiedBeds }.map {
                .settleConflict(.statusContradicts(bed: bed, $0, occupant: encounter))
            }
        }
    }

    private static func sorted(_ conflicts: Set<BedConflict>) -> [BedConflict] {
        func key(_ conflict: BedConflict) -> (Int64, Int64, String, String) {
            guard case .twoParties(_, let winner, let since, let loser, let from) = conflict else {
                return (.min, .min, "", "")
            }
            return (since, from ?? .min, winner.rawValue, loser.rawValue)
        }
        return conflicts.sorted { key($0) < key($1) }
    }

    /// What speaks against a claim that was accepted all the same, because a feed tells what has happened: the bed is
    /// closed, contaminated or not in service, or was reported as free after the claim had begun. A bed that was only
    /// being cleaned before is no news.
    private var unreadiness: [BedConflict] {
        guard let occupant = sorted(newHolders).first, before.holders.isEmpty else { return [] }
        var found: [BedConflict] = []
        if let status = before.location.status, status != .active {
            found.append(.notInService(bed: bed, status, occupant: occupant))
        }
        let since = after.stays.lazy.filter(\.holds).compactMap(\.start).max() ?? .min
        let wasReportedSince = before.statusReported.map { $0 > since } ?? false
        switch before.location.operationalStatus {
        case .closed?, .contaminated?:
            found.append(.statusContradicts(bed: bed, before.location.operationalStatus ?? .closed, occupant: occupant))
        case .housekeeping?, .unoccupied?:
            guard wasReportedSince, let status = before.location.operationalStatus else { break }
            found.append(.statusContradicts(bed: bed, status, occupant: occupant))
        case .occupied, .isolated, nil: break
        }
        return found
    }
}
