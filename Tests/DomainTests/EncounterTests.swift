import Domain
import Testing

@Suite("Encounters")
struct EncounterTests {
    private let backwards = Period(start: second(10), end: second(5))

    @Test("an encounter whose period ends before it starts is refused with the place")
    func period() {
        let refusal = Encounter(id: EncounterID("e"), status: .finished, period: backwards).decide().refusal
        #expect(refusal?.code == .endsBeforeStart)
        #expect(refusal?.element?.description == "period")
    }

    @Test("a stay at a location that ends before it starts is refused with the entry that was sent")
    func stay() {
        let stays = [
            LocationStay(position: 0, location: LocationID("a"), period: Period(start: second(1), end: second(2))),
            LocationStay(position: 1, location: LocationID("b"), period: backwards),
        ]
        let encounter = Encounter(id: EncounterID("e"), status: .inProgress, stays: stays)
        #expect(encounter.decide().refusal?.element?.description == "location[1].period")
        #expect(DomainCommand.recordEncounter(encounter).decide().refusal?.code == .endsBeforeStart)
        #expect(DomainCommand.recordEncounter(encounter).need() == .nothing)
    }

    @Test("stays may overlap, and a period may be open")
    func accepted() {
        let stays = (0..<2).map {
            LocationStay(position: $0, location: LocationID("b\($0)"), period: Period(start: second(1)))
        }
        #expect(Encounter(id: EncounterID("e"), status: .inProgress, stays: stays).decide() == .accepted)
    }

    @Test("only an encounter that is going on claims, and only entries that are active and have not ended")
    func claims() {
        let entries: [(String, LocationStay.Status?, Period)] = [
            ("active", .active, Period()), ("bare", nil, Period()), ("planned", .planned, Period()),
            ("reserved", .reserved, Period()), ("completed", .completed, Period()),
            ("ended", .active, Period(end: second(1))), ("future", .active, Period(end: second(100))),
        ]
        let stays = entries.enumerated().map {
            LocationStay(position: $0, location: LocationID($1.0), status: $1.1, period: $1.2)
        }
        for status in EncounterStatus.allCases {
            let encounter = Encounter(id: EncounterID("e"), status: status, patient: PatientID("p"), stays: stays)
            let claimed = encounter.claims(at: 50_000_000).map(\.location.rawValue)
            let going: [EncounterStatus] = [.arrived, .triaged, .inProgress, .onLeave]
            #expect(claimed == (going.contains(status) ? ["active", "bare", "future"] : []))
        }
        let over = Encounter(id: EncounterID("e"), status: .inProgress, period: Period(end: second(1)), stays: stays)
        #expect(over.claims(at: 50_000_000).isEmpty)
    }
}
