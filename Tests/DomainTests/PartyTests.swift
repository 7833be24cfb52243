import Domain
import TestSupport
import Testing

@Suite("Parties")
struct PartyTests {
    @Test("who belongs together for a refusal belongs together for a feed, through any chain")
    func chains() throws {
        var random = SeededRandom(21)
        let place = Location(id: LocationID("b"), physicalType: .bed)
        for seed in 0..<400 {
            var claims: [Claim] = []
            for number in 0..<4 {
                let patient = random.chance(70) ? PatientID(random.pick(["p", "q"])) : nil
                let partOf = random.chance(50) ? EncounterID(random.pick(["0", "1", "x"])) : nil
                claims.append(Claim(encounter: EncounterID("\(number)"), patient: patient, partOf: partOf))
            }
            let rule = OccupancyRule.Bed(place, claims: Array(claims.dropFirst()))
            let isOneParty = OccupancyRule.claim(rule, by: claims[0]).refusal == nil
            let stays = claims.map { claim in
                let cause = MovementID("a")
                return EncounterStays(
                    claim.encounter, [BedStay(bed: place.id, claim: claim, start: 5, cause: cause)])
            }
            let bed = Occupancy(place)
            let filled = try OccupancyRule.arrange(stays, in: [bed], by: .newerWins)
            #expect((filled.beds[0].claims.count == 4) == isOneParty, "seed \(seed)")
        }
    }
}
