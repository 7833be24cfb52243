import Domain
import Testing

@Suite("What is said about a bed")
struct BedReportTests {
    private let id = LocationID("b")
    private let occupant = EncounterID("e")

    private func bed(_ status: BedStatus?, isHeld: Bool, reported: Int64? = nil) -> Occupancy {
        let stay = BedStay(bed: id, claim: Claim(encounter: occupant, patient: PatientID("p")), start: 10)
        let place = Location(id: id, status: .active, physicalType: .bed, operationalStatus: status)
        return Occupancy(place, statusReported: reported, stays: isHeld ? [stay] : [])
    }

    @Test("housekeeping's word about a free bed is taken")
    func free() {
        for status in BedStatus.allCases where status != .unoccupied {
            #expect(
                OccupancyRule.report(status, of: bed(.unoccupied, isHeld: false))
                    == .accepted([.setOperationalStatus(bed: id, status)]))
        }
        #expect(OccupancyRule.report(.closed, of: bed(.closed, isHeld: false)) == .accepted)
        let reported = bed(.housekeeping, isHeld: false, reported: 9)
        #expect(OccupancyRule.report(.unoccupied, of: reported, at: 8) == .accepted)
    }

    @Test(
        "a report that contradicts a known occupant keeps the occupant and opens a conflict",
        arguments: [BedStatus.unoccupied, .housekeeping, .closed, .contaminated])
    func contradiction(status: BedStatus) {
        let conflict = Effect.openConflict(.statusContradicts(bed: id, status, occupant: occupant))
        #expect(OccupancyRule.report(status, of: bed(.occupied, isHeld: true), at: 20) == .accepted([conflict]))
        #expect(
            OccupancyRule.report(status, of: bed(.unoccupied, isHeld: true))
                == .accepted([.setOperationalStatus(bed: id, .occupied), conflict]))
        #expect(OccupancyRule.report(status, of: bed(.occupied, isHeld: true), at: 9) == .accepted)
    }

    @Test("a patient who is found to have left before the report contradicted nobody; one who left later did")
    func borneOut() throws {
        for (left, isSettled) in [(15, true), (20, true), (25, false)] as [(Int64, Bool)] {
            var held = bed(.occupied, isHeld: true, reported: 20)
            held.reportedStatus = .housekeeping
            var stay = try #require(held.stays.first)
            stay.end = left
            let effects = try OccupancyRule.arrange(
                [EncounterStays(occupant, [stay])], in: [held], by: .newerWins
            ).effects
            let settled = Effect.settleConflict(.statusContradicts(bed: id, .housekeeping, occupant: occupant))
            #expect(effects.contains(settled) == isSettled, "left at \(left): \(effects)")
        }
        // Nor did one who was put there by mistake.
        var held = bed(.occupied, isHeld: true, reported: 20)
        held.reportedStatus = .closed
        let effects = try OccupancyRule.arrange([EncounterStays(occupant, [])], in: [held], by: .newerWins).effects
        #expect(effects.contains(.settleConflict(.statusContradicts(bed: id, .closed, occupant: occupant))))
    }

    @Test("occupied and isolated contradict nobody")
    func compatible() {
        #expect(OccupancyRule.report(.occupied, of: bed(.occupied, isHeld: true)) == .accepted)
        #expect(
            OccupancyRule.report(.isolated, of: bed(.occupied, isHeld: true))
                == .accepted([.setOperationalStatus(bed: id, .isolated)]))
    }

    @Test("an update of the Location leaves a claimed bed occupied")
    func update() {
        let held = bed(.occupied, isHeld: true)
        var new = held.location
        #expect(OccupancyRule.update(held, to: new) == .accepted)
        new.operationalStatus = .unoccupied
        new.status = .inactive
        new.physicalType = .room
        #expect(
            OccupancyRule.update(held, to: new)
                == .accepted([
                    .setOperationalStatus(bed: id, .occupied),
                    .openConflict(.statusContradicts(bed: id, .unoccupied, occupant: occupant)),
                    .openConflict(.notInService(bed: id, .inactive, occupant: occupant)),
                    .openConflict(.noLongerABed(bed: id, occupant: occupant)),
                ]))
        #expect(OccupancyRule.update(bed(.occupied, isHeld: false), to: new) == .accepted)
        new = held.location
        new.operationalStatus = nil
        #expect(OccupancyRule.update(held, to: new) == .accepted([.setOperationalStatus(bed: id, .occupied)]))
    }

    @Test("a claimed bed cannot be deleted")
    func delete() {
        #expect(OccupancyRule.delete(bed(.occupied, isHeld: true)).refusal?.code == .bedOccupied)
        #expect(OccupancyRule.delete(bed(.unoccupied, isHeld: false)) == .accepted)
    }

    @Test("a resource tells which of its entries hold a bed and which are past")
    func resource() {
        let entries: [(String, LocationStay.Status?, Period)] = [
            ("now", .active, Period(start: second(4))), ("bare", nil, Period()),
            ("past", .completed, Period(start: second(2), end: second(4))),
            ("plan", .planned, Period()), ("kept", .reserved, Period()),
        ]
        let stays = entries.enumerated().map {
            LocationStay(position: $0, location: LocationID($1.0), status: $1.1, period: $1.2)
        }
        var encounter = Encounter(
            id: occupant, status: .inProgress, period: Period(start: second(1)), stays: stays)
        let now: Int64 = 50_000_000
        let told = encounter.bedStays(at: now).stays
        #expect(told.map(\.bed.rawValue) == ["now", "bare", "past"])
        #expect(told.map(\.start) == [4_000_000, 1_000_000, 2_000_000])
        #expect(told.map(\.end) == [nil, nil, 4_000_000])
        #expect(told.filter(\.holds).map(\.bed) == encounter.claims(at: now).map(\.location))
        encounter.status = .finished
        #expect(encounter.bedStays(at: now).stays.allSatisfy { !$0.holds })
        encounter.status = .cancelled
        #expect(encounter.bedStays(at: now).stays.isEmpty)
    }
}
