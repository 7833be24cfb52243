import FHIR
import Postgres
import TestSupport
import Testing

@testable import Store

@Suite("Histories", .serialized)
struct HistoryTests {
    @Test("the history of a type and of the system is newest first, deletions and creations told")
    func levels() async throws {
        try await Record.with { record in
            try await record.put(#"{"resourceType":"Patient","id":"a"}"#)
            try await record.put(#"{"resourceType":"Basic","id":"b","code":{"text":"x"}}"#)
            try await record.put(#"{"resourceType":"Patient","id":"a","active":true}"#)
            try await record.delete(.patient, "a")
            try await record.put(#"{"resourceType":"Patient","id":"a","active":false}"#)
            let patients = try await record.page(.type(.patient))
            #expect(patients.names == ["Patient/a/4", "Patient/a/3", "Patient/a/2", "Patient/a/1"])
            #expect(patients.entries.map(\.isCreation) == [true, false, false, true])
            #expect(patients.entries.map(\.version.method) == [.update, .delete, .update, .update])
            #expect(patients.entries.map { $0.version.content == nil } == [false, true, false, false])
            #expect(patients.total == 4)
            let system = try await record.page(.system)
            #expect(
                system.names == ["Patient/a/4", "Patient/a/3", "Patient/a/2", "Basic/b/1", "Patient/a/1"])
            let instance = try await record.page(.instance(.patient, id: "a"))
            #expect(instance.names == patients.names)
            #expect(instance.entries.map(\.isCreation) == patients.entries.map(\.isCreation))
            #expect(try await record.store.history(HistoryRequest(.instance(.patient, id: "none"), count: 5)) == nil)
            #expect(try await record.page(.type(.encounter)).total == 0)
            for (scope, count) in [
                (HistoryScope.system, 5), (.type(.patient), 4), (.type(.encounter), 0),
                (.instance(.patient, id: "a"), 4),
            ] {
                #expect(try await record.store.historyCount(HistoryRequest(scope, count: 1)) == count)
            }
            #expect(try await record.store.historyCount(HistoryRequest(.instance(.basic, id: "a"), count: 1)) == nil)
        }
    }

    @Test("next and previous walk the same pages of every level, and first leads back to the first")
    func bothWays() async throws {
        try await Record.with { record in
            for number in 0..<23 { try await record.put(#"{"resourceType":"Patient","id":"p\#(number % 5)"}"#, number) }
            for scope in [HistoryScope.system, .type(.patient), .instance(.patient, id: "p0")] {
                var pages: [HistoryPage] = [try await record.page(scope, count: 2)]
                while let next = pages.last?.next, pages.count < 30 {
                    pages.append(try await record.page(scope, count: 2, page: next))
                }
                #expect(pages[0].previous == nil && pages[0].first == nil)
                var back = pages.last
                for page in pages.reversed() {
                    #expect(back?.names == page.names)
                    if let previous = back?.previous {
                        back = try await record.page(scope, count: 2, page: previous)
                    } else {
                        back = nil
                    }
                }
                #expect(back == nil)
                let first = try #require(pages.last?.first)
                #expect(try await record.page(scope, count: 2, page: first).names == pages[0].names)
                let whole = try await record.page(scope, count: 100)
                #expect(pages.flatMap(\.names) == whole.names)
                #expect(Set(whole.names).count == whole.names.count)
                #expect(whole.next == nil && whole.total == whole.names.count)
                #expect(pages.allSatisfy { $0.total == (scope.id == nil ? nil : whole.total) })
            }
        }
    }

    @Test("a version that commits late with an older time is shown to those who begin after it, and to no walk before")
    func late() async throws {
        try await Record.with { record in
            for number in 0..<6 { try await record.put(#"{"resourceType":"Patient","id":"p\#(number)"}"#) }
            let middle = try await record.page(.type(.patient)).entries[3].version.updated
            let first = try await record.page(.type(.patient), count: 2)
            // Another server whose clock is behind.
            let slow = try await record.another { middle + 1 }
            _ = try await slow.write(
                [Record.draft(#"{"resourceType":"Patient","id":"late"}"#)], origin: Record.origin)
            await slow.close()
            // The walk goes on without it.
            var names = first.names
            var next = first.next
            while let page = next {
                let more = try await record.page(.type(.patient), count: 2, page: page)
                names += more.names
                next = more.next
            }
            #expect(names == (0..<6).reversed().map { "Patient/p\($0)/1" })
            #expect(try await record.page(.type(.patient)).names.contains("Patient/late/1"))
        }
    }

    @Test("pages stay as they were while others write", arguments: [UInt64(1), 2, 3])
    func walking(seed: UInt64) async throws {
        try await Record.with { record in
            let log = CommitLog()
            for number in 0..<60 { try await log.put(record, "s\(number % 17)", number) }
            let scopes: [HistoryScope] = [.system, .type(.patient), .instance(.patient, id: "s3")]
            try await withThrowingTaskGroup(of: Void.self) { group in
                for writer in 0..<3 {
                    group.addTask {
                        var random = SplitMix(seed: seed &* 31 &+ UInt64(writer))
                        for number in 0..<120 {
                            let id = "s\(Int.random(in: 0..<20, using: &random))"
                            if Int.random(in: 0..<5, using: &random) == 0 {
                                try await log.delete(record, id)
                            } else {
                                try await log.put(record, id, number * 10 + writer)
                            }
                        }
                    }
                }
                for scope in scopes {
                    group.addTask {
                        var random = SplitMix(seed: seed &* 77 &+ UInt64(scopes.firstIndex(of: scope) ?? 0))
                        for _ in 0..<4 {
                            let before = await log.known
                            let count = Int.random(in: 3...25, using: &random)
                            var page = try await record.page(scope, count: count)
                            let begun = await log.begun
                            var entries = page.entries
                            while let next = page.next {
                                page = try await record.page(scope, count: count, page: next)
                                entries += page.entries
                            }
                            CommitLog.check(entries, scope, atLeast: before, atMost: begun, seed)
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test("_since and _at let in what they say, on every page", arguments: [UInt64(11), 12, 13, 14])
    func filters(seed: UInt64) async throws {
        try await Record.with { record in
            var random = SplitMix(seed: seed)
            for number in 0..<80 {
                let id = "f\(Int.random(in: 0..<9, using: &random))"
                if Int.random(in: 0..<6, using: &random) == 0 {
                    try await record.delete(.patient, id)
                } else {
                    try await record.put(#"{"resourceType":"Patient","id":"\#(id)"}"#, number)
                }
            }
            let all = try await record.page(.system, count: 1000).entries.map(\.version)
            let moments = all.map(\.updated)
            func edge() -> Int64 { (moments.randomElement(using: &random) ?? 0) + [-1, 0, 1].randomElement()! * 1000 }
            for _ in 0..<25 {
                let scope: HistoryScope = [.system, .type(.patient), .instance(.patient, id: "f1")]
                    .randomElement(using: &random)!
                let since = Bool.random(using: &random) ? edge() : nil
                let ends = [edge(), edge()].sorted()
                let at = Bool.random(using: &random) ? DateRange(lower: ends[0], upper: ends[1]) : nil
                let expected = all.filter { version in
                    let next = all.first { $0.id == version.id && $0.version == version.version + 1 }
                    return (scope.id == nil || scope.id == version.id) && version.updated >= since ?? .min
                        && version.updated < at?.upper ?? .max && next?.updated ?? .max > at?.lower ?? .min
                }.map(\.name)
                var request = HistoryRequest(scope, since: since, at: at, count: 7)
                var names: [String] = []
                repeat {
                    let page = try #require(try await record.store.history(request))
                    names += page.names
                    request.page = page.next
                } while request.page != nil
                #expect(
                    names == expected, "seed \(seed) \(scope) \(String(describing: since)) \(String(describing: at))")
                #expect(try await record.store.historyCount(request) == expected.count)
            }
        }
    }

    @Test("a version that was current when the walk began stays so for _at on its later pages")
    func currentThen() async throws {
        try await Record.with { record in
            for number in 0..<5 { try await record.put(#"{"resourceType":"Patient","id":"p\#(number)"}"#) }
            let future = DateRange(lower: now() + 3_600_000_000, upper: .max)
            var request = HistoryRequest(.type(.patient), at: future, count: 2)
            let first = try #require(try await record.store.history(request))
            for number in 0..<5 { try await record.put(#"{"resourceType":"Patient","id":"p\#(number)"}"#, 7) }
            var names = first.names
            request.page = first.next
            while request.page != nil {
                let page = try #require(try await record.store.history(request))
                names += page.names
                request.page = page.next
            }
            #expect(names == (0..<5).reversed().map { "Patient/p\($0)/1" })
        }
    }

    @Test("links are refused when they were changed, belong to another query or to a record of before")
    func links() async throws {
        try await Record.with { record in
            for number in 0..<4 { try await record.put(#"{"resourceType":"Patient","id":"p"}"#, number) }
            let next = try #require(try await record.page(.type(.patient), count: 1).next)
            for index in next.indices {
                var changed = next
                changed.replaceSubrange(index...index, with: next[index] == "A" ? "B" : "A")
                await #expect(throws: PageRefusal.forged) { try await record.refusal(.type(.patient), changed) }
            }
            for text in ["", "x", "zz", next + "AAAA", String(next.dropLast(4))] {
                await #expect(throws: PageRefusal.forged) { try await record.refusal(.type(.patient), text) }
            }
            await #expect(throws: PageRefusal.foreign) { try await record.refusal(.system, next) }
            // After a restart it works.
            let other = try await record.another(clock: now)
            let request = HistoryRequest(.type(.patient), count: 1, page: next)
            #expect(try await other.history(request)?.names == ["Patient/p/3"])
            await other.close()
            _ = try await record.sql("update setting set value = 'restored' where name = 'epoch'")
            let restored = try await record.another(clock: now)
            await #expect(throws: PageRefusal.expired) {
                do { _ = try await restored.history(request) } catch StoreError.page(let refusal) { throw refusal }
            }
            await restored.close()
        }
    }

    @Test("a page of a long history is read by the index, not by sorting all versions", arguments: [false, true])
    func plan(isSystem: Bool) async throws {
        try await Record.with { record in
            try await record.put(#"{"resourceType":"Patient","id":"p"}"#)
            _ = try await record.sql(
                """
                insert into resource (key, type, id, version, method, updated, content)
                    select 1000000 + n, (select code from resource_type where name = 'Observation'), n::text, 1, 1,
                        now() - n * interval '1 second', '{}' from generate_series(1, 20000) n
                """)
            _ = try await record.sql(
                """
                insert into history (key, type, version, method, updated, ended, txn, seq, content)
                    select key, type, 0, 1, updated - interval '1 day', updated, '3', 0, '{}' from resource
                """)
            for table in ["resource", "history"] { _ = try await record.sql("analyze \(table)") }
            let request = HistoryRequest(isSystem ? .system : .type(.observation), count: 50)
            let query = HistorySQL.page(request, nil)
            let plan = try await record.store.pool.withConnection { connection in
                try await connection.query(
                    Query(
                        Statement(
                            "explain (analyze, costs off, timing off, summary off) " + query.statement.sql,
                            query.statement.parameterTypes, reuse: .once), query.parameters)
                ).map { try $0.text(0) }
            }.joined(separator: "\n")
            #expect(plan.contains("Index Scan Backward using resource_updated"), "\(plan)")
            #expect(plan.contains("Index Scan Backward using history_updated"), "\(plan)")
            #expect(!plan.contains("rows=20000"), "\(plan)")
        }
    }
}
