import FHIR
import Postgres
import TestSupport
import Testing

@testable import Store

@Suite("Background jobs, and the record as it was")
struct JobTests {
    private func add(_ record: Record, _ id: String, limit: Int = 10) async throws -> Bool {
        try await record.store.addJob(id: id, kind: .export, moment: now(), request: "{}", limit: limit)
    }

    @Test("simultaneous jobs do not get past the limit")
    func limit() async throws {
        try await Record.with { record in
            let accepted = try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<20 { group.addTask { try await add(record, "j\(number)", limit: 5) } }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(accepted == 5)
        }
    }

    @Test("simultaneous workers get a job each, the oldest first, and none twice")
    func taking() async throws {
        try await Record.with { record in
            for number in 0..<4 { #expect(try await add(record, "j\(number)")) }
            let taken = try await withThrowingTaskGroup(of: String?.self) { group in
                for number in 0..<8 {
                    group.addTask {
                        try await record.store.takeJob(.export, worker: "w\(number)", seconds: 60)?.id
                    }
                }
                return try await group.reduce(into: [String]()) { list, id in if let id { list.append(id) } }
            }
            #expect(taken.sorted() == ["j0", "j1", "j2", "j3"])
            #expect(try await record.store.takeJob(.interaction, worker: "w", seconds: 60) == nil)
        }
    }

    @Test("what a worker gives back is taken up again, as if it had not been")
    func givingBack() async throws {
        try await Record.with { record in
            _ = try await add(record, "j")
            let first = try await record.store.takeJob(.export, worker: "a", seconds: 60)
            #expect(first?.attempts == 1)
            try await record.store.releaseJob("j", worker: "stranger")
            #expect(try await record.store.takeJob(.export, worker: "b", seconds: 60) == nil)
            try await record.store.releaseJob("j", worker: "a")
            #expect(try await record.store.takeJob(.export, worker: "b", seconds: 0)?.attempts == 1)
            // Its worker gave no sign of life.
            #expect(try await record.store.takeJob(.export, worker: "c", seconds: 60)?.attempts == 2)
        }
    }

    @Test("a batch tells the newest versions of before an instant, whatever was written after it")
    func past() async throws {
        try await Record.with { record in
            func patient(_ id: String, _ family: String) -> String {
                #"{"resourceType":"Patient","id":"\#(id)","name":[{"family":"\#(family)"}]}"#
            }
            for id in ["a", "b", "c", "d"] { try await record.put(patient(id, "One")) }
            try await record.put(patient("b", "Two"))
            let removal = WriteDraft(type: .patient, id: "d", method: .delete, content: nil, interaction: .delete)
            let moment = try await record.store.write([removal], origin: Record.origin)[0].updated
            for family in ["Three", "Four"] { try await record.put(patient("b", family)) }
            try await record.put(patient("e", "New"))
            try await record.put(patient("d", "Back"))
            let batch = try await record.store.past(.patient, after: "", asOf: moment)
            #expect(batch.next == nil)
            #expect(batch.versions.map(\.id) == ["a", "b", "c", "d"])
            #expect(batch.versions.map(\.version) == [1, 2, 1, 2])
            #expect(batch.versions.map { $0.content == nil } == [false, false, false, true])
            #expect(String(decoding: batch.versions[1].content ?? [], as: UTF8.self).contains("Two"))
            let since = batch.versions[2].updated
            let changed = try await record.store.past(.patient, after: "", asOf: moment, since: since)
            #expect(
                changed.versions.map(\.id)
                    == ["b", "d"].filter { id in
                        batch.versions.contains { $0.id == id && $0.updated > since }
                    })
            let held = try await record.store.contents(.patient, ["d", "x"], since: .min, asOf: moment)
            #expect(held.map(\.id) == ["d"])
            #expect(held.first?.version == 1)
            #expect(try await record.store.contents(.patient, ["d"], since: moment, asOf: moment).isEmpty)
        }
    }

    @Test("batches are bounded in rows and bytes, and together are all, also where most are too new or unchanged")
    func batches() async throws {
        try await Record.with { record in
            let text = String(repeating: "x", count: 100_000)
            for start in stride(from: 0, to: 2400, by: 400) {
                let drafts = try (start..<(start + 400)).map { number in
                    // A few large ones among many small.
                    let more = number % 10 == 0 ? #","lotNumber":"\#(text)""# : ""
                    return try Record.draft(#"{"resourceType":"Device","id":"d\#(number)"\#(more)}"#)
                }
                _ = try await record.store.write(drafts, origin: Record.origin)
            }
            let moment = now()
            func all(since: Int64? = nil, asOf moment: Int64) async throws -> (ids: [String], batches: Int) {
                var ids: [String] = []
                var after: String? = ""
                var batches = 0
                while let start = after {
                    let batch = try await record.store.past(.device, after: start, asOf: moment, since: since)
                    #expect(batch.versions.count <= 1000)
                    #expect(batch.versions.reduce(0) { $0 + ($1.content?.count ?? 0) } < (4 << 20) + 200_000)
                    ids += batch.versions.map(\.id)
                    after = batch.next
                    batches += 1
                }
                return (ids, batches)
            }
            let expected = (0..<2400).map { "d\($0)" }.sorted()
            let whole = try await all(asOf: moment)
            #expect(whole.ids == expected)
            #expect(whole.batches > 3)
            #expect(try await all(asOf: 1).ids.isEmpty)
            #expect(try await all(since: moment, asOf: now()).ids.isEmpty)
            #expect(try await all(since: 1, asOf: moment).ids == expected)
        }
    }

    @Test("the record is settled when those have ended who were writing at the mark")
    func settling() async throws {
        try await Record.with { record in
            let store = record.store
            #expect(try await store.isSettled(since: try await store.markTime()))
            let (begun, begin) = AsyncStream<Void>.makeStream()
            let (ended, end) = AsyncStream<Void>.makeStream()
            let writer = Task {
                try await store.pool.withTransaction { connection in
                    _ = try await connection.query(Query("select pg_current_xact_id()"))
                    begin.yield()
                    for await _ in ended { break }
                }
            }
            for await _ in begun { break }
            let mark = try await store.markTime()
            #expect(try await !store.isSettled(since: mark))
            end.yield()
            try await writer.value
            #expect(try await store.isSettled(since: mark))
        }
    }

    @Test("ids of jobs are 32 digits of chance")
    func ids() {
        let ids = Set((0..<1000).map { _ in Job.makeID() })
        #expect(ids.count == 1000)
        #expect(ids.allSatisfy { $0.utf8.count == 32 })
        var zeros = Zeros()
        #expect(Job.makeID(random: &zeros) == String(repeating: "0", count: 32))
    }

    private struct Zeros: RandomNumberGenerator {
        mutating func next() -> UInt64 { 0 }
    }
}
