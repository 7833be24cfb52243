import Domain
import Testing

@Suite("Locations")
struct LocationTests {
    private func location(_ id: String, partOf parent: String?) -> DomainCommand {
        .recordLocation(Location(id: LocationID(id), partOf: parent.map { LocationID($0) }))
    }

    @Test("a location that is part of itself is refused without a look at the record")
    func itself() {
        #expect(location("a", partOf: "a").need() == .nothing)
        #expect(location("a", partOf: "a").decide().refusal?.code == .partOfItself)
        #expect(location("a", partOf: "a").decide().refusal?.element?.description == "partOf")
    }

    @Test("a location that would close a circle through others is refused")
    func circle() {
        let command = location("building", partOf: "bed")
        #expect(command.need() == .locationAncestors(of: LocationID("bed")))
        let ancestors = ["bed", "room", "building"].map { LocationID($0) }
        let refusal = command.decide(in: DomainState(locationAncestors: ancestors)).refusal
        #expect(refusal?.code == .partOfItself)
        #expect(refusal?.reason.contains("bed, room") == true)
        #expect(command.decide(in: DomainState(locationAncestors: Array(ancestors.prefix(2)))) == .accepted)
    }

    @Test("what nobody can refer to yet, and what is part of nothing, needs no look")
    func needs() {
        #expect(location("a", partOf: nil).need() == .nothing)
        #expect(location("a", partOf: "b").need(isNew: true) == .nothing)
        #expect(location("a", partOf: nil).decide() == .accepted)
    }
}
