import Server
import Testing

@Suite("What housekeeping says of beds")
struct BedStatusTests {
    private func feed() async throws -> Feed { Feed(try await House.client) }

    @Test("a report of an empty bed sets its status, and an older one that comes later changes nothing")
    func order() async throws {
        let feed = try await feed()
        #expect(try await feed.send(feed.bedStatus("K", of: "B1", at: 60)).code == "AA")
        #expect(try await feed.send(feed.bedStatus("U", of: "B1", at: 90)).code == "AA")
        #expect(try await feed.bed("B1")["operationalStatus.code"] == "U")
        #expect(try await feed.send(feed.bedStatus("H", of: "B1", at: 70)).code == "AA")
        #expect(try await feed.bed("B1")["operationalStatus.code"] == "U")
    }

    @Test("a report from before the patient came is history: no conflict, and the bed stays occupied")
    func history() async throws {
        let feed = try await feed()
        let visit = unique("V")
        _ = try await feed.send(feed.adt("A01", at: 60, mrn: unique("P"), visit: visit, bed: "B1"))
        let answer = try await feed.send(feed.bedStatus("U", of: "B1", at: 30))
        #expect(answer.code == "AA")
        #expect(answer.errors.isEmpty, "\(answer)")
        #expect(try await feed.bed("B1")["operationalStatus.code"] == "O")
        #expect(try await feed.occupants("B1") == [visit])
    }

    @Test("a report that contradicts a known occupant keeps the occupant and opens a conflict")
    func contradiction() async throws {
        let feed = try await feed()
        let visit = unique("V")
        _ = try await feed.send(feed.adt("A01", at: 60, mrn: unique("P"), visit: visit, bed: "B1"))
        let answer = try await feed.send(feed.bedStatus("U", of: "B1", at: 90))
        #expect(answer.code == "AA")
        #expect(answer.errors.count == 1, "\(answer)")
        #expect(try await feed.bed("B1")["operationalStatus.code"] == "O")
        #expect(try await feed.occupants("B1") == [visit])
    }

    @Test("a bed that was reported on since keeps that status when a stay from before becomes known")
    func retrospect() async throws {
        let feed = try await feed()
        let (mrn, visit) = (unique("P"), unique("V"))
        #expect(try await feed.send(feed.bedStatus("H", of: "B1", at: 120)).code == "AA")
        _ = try await feed.send(feed.adt("A03", at: 90, mrn: mrn, visit: visit, bed: "B1"))
        _ = try await feed.send(feed.adt("A01", at: 60, mrn: mrn, visit: visit, bed: "B1"))
        #expect(try await feed.bed("B1")["operationalStatus.code"] == "H")
        #expect(try await feed.occupants("B1").isEmpty)
    }
}
