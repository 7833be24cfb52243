import FHIR
import Postgres
import Testing

@testable import Store

@Suite("Links to the pages of a search", .serialized)
struct PageTests {
    private func filled(_ count: Int = 9, _ body: (Record) async throws -> Void) async throws {
        try await Record.with { record in
            for number in 0..<count { try await record.put(#"{"resourceType":"Patient","id":"p\#(number)"}"#, number) }
            try await body(record)
        }
    }

    private func lists(_ record: Record) async throws -> [Int64] {
        let rows = try await record.sql(
            "select (select count(*) from page_list), (select count(*) from page_chunk)")
        return try rows.first.map { [try $0.int8(0), try $0.int8(1)] } ?? []
    }

    @Test("a first page writes nothing, whether there is a second or not; the second makes one list for all")
    func lists() async throws {
        try await filled { record in
            let whole = try await record.store.search(.asked("", .patient, count: 9))
            #expect(whole.next == nil && whole.total == 9)
            var request = try SearchRequest.asked("", .patient, count: 4)
            let first = try await record.store.search(request)
            #expect(first.total == nil && first.previous == nil)
            #expect(try await lists(record) == [0, 0])
            request.page = first.next
            let second = try await record.store.search(request)
            #expect(second.matches.map(\.id) == ["p4", "p5", "p6", "p7"])
            #expect(second.total == 9)
            // The same link again, and those behind it.
            #expect(try await record.store.search(request).matches.map(\.id) == ["p4", "p5", "p6", "p7"])
            request.page = second.next
            let third = try await record.store.search(request)
            #expect(third.matches.map(\.id) == ["p8"] && third.next == nil)
            request.page = third.previous
            #expect(try await record.store.search(request).matches.map(\.id) == ["p4", "p5", "p6", "p7"])
            request.page = third.first
            #expect(try await record.store.search(request).matches.map(\.id) == ["p0", "p1", "p2", "p3"])
            #expect(try await lists(record) == [1, 1])
        }
    }

    @Test("many who follow one link at once make one list")
    func together() async throws {
        try await filled { record in
            var request = try SearchRequest.asked("_sort=-_id", .patient, count: 2)
            request.page = try await record.store.search(request).next
            let asked = request
            try await record.put(#"{"resourceType":"Patient","id":"p3"}"#, 99)
            try await withThrowingTaskGroup(of: [String].self) { group in
                for _ in 0..<6 {
                    group.addTask { try await record.store.search(asked).matches.map(\.name) }
                }
                for try await names in group { #expect(names == ["Patient/p6/1", "Patient/p5/1"]) }
            }
            #expect(try await lists(record) == [1, 1])
        }
    }

    @Test("a list that is lost is made again as it was")
    func lost() async throws {
        try await filled { record in
            var request = try SearchRequest.asked("_sort=-_lastUpdated", .patient, count: 3)
            request.page = try await record.store.search(request).next
            let names = try await record.store.search(request).matches.map(\.name)
            for number in 0..<9 { try await record.put(#"{"resourceType":"Patient","id":"p\#(number)"}"#, 50) }
            for table in ["page_list", "page_chunk"] { _ = try await record.sql("delete from \(table)") }
            #expect(try await record.store.search(request).matches.map(\.name) == names)
        }
    }

    @Test("what was purged is left out, and nothing else")
    func purged() async throws {
        try await filled { record in
            var request = try SearchRequest.asked("", .patient, count: 2)
            let first = try await record.store.search(request)
            request.page = first.next
            _ = try await record.store.search(request)
            _ = try await record.sql("delete from resource where id in ('p5', 'p6')")
            let rest = try await record.walk(request)
            #expect(rest.map(\.id) == ["p2", "p3", "p4", "p7", "p8"])
        }
    }

    @Test("links are refused when they were changed or belong to another search, and after their time")
    func links() async throws {
        try await filled { record in
            var request = try SearchRequest.asked("active:missing=true", .patient, count: 2)
            let next = try #require(try await record.store.search(request).next)
            for index in next.indices {
                var changed = next
                changed.replaceSubrange(index...index, with: next[index] == "A" ? "B" : "A")
                request.page = changed
                let asked = request
                await #expect(throws: PageRefusal.forged) { try await record.refusal(asked) }
            }
            // A history's link is none of a search.
            request.page = try await record.page(.type(.patient), count: 1).next
            let history = request
            await #expect(throws: PageRefusal.forged) { try await record.refusal(history) }
            for query in [
                "active:missing=false", "active:missing=true&_sort=_id",
                "active:missing=true&_asOf=2020-01-01T00:00:00Z",
            ] {
                var other = try SearchRequest.asked(query, .patient, count: 2)
                other.page = next
                let asked = other
                await #expect(throws: PageRefusal.foreign) { try await record.refusal(asked) }
            }
            request.page = next
            let asked = request
            // After a restart, and almost an hour later.
            let late = try await record.another { now() + 3_590_000_000 }
            #expect(try await late.search(asked).matches.map(\.id) == ["p2", "p3"])
            await late.close()
            let later = try await record.another { now() + 3_610_000_000 }
            await #expect(throws: PageRefusal.expired) {
                do { _ = try await later.search(asked) } catch StoreError.page(let refusal) { throw refusal }
            }
            await later.close()
        }
    }

    @Test("lists that nobody can walk on through are removed, the others stay")
    func expiry() async throws {
        try await filled { record in
            var request = try SearchRequest.asked("", .patient, count: 2)
            request.page = try await record.store.search(request).next
            let second = try await record.store.search(request)
            try await record.store.removeExpiredPages()
            #expect(try await lists(record) == [1, 1])
            // Who walks on keeps the list.
            request.page = second.next
            let asked = request
            let late = try await record.another { now() + 3_000_000_000 }
            _ = try await late.search(asked)
            await late.close()
            let later = try await record.another { now() + 3_700_000_000 }
            try await later.removeExpiredPages()
            #expect(try await lists(record) == [1, 1])
            await later.close()
            let last = try await record.another { now() + 7_000_000_000 }
            try await last.removeExpiredPages()
            #expect(try await lists(record) == [0, 0])
            await last.close()
        }
    }

    @Test("a list of many thousands is walked without loss, by slices of single rows")
    func long() async throws {
        try await Record.with { record in
            let drafts = try (0..<3200).map {
                try Record.draft(#"{"resourceType":"Basic","id":"b\#($0)","code":{"text":"x"}}"#)
            }
            _ = try await record.store.write(drafts, origin: Record.origin)
            for count in [1000, 333] {
                let found = try await record.walk(.asked("", .basic, count: count))
                #expect(found.count == 3200)
                #expect(Set(found.map(\.id)).count == 3200)
            }
            #expect(try await lists(record) == [2, 8])
        }
    }

    @Test("includes are those of then, on every page")
    func includes() async throws {
        try await Record.with { record in
            for number in 0..<4 {
                try await record.put(#"{"resourceType":"Patient","id":"p\#(number)"}"#, number)
            }
            func observe(_ id: String, _ patient: String) async throws {
                try await record.put(
                    #"{"resourceType":"Observation","id":"\#(id)","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/\#(patient)"}}"#
                )
            }
            for number in 0..<4 { try await observe("o\(number)", "p\(number)") }
            var forward = try SearchRequest.asked("_include=Observation:subject", .observation, count: 2)
            var reverse = try SearchRequest.asked("_revinclude=Observation:subject", .patient, count: 2)
            let (one, other) = (try await record.store.search(forward), try await record.store.search(reverse))
            #expect(one.included.map(\.name) == ["Patient/p0/1", "Patient/p1/1"])
            #expect(other.included.map(\.name) == ["Observation/o0/1", "Observation/o1/1"])
            // One patient changes, one is deleted; one observation moves away, one comes, one is deleted.
            try await record.put(#"{"resourceType":"Patient","id":"p2"}"#, 77)
            _ = try await record.delete(.patient, "p3")
            try await observe("o2", "p0")
            try await observe("o9", "p3")
            _ = try await record.delete(.observation, "o3")
            forward.page = one.next
            let later = try await record.store.search(forward)
            #expect(later.matches.map(\.name) == ["Observation/o2/1", "Observation/o3/1"])
            #expect(later.included.map(\.name) == ["Patient/p2/1", "Patient/p3/1"])
            reverse.page = other.next
            let back = try await record.store.search(reverse)
            #expect(back.matches.map(\.name) == ["Patient/p2/1", "Patient/p3/1"])
            #expect(Set(back.included.map(\.name)) == ["Observation/o2/1", "Observation/o3/1"])
        }
    }

    @Test("what has changed since a snapshot is found by the index, however much there is")
    func plan() async throws {
        try await Record.with { record in
            _ = try await record.sql(
                """
                insert into resource (key, type, id, version, method, updated, content)
                    select 1000000 + n, 1 + n % 20, n::text, 1, 1, now() - n * interval '1 second', '{}'
                    from generate_series(1, 20000) n
                """)
            _ = try await record.sql("analyze resource")
            let rows = try await record.sql("select pg_current_snapshot()::text")
            let snapshot = try #require(try rows.first?.text(0))
            for number in 0..<5 { try await record.put(#"{"resourceType":"Patient","id":"p\#(number)"}"#) }
            var binder = Binder()
            let terms = Moment(snapshot: snapshot).terms(&binder)
            let sql = terms.changed(types: binder.bind(.int2Array(ResourceType.all.map(\.code)), .int2Array))
            let (query, count) = (binder.query("explain \(sql)"), binder.query(sql))
            try await record.store.pool.withConnection { connection in
                let plan = try await connection.query(query).map { try $0.text(0) }.joined(separator: "\n")
                #expect(plan.contains("resource_txn"), "\(plan)")
                #expect(try await connection.query(count).count == 5)
            }
        }
    }

    @Test("more changes than are brought back are refused, and said")
    func limits() async throws {
        try await filled { record in
            var configuration = StoreConfiguration(
                application: ConnectionConfiguration(record.database.application), clock: now)
            configuration.writeConnections = 1
            configuration.pastLimit = 3
            let store = try await Store.open(configuration)
            var request = try SearchRequest.asked("_sort=-_id", .patient, count: 2)
            request.page = try await store.search(request).next
            for number in 0..<4 { try await record.put(#"{"resourceType":"Patient","id":"p\#(number)"}"#, 50) }
            let asked = request
            await #expect(throws: PageRefusal.outrun(limit: 3)) {
                do { _ = try await store.search(asked) } catch StoreError.page(let refusal) { throw refusal }
            }
            await store.close()
        }
    }
}

extension Record {
    /// Why a link is refused, thrown.
    func refusal(_ request: SearchRequest) async throws {
        do {
            _ = try await store.search(request)
        } catch .page(let refusal) {
            throw refusal
        }
    }
}
