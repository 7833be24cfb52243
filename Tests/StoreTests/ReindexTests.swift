import FHIR
import Postgres
import Testing

@testable import Store

@Suite("Making derived rows again", .serialized)
struct ReindexTests {
    private func fill(_ record: Record) async throws {
        for number in 0..<5 {
            try await record.put(
                #"{"resourceType":"Patient","id":"p\#(number)","identifier":[{"system":"s","value":"\#(number)"}],"#
                    + #""name":[{"family":"Muster\#(number)"}],"birthDate":"1970-01-0\#(number + 1)"}"#)
            try await record.put(
                #"{"resourceType":"Observation","id":"o\#(number)","status":"final","code":{"coding":[{"code":"c"}]},"#
                    + #""subject":{"reference":"Patient/p\#(number)"},"valueQuantity":{"value":\#(number).50,"unit":"g"}}"#
            )
        }
    }

    @Test("a record that nobody touched is found right")
    func clean() async throws {
        try await Record.with { record in
            try await fill(record)
            try await record.put(#"{"resourceType":"Patient","id":"p1","name":[{"family":"Anders"}]}"#)
            let report = try await Reindex(record.store).run(checkOnly: true)
            #expect(report.scanned == 10)
            #expect(report.right == 10)
            #expect(report.isClean)
        }
    }

    @Test(
        "a row that was changed, removed or added behind the server's back is found and mended",
        arguments: [
            "update search set terms = terms || 42::int8 where key = $key",
            "update search set terms = terms[2:] where key = $key",
            "delete from search where key = $key",
            "update search set self = self + 1 where key = $key",
            "update search set refs = refs + 1 where key = $key",
            "update search_identity set term = 42 where key = $key",
            "delete from search_identity where key = $key",
            "update search_string set value = 'zz' where key = $key",
            "update search_string set exact = exact + 1 where key = $key",
            "update search_string set context = '{1}' where key = $key",
            "delete from search_string where key = $key",
            "insert into search_string (key, param, value) select key, param, value from search_string where key = $key",
            "update search_date set high = high + 1 where key = $key",
            "delete from search_date where key = $key",
            "insert into search_number (key, param, low, high) values ($key, 1, 0, 1)",
            "update resource set strings = 1 where key = $key",
            "update resource set identities = null where key = $key",
        ])
    func tampered(change: String) async throws {
        try await Record.with { record in
            try await fill(record)
            let key = "(select key from resource where id = 'p3' and method <> 2)"
            #expect(try await record.sql(change.replacing("$key", with: key)).affected > 0)
            for _ in 0..<2 {
                let found = try await Reindex(record.store).run(checkOnly: true)
                #expect(found.wrong == 1)
                #expect(found.right == 9)
                #expect(found.examples == ["Patient/p3"])
                #expect(!found.isClean)
            }
            let mended = try await Reindex(record.store).run(checkOnly: false)
            #expect(mended.wrong == 1)
            #expect(try await Reindex(record.store).run(checkOnly: true).isClean)
        }
    }

    @Test("a number that was changed behind the server's back is found and mended")
    func tamperedNumber() async throws {
        try await Record.with { record in
            try await fill(record)
            let key = "(select key from resource where id = 'o2')"
            #expect(try await record.sql("update search_number set low = low - 1 where key = \(key)").affected > 0)
            #expect(try await Reindex(record.store).run(checkOnly: true).examples == ["Observation/o2"])
            _ = try await Reindex(record.store).run(checkOnly: false)
            #expect(try await Reindex(record.store).run(checkOnly: true).isClean)
        }
    }

    @Test("rows without a resource, or of a deleted one, are counted and removed")
    func orphans() async throws {
        try await Record.with { record in
            try await fill(record)
            _ = try await record.sql("insert into search_string (key, param, value) values (999999999, 1, 'x')")
            _ = try await record.sql(
                "insert into search (key, self, type, refs, terms) values (999999999, 1, 1, 0, '{1}')")
            #expect(try await Reindex(record.store).run(checkOnly: true).orphans == 2)
            #expect(try await Reindex(record.store).run(checkOnly: false).orphans == 2)
            #expect(try await Reindex(record.store).run(checkOnly: true).isClean)
        }
    }

    @Test("an update writes the strings and identifiers that differ and keeps the others")
    func updated() async throws {
        try await Record.with { record in
            let patient = { (family: String, value: String) in
                #"{"resourceType":"Patient","id":"u1","identifier":[{"system":"urn:a","value":"1"},{"system":"urn:b","value":"\#(value)"}],"#
                    + #""name":[{"family":"\#(family)","given":["Anna","Maria"]}],"address":[{"city":"Oslo"}]}"#
            }
            let rows = "select s.ctid::text, s.value from search_string s join resource r using (key) where r.id = 'u1'"
            try await record.put(patient("Berg", "2"))
            let before = Set(try await record.sql(rows).map { "\(try $0.text(0)) \(try $0.text(1))" })
            try await record.put(patient("Dahl", "3"))
            let after = Set(try await record.sql(rows).map { "\(try $0.text(0)) \(try $0.text(1))" })
            #expect(before.count == after.count)
            #expect(before.subtracting(after).allSatisfy { $0.hasSuffix(" berg") })
            #expect(after.subtracting(before).allSatisfy { $0.hasSuffix(" dahl") })
            #expect(!after.isDisjoint(with: before))
            let count = try await record.sql("select count(*) from search_identity")
            #expect(try count.first?.int8(0) == 2)
            #expect(try await Reindex(record.store).run(checkOnly: true).isClean)
        }
    }

    @Test("what an update leaves as it is is not looked at; what is not known of a record of before is written anew")
    func sums() async throws {
        try await Record.with { record in
            let patient = { (birth: String, value: String) in
                #"{"resourceType":"Patient","id":"s1","identifier":[{"system":"urn:a","value":"\#(value)"}],"#
                    + #""name":[{"family":"Berg"}],"birthDate":"\#(birth)"}"#
            }
            let rows = {
                try await record.sql(
                    """
                    select 'i' || ctid::text || term from search_identity union all
                    select 's' || ctid::text || value from search_string union all
                    select 'd' || ctid::text || low from search_date
                    """
                ).map { try $0.text(0) }
            }
            try await record.put(patient("1970-01-01", "1"))
            let before = try await rows()
            try await record.put(patient("1971-01-01", "1"))
            let changed = Set(try await rows()).symmetricDifference(before)
            #expect(changed.count == 2)
            #expect(changed.allSatisfy { $0.hasPrefix("d") })
            _ = try await record.sql(
                "update resource set identities = null, strings = null, dates = null, numbers = null")
            try await record.put(patient("1972-01-01", "2"))
            #expect(try await rows().count == before.count)
            #expect(try await Reindex(record.store).run(checkOnly: true).isClean)
            let delete = WriteDraft(type: .patient, id: "s1", method: .delete, content: nil, interaction: .delete)
            _ = try await record.store.write([delete], origin: Record.origin)
            #expect(try await rows().isEmpty)
            try await record.put(patient("1972-01-01", "2"))
            #expect(try await rows().count == before.count)
            #expect(try await Reindex(record.store).run(checkOnly: true).isClean)
        }
    }

    @Test("two servers that make the rows at once make them once")
    func simultaneous() async throws {
        try await Record.with { record in
            try await fill(record)
            for table in ["search", "search_identity", "search_string"] {
                _ = try await record.sql("delete from \(table)")
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<4 { group.addTask { _ = try await Reindex(record.store).run(checkOnly: false) } }
                try await group.waitForAll()
            }
            #expect(try await Reindex(record.store).run(checkOnly: true).isClean)
        }
    }

    /// With little memory, where PostgreSQL first gives up hashing: what is written together costs what its rows cost and
    /// not their square, which would take longer than a statement may.
    @Test("an update of many resources together ends in time")
    func manyUpdates() async throws {
        try await Record.with(settings: ["work_mem": "64kB", "statement_timeout": "10000"]) { record in
            for family in ["Berg", "Dahl"] {
                let drafts = try (0..<1500).map { number in
                    try Record.draft(
                        #"{"resourceType":"Patient","id":"m\#(number)","name":[{"family":"\#(family)","given":["#
                            + (0..<10).map { #""g\#(number)x\#($0)""# }.joined(separator: ",") + "]}]}")
                }
                let results = try await record.store.write(drafts, origin: Record.origin)
                #expect(results.count == 1500)
            }
            #expect(try await Reindex(record.store).run(checkOnly: true).isClean)
        }
    }

    @Test("a deleted resource leaves no row behind")
    func deleted() async throws {
        try await Record.with { record in
            try await fill(record)
            let delete = WriteDraft(type: .patient, id: "p2", method: .delete, content: nil, interaction: .delete)
            #expect(try await record.store.write([delete], origin: Record.origin)[0].outcome == .deleted)
            let report = try await Reindex(record.store).run(checkOnly: true)
            #expect(report.scanned == 9)
            #expect(report.isClean)
        }
    }
}
