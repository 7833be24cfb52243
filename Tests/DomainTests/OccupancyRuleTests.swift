import Domain
import Testing

@Suite("One bed, one party")
struct OccupancyRuleTests {
    private func bed(
        _ status: BedStatus? = .unoccupied, type: PhysicalType? = .bed, location: Location.Status? = .active,
        isShared: Bool = false, _ claims: Claim...
    ) -> OccupancyRule.Bed {
        let place = Location(
            id: LocationID("b"), status: location, physicalType: type, operationalStatus: status)
        return OccupancyRule.Bed(place, isShared: isShared, claims: claims)
    }

    private func claim(_ encounter: String, _ patient: String?, partOf: String? = nil) -> Claim {
        Claim(
            encounter: EncounterID(encounter), patient: patient.map { PatientID($0) },
            partOf: partOf.map { EncounterID($0) })
    }

    @Test("a free bed is claimed and becomes occupied", arguments: [BedStatus?.none, .unoccupied, .isolated])
    func free(status: BedStatus?) {
        #expect(
            OccupancyRule.claim(bed(status), by: claim("e", "p"))
                == .accepted([
                    .claim(bed: LocationID("b"), encounter: EncounterID("e")),
                    .setOperationalStatus(bed: LocationID("b"), .occupied),
                ]))
    }

    @Test("a bed that another patient claims is refused, with the place")
    func occupied() {
        let place = ElementPath("location", 0).appending("location")
        let refusal = OccupancyRule.claim(bed(.occupied, claim("x", "q")), by: claim("e", "p"), at: place).refusal
        #expect(refusal?.code == .bedOccupied)
        #expect(refusal?.element == place)
        #expect(OccupancyRule.claim(bed(.occupied, claim("x", nil)), by: claim("e", nil)).refusal != nil)
    }

    @Test(
        "a bed that is closed, contaminated or being cleaned is refused",
        arguments: [BedStatus.closed, .contaminated, .housekeeping])
    func notReady(status: BedStatus) {
        #expect(OccupancyRule.claim(bed(status), by: claim("e", "p")).refusal?.code == .bedNotReady)
    }

    @Test("a bed reported as occupied by nobody known is refused, one whose occupant is known is judged by that")
    func reportedOccupied() {
        #expect(OccupancyRule.claim(bed(.occupied), by: claim("e", "p")).refusal?.code == .bedNotReady)
        #expect(
            OccupancyRule.claim(bed(.occupied, claim("x", "p")), by: claim("e", "p"))
                == .accepted([.claim(bed: LocationID("b"), encounter: EncounterID("e"))]))
    }

    @Test("a bed that is suspended or inactive is refused", arguments: [Location.Status.suspended, .inactive])
    func notInService(status: Location.Status) {
        #expect(
            OccupancyRule.claim(bed(location: status), by: claim("e", "p")).refusal?.code == .bedNotInService)
    }

    @Test("several encounters of one patient, and a newborn beside the mother, do not conflict")
    func party() {
        let mother = claim("m", "mother")
        let child = claim("c", "child", partOf: "m")
        let twin = claim("t", "twin", partOf: "m")
        #expect(OccupancyRule.claim(bed(.occupied, mother), by: claim("m2", "mother")).refusal == nil)
        #expect(OccupancyRule.claim(bed(.occupied, mother), by: child).refusal == nil)
        #expect(OccupancyRule.claim(bed(.occupied, child), by: mother).refusal == nil)
        #expect(OccupancyRule.claim(bed(.occupied, child), by: twin).refusal == nil)
        #expect(OccupancyRule.claim(bed(.occupied, mother, child), by: claim("m2", "mother")).refusal == nil)
        #expect(OccupancyRule.claim(bed(.occupied, mother, child), by: claim("e", "p")).refusal != nil)
        #expect(OccupancyRule.claim(bed(.occupied, mother, claim("x", "q")), by: child).refusal != nil)
    }

    @Test("an encounter that holds the bed already keeps it, whatever its status has become")
    func keeps() {
        #expect(OccupancyRule.claim(bed(.closed, claim("e", "p")), by: claim("e", "p")) == .accepted)
    }

    @Test("rooms, wards, places of unknown kind and shared beds hold any number")
    func anyNumber() {
        for type in PhysicalType.allCases where type != .bed {
            #expect(OccupancyRule.claim(bed(.closed, type: type, claim("x", "q")), by: claim("e", "p")) == .accepted)
        }
        #expect(OccupancyRule.claim(bed(type: nil, claim("x", "q")), by: claim("e", "p")) == .accepted)
        #expect(OccupancyRule.claim(bed(isShared: true, claim("x", "q")), by: claim("e", "p")) == .accepted)
    }

    @Test("the last to leave leaves the bed as its ward wants it, and nobody else changes it")
    func release() {
        let id = LocationID("b")
        let gone = Effect.release(bed: id, encounter: EncounterID("e"))
        for (after, status) in [
            (OccupancyRule.AfterRelease.unoccupied, BedStatus.unoccupied), (.housekeeping, .housekeeping),
            (.contaminated, .contaminated),
        ] {
            #expect(
                OccupancyRule.release(bed(.occupied, claim("e", "p")), by: EncounterID("e"), then: after)
                    == .accepted([gone, .setOperationalStatus(bed: id, status)]))
        }
        let two = bed(.occupied, claim("e", "p"), claim("f", "p"))
        #expect(OccupancyRule.release(two, by: EncounterID("e"), then: .unoccupied) == .accepted([gone]))
        #expect(OccupancyRule.release(two, by: EncounterID("z"), then: .unoccupied) == .accepted)
    }

    @Test("the vocabulary is that of table 0116 and of R4")
    func vocabulary() {
        #expect(BedStatus.allCases.map(\.rawValue) == ["C", "H", "I", "K", "O", "U"])
        #expect(PhysicalType(rawValue: "bd") == .bed)
    }
}
