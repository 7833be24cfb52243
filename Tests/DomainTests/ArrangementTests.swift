import Domain
import Testing

@Suite("Beds that feeds and people claim")
struct ArrangementTests {
    private let b = LocationID("b")
    private let e = EncounterID("e")
    private let f = EncounterID("f")

    @Test("an admission claims its bed, a discharge releases it as its ward wants it")
    func plain() throws {
        let admitted = try arrange(write(stay("e", 10)), in: bed(after: .housekeeping))
        #expect(admitted.effects == [.claim(bed: b, encounter: e), .setOperationalStatus(bed: b, .occupied)])
        #expect(admitted.beds[0].claims.map(\.encounter) == [e])
        let gone = try arrange(write(stay("e", 10, to: 20)), in: admitted.beds[0])
        #expect(gone.effects == [.release(bed: b, encounter: e), .setOperationalStatus(bed: b, .housekeeping)])
        #expect(gone.beds[0].claims.isEmpty)
        #expect(gone.beds[0].location.operationalStatus == .housekeeping)
        #expect(try arrange(write(stay("e", 10, to: 20)), in: gone.beds[0]).effects.isEmpty)
    }

    @Test("the newer claim wins and the conflict names both encounters, the bed, the times and the winner")
    func newerWins() throws {
        let conflict = BedConflict.twoParties(bed: b, winner: f, since: 20, loser: e, from: 10)
        let first = try arrange(write(stay("e", 10)), in: bed())
        let second = try arrange(write(stay("f", 20)), in: first.beds[0])
        #expect(
            second.effects == [
                .release(bed: b, encounter: e), .endStay(bed: b, encounter: e, start: 10, end: 20),
                .claim(bed: b, encounter: f), .openConflict(conflict),
            ])
    }

    @Test("a claim that arrives late and is older loses: its stay ends where the newer one began")
    func olderLoses() throws {
        let first = try arrange(write(stay("f", 20)), in: bed())
        let second = try arrange(write(stay("e", 10)), in: first.beds[0])
        let conflict = BedConflict.twoParties(bed: b, winner: f, since: 20, loser: e, from: 10)
        let ended = Effect.endStay(bed: b, encounter: e, start: 10, end: 20)
        #expect(second.effects == [ended, .openConflict(conflict)])
        #expect(second.beds[0].claims.map(\.encounter) == [f])
        // Each later message of the loser writes its entries anew, so its end is said anew; the conflict is not.
        #expect(try arrange(write(stay("e", 10)), in: second.beds[0]).effects == [ended])
        // Its own end counts from then on, and overlaps.
        let over = try arrange(write(stay("e", 10, to: 30)), in: second.beds[0])
        let overlap = BedOverlap(bed: b, earlier: e, later: f, since: 20)
        #expect(over.effects == [.settleConflict(conflict), .reportOverlap(overlap)])
    }

    @Test("a late transfer that frees the bed in time settles the conflict")
    func settled() throws {
        let both = try arrange(write(stay("f", 20)), in: try arrange(write(stay("e", 10)), in: bed()).beds[0])
        let settled = try arrange(write(stay("e", 10, to: 15)), in: both.beds[0])
        let conflict = BedConflict.twoParties(bed: b, winner: f, since: 20, loser: e, from: 10)
        #expect(settled.effects == [.settleConflict(conflict)])
    }

    @Test("when the newer claim is cancelled, the earlier one holds the bed again")
    func reopened() throws {
        let both = try arrange(write(stay("f", 20)), in: try arrange(write(stay("e", 10)), in: bed()).beds[0])
        let cancelled = try arrange(EncounterStays(f, []), in: both.beds[0])
        #expect(
            cancelled.effects == [
                .release(bed: b, encounter: f), .reopenStay(bed: b, encounter: e, start: 10),
                .claim(bed: b, encounter: e),
                .settleConflict(.twoParties(bed: b, winner: f, since: 20, loser: e, from: 10)),
            ])
    }

    @Test("claims of one time are decided alike in either order")
    func tie() throws {
        for order in [["e", "f"], ["f", "e"]] {
            let first = try arrange(write(stay(order[0], 10)), in: bed())
            let second = try arrange(write(stay(order[1], 10)), in: first.beds[0])
            #expect(second.beds[0].claims.map(\.encounter) == [f])
        }
    }

    @Test("a swap is two moves at once, under either policy, and no conflict", arguments: OccupancyPolicy.allCases)
    func swap(policy: OccupancyPolicy) throws {
        let left = bed("b", .occupied, stay("e", in: "b", 10))
        let right = bed("c", .occupied, stay("f", in: "c", 10))
        let swapped = try arrange(
            write(stay("e", in: "b", 10, to: 20), stay("e", in: "c", 20)),
            write(stay("f", in: "c", 10, to: 20), stay("f", in: "b", 20)), in: left, right, by: policy)
        let c = LocationID("c")
        #expect(
            swapped.effects == [
                .release(bed: b, encounter: e), .release(bed: c, encounter: f), .claim(bed: b, encounter: f),
                .claim(bed: c, encounter: e),
            ])
    }

    @Test("a newborn lies beside the mother, whichever comes first", arguments: OccupancyPolicy.allCases)
    func newborn(policy: OccupancyPolicy) throws {
        let mother = write(stay("m", 10))
        let child = write(stay("c", 12, partOf: "m"))
        for order in [[mother, child], [child, mother]] {
            let first = try arrange(order[0], in: bed(), by: policy)
            let second = try arrange(order[1], in: first.beds[0], by: policy)
            #expect(second.beds[0].claims.count == 2)
        }
    }

    @Test("wards, rooms and shared beds hold any number")
    func anyNumber() throws {
        for place in [bed(type: .ward), bed(type: .room), bed(type: .corridor), bed(isShared: true)] {
            #expect(try arrange(write(stay("e", 10)), write(stay("f", 20)), in: place, by: .refuse).effects.isEmpty)
        }
    }

    @Test("a feed that fills a bed nobody should lie in opens a conflict, one that is being cleaned does not")
    func unready() throws {
        func conflicts(_ place: Occupancy) throws -> [BedConflict] {
            try arrange(write(stay("e", 10)), in: place).effects.compactMap { effect in
                guard case .openConflict(let conflict) = effect else { return nil }
                return conflict
            }
        }
        #expect(try conflicts(bed("b", .closed)) == [.statusContradicts(bed: b, .closed, occupant: e)])
        #expect(try conflicts(bed("b", .contaminated)) == [.statusContradicts(bed: b, .contaminated, occupant: e)])
        #expect(try conflicts(bed(location: .inactive)) == [.notInService(bed: b, .inactive, occupant: e)])
        #expect(try conflicts(bed("b", .housekeeping, reported: 5)).isEmpty)
        #expect(
            try conflicts(bed("b", .housekeeping, reported: 15))
                == [.statusContradicts(bed: b, .housekeeping, occupant: e)])
    }

    @Test("the beds that somebody has left are named, also where nothing changes about them, and no others")
    func released() throws {
        let admitted = try arrange(write(stay("e", 10)), in: bed())
        #expect(admitted.released.isEmpty)
        let taken = try arrange(write(stay("f", 20)), in: admitted.beds[0])
        #expect(taken.released.isEmpty)
        #expect(try arrange(write(stay("e", 10, to: 20)), in: admitted.beds[0]).released == [b])
        let over = try arrange(write(stay("e", 10, to: 20)), in: bed())
        #expect(over.effects.isEmpty)
        #expect(over.released == [b])
    }

    @Test("a stay that is known only when it is over still leaves the bed to be cleaned")
    func retrospect() throws {
        let over = write(stay("e", 10, to: 20))
        let cleaned = Effect.setOperationalStatus(bed: b, .housekeeping)
        #expect(try arrange(over, in: bed(after: .housekeeping)).effects == [cleaned])
        #expect(try arrange(over, in: bed(after: .housekeeping, reported: 25)).effects.isEmpty)
        #expect(try arrange(over, in: bed("b", .closed, after: .housekeeping)).effects.isEmpty)
    }

    @Test("a bed that a cancelled admission filled is left like any other, also if the cancel comes first")
    func vacated() throws {
        let cancelled = EncounterStays(e, [], vacated: [b: 20])
        let cleaned = Effect.setOperationalStatus(bed: b, .housekeeping)
        let admitted = try arrange(write(stay("e", 10)), in: bed(after: .housekeeping))
        #expect(try arrange(cancelled, in: admitted.beds[0]).effects == [.release(bed: b, encounter: e), cleaned])
        #expect(try arrange(cancelled, in: bed(after: .housekeeping)).effects == [cleaned])
        #expect(try arrange(cancelled, in: bed(after: .housekeeping, reported: 25)).effects.isEmpty)
        let journey = Journey([movement(.admit, at: 2, "b"), movement(.cancelAdmit, at: 2, recorded: 4)])
        #expect(journey.vacated == [b: 4 * minute])
    }
}
