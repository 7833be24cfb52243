import Server
import TestSupport
import Testing

@Suite("A record of an earlier version")
struct UpgradeTests {
    @Test("search rows that the new schema wants are made when the server starts: a feed finds who is there")
    func identities() async throws {
        let database = try await TestCluster.shared.database()
        let facility = unique("FAC").uppercased()
        let (mrn, visit) = (unique("P"), unique("V"))
        try await House.with(database: database) { house in
            let feed = Feed(house.client, facility: facility)
            let answer = try await feed.send(feed.adt("A01", at: 60, mrn: mrn, visit: visit, bed: "B1"))
            #expect(answer.code == "AA", "\(answer)")
        }
        // As the migration leaves it.
        #expect(try await database.sql("delete from search_identity").affected > 0)
        _ = try await database.sql("insert into setting (name, value) values ('reindex', 'search_identity')")
        try await House.with(database: database) { house in
            let feed = Feed(house.client, facility: facility)
            let answer = try await feed.send(feed.adt("A02", at: 90, mrn: mrn, visit: visit, bed: "B2", prior: "B1"))
            #expect(answer.code == "AA", "\(answer)")
            #expect(try await house.client.get("Patient?_summary=count")["total"] == "1")
            #expect(try await feed.occupants("B2") == [visit])
            try await house.maintenance().rebuild(checkOnly: true)
        }
        #expect(try await database.sql("select from setting where name = 'reindex'").isEmpty)
    }
}
