import Domain
import Testing

@Suite("Claims that can be refused")
struct RefusedClaimTests {
    private let b = LocationID("b")
    private let e = EncounterID("e")
    private let f = EncounterID("f")

    @Test("over FHIR a bed that another patient claims, or that is not ready, is refused")
    func refused() throws {
        let taken = bed("b", .occupied, stay("e", 10))
        let new = write(stay("f", 20, isFeed: false))
        #expect(throws: Refusal.self) { try arrange(new, in: taken, by: .refuse) }
        for status in [BedStatus.closed, .contaminated, .housekeeping, .occupied] {
            #expect(throws: Refusal.self) { try arrange(new, in: bed("b", status), by: .refuse) }
        }
        #expect(throws: Refusal.self) { try arrange(new, in: bed(location: .suspended), by: .refuse) }
        let kept = try arrange(write(stay("e", 10)), in: bed("b", .closed, stay("e", 10)), by: .refuse)
        #expect(kept.effects.isEmpty)
    }

    @Test("a resource that tells of the past moves nobody out, and past stays do not move out its patient")
    func past() throws {
        let held = bed("b", .occupied, stay("e", 10))
        let told = try arrange(write(stay("f", 15, to: 25, isFeed: false)), in: held, by: .refuse)
        #expect(told.beds[0].claims.map(\.encounter) == [e])
        #expect(told.effects == [.reportOverlap(BedOverlap(bed: b, earlier: e, later: f, since: 15))])
        let left = bed("b", .unoccupied, stay("g", 20, to: 25))
        let claimed = try arrange(write(stay("f", 15, isFeed: false)), in: left, by: .refuse)
        #expect(claimed.beds[0].claims.map(\.encounter) == [f])
        let later = try arrange(write(stay("x", 5, to: 6)), in: claimed.beds[0])
        #expect(later.beds[0].claims.map(\.encounter) == [f])
    }

    @Test("what a person's claim has ended stays ended when that patient leaves")
    func sticky() throws {
        let person = try arrange(write(stay("f", 20, isFeed: false)), in: bed(), by: .refuse)
        let late = try arrange(write(stay("e", 10)), in: person.beds[0])
        #expect(late.beds[0].claims.map(\.encounter) == [f])
        let left = try arrange(write(stay("f", 20, to: 30, isFeed: false)), in: late.beds[0], by: .refuse)
        #expect(left.beds[0].claims.isEmpty)
        #expect(try arrange(write(stay("e", 10)), in: left.beds[0]).beds[0].claims.isEmpty)
    }

    @Test("a feed whose claims are refused moves nobody out by telling of the past")
    func refusedFeed() throws {
        let held = bed("b", .occupied, stay("e", 10))
        let told = try arrange(write(stay("f", 15, to: 25)), in: held, by: .refuse)
        #expect(told.beds[0].claims.map(\.encounter) == [e])
        #expect(throws: Refusal.self) { try arrange(write(stay("f", 15)), in: held, by: .refuse) }
    }
}
