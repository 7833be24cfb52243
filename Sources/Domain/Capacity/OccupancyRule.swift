/// One bed, one party.
///
/// Beds that are not declared shared are held by one party at a time; every other location holds any number. The
/// database guards the same rule with a constraint over open claims, for writes that do not see each other.
public enum OccupancyRule {
    /// A place and who holds it now.
    public struct Bed: Sendable, Equatable {
        public var location: Location
        /// A bed that stands for several, like a sender's placeholder WAIT or HALL.
        public var isShared: Bool
        /// The claims that are open now.
        public var claims: [Claim]

        public init(_ location: Location, isShared: Bool = false, claims: [Claim] = []) {
            self.location = location
            self.isShared = isShared
            self.claims = claims
        }

        var holdsOneParty: Bool { !isShared && (location.physicalType?.holdsOneParty ?? false) }
    }

    /// What a bed is when its last occupant has left.
    public enum AfterRelease: String, Sendable, CaseIterable {
        case unoccupied
        case housekeeping
        case contaminated

        var status: BedStatus {
            switch self {
            case .unoccupied: .unoccupied
            case .housekeeping: .housekeeping
            case .contaminated: .contaminated
            }
        }
    }

    /// Whether an encounter may hold a location. One that holds it already keeps it, whatever the status says.
    ///
    /// - Parameter element: where the claim stands in what was sent.
    public static func claim(_ bed: Bed, by claim: Claim, at element: ElementPath? = nil) -> Decision {
        guard bed.holdsOneParty else { return .accepted }
        if let refusal = occupancy(of: bed, by: claim, at: element) { return .refused(refusal) }
        if bed.claims.contains(where: { $0.encounter == claim.encounter }) { return .accepted }
        if let refusal = unreadiness(of: bed, at: element) { return .refused(refusal) }
        let id = bed.location.id
        let status: [Effect] =
            bed.location.operationalStatus == .occupied ? [] : [.setOperationalStatus(bed: id, .occupied)]
        return .accepted([.claim(bed: id, encounter: claim.encounter)] + status)
    }

    /// An encounter leaves a location. Leaving is never refused, and leaving what one does not hold changes nothing.
    public static func release(_ bed: Bed, by encounter: EncounterID, then after: AfterRelease) -> Decision {
        guard bed.holdsOneParty, bed.claims.contains(where: { $0.encounter == encounter }) else { return .accepted }
        let isLast = bed.claims.allSatisfy { $0.encounter == encounter }
        let id = bed.location.id
        let status: [Effect] = isLast ? [.setOperationalStatus(bed: id, after.status)] : []
        return .accepted([.release(bed: id, encounter: encounter)] + status)
    }

    /// Why a claim cannot stand beside those that are open, if it cannot.
    static func occupancy(of bed: Bed, by claim: Claim, at element: ElementPath?) -> Refusal? {
        guard !claim.strangers(among: bed.claims).isEmpty else { return nil }
        return Refusal(.bedOccupied, "The bed is occupied by another patient; choose another bed.", at: element)
    }

    /// Why a bed takes no patients now, if it does not.
    static func unreadiness(of bed: Bed, at element: ElementPath?) -> Refusal? {
        if let status = bed.location.status, status != .active {
            return Refusal(
                .bedNotInService, "The bed is \(status.rawValue) and takes no patients; choose another bed.",
                at: element)
        }
        switch bed.location.operationalStatus {
        case .closed:
            return Refusal(.bedNotReady, "The bed is closed; choose another bed or open it first.", at: element)
        case .contaminated:
            return Refusal(.bedNotReady, "The bed is contaminated; choose another bed or have it cleaned.", at: element)
        case .housekeeping:
            return Refusal(.bedNotReady, "The bed is being cleaned; choose another bed or wait.", at: element)
        case .occupied where bed.claims.isEmpty:
            return Refusal(
                .bedNotReady,
                "The bed is reported as occupied by somebody who is not known here; correct its status first.",
                at: element)
        case .occupied, .isolated, .unoccupied, nil:
            return nil
        }
    }
}
