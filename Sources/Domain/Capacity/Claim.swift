/// An encounter's hold on a location.
public struct Claim: Sendable, Hashable {
    public var encounter: EncounterID
    public var patient: PatientID?
    /// The encounter that the claiming one is part of: the mother's, for a newborn.
    public var partOf: EncounterID?

    public init(encounter: EncounterID, patient: PatientID?, partOf: EncounterID? = nil) {
        self.encounter = encounter
        self.patient = patient
        self.partOf = partOf
    }

    /// Whether two claims are visibly of one party: the same encounter or patient, a newborn beside the mother, or two
    /// newborns of one mother.
    func belongsWith(_ other: Claim) -> Bool {
        if encounter == other.encounter { return true }
        if let patient, patient == other.patient { return true }
        if partOf == other.encounter || other.partOf == encounter { return true }
        return partOf.map { $0 == other.partOf } ?? false
    }

    /// Those of `claims` that are not of this claim's party, where belonging together carries over: a newborn belongs
    /// with every encounter of its mother.
    func strangers(among claims: [Claim]) -> [Claim] {
        var party = [self]
        var rest = claims
        var next = 0
        while next < party.count {
            let member = party[next]
            party += rest.filter(member.belongsWith)
            rest.removeAll(where: member.belongsWith)
            next += 1
        }
        return rest
    }
}
