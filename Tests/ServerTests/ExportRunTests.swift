import Exchange
import FHIR
import Postgres
import Store
import Synchronization
import Testing

@testable import Server

@Suite("An export whose worker ends goes on where it was")
struct ExportRunTests {
    private final class Count: Sendable {
        private let value = Mutex(0)

        func next() -> Int {
            value.withLock { value in
                value += 1
                return value
            }
        }
    }

    /// Bounds with which a few hundred resources fill a piece.
    private static let small: ExportLimits = {
        var limits = ExportLimits()
        limits.pieceBytes = 100_000
        return limits
    }()

    @Test("each resource is told once, however often its workers die")
    func resumption() async throws {
        try await House.with({ $0.jobs.exportsAtOnce = 0 }) { house in
            let client = house.client
            let count = 2500
            for start in stride(from: 0, to: count, by: 500) {
                let entries = (start..<(start + 500)).map {
                    Sample.entry("PUT", "Patient/p\($0)", Sample.patient(id: "p\($0)"))
                }
                #expect(try await client.post("", Sample.bundle("transaction", entries)).status == 200)
            }
            let address = try await client.kickOff("$export")
            let id = String(try #require(address.split(separator: "/").last))
            let store = try await Store.open(
                StoreConfiguration(application: .init(house.database.application), clock: now))
            let exchange = Exchange(store: store, clock: now, makeID: { Job.makeID() })
            var deaths = 0
            while deaths < 10 {
                let worker = Job.makeID()
                let job = try #require(try await store.takeJob(.export, worker: worker, seconds: 60))
                let request = try #require(ExportRequest(json: job.request))
                let limits = Self.small
                let packed = Count()
                // The third piece of each life is its last: packed, and lost with its worker.
                let task = Task {
                    let run = ExportRun(
                        exchange: exchange, job: job, request: request, worker: worker, limits: limits,
                        pack: { bytes in
                            if packed.next() == 3 { withUnsafeCurrentTask { $0?.cancel() } }
                            return JobChunk(bytes)
                        })
                    try await run.run(try #require(try await store.job(id)).files)
                }
                if case .success = await task.result {
                    #expect(try await store.endJob(id, worker: worker, expires: now() + 60_000_000))
                    break
                }
                deaths += 1
                // It is nobody else's while it is held, and anybody's afterwards.
                #expect(try await store.takeJob(.export, worker: "other", seconds: 60) == nil)
                _ = try await house.sql("update job set held_until = now() - interval '1 second'")
            }
            #expect(deaths > 1 && deaths < 10)
            let exported = try await client.fetch(address)
            #expect(exported.ids("Patient") == (0..<count).map { "p\($0)" }.sorted())
            await store.close()
        }
    }

    @Test("a worker whose job another has taken up writes nothing more")
    func lost() async throws {
        try await House.with({ $0.jobs.exportsAtOnce = 0 }) { house in
            let client = house.client
            _ = try await client.put("Patient/a", Sample.patient(id: "a"))
            let id = String(try #require(try await client.kickOff("$export").split(separator: "/").last))
            let store = try await Store.open(
                StoreConfiguration(application: .init(house.database.application), clock: now))
            let exchange = Exchange(store: store, clock: now, makeID: { Job.makeID() })
            let job = try #require(try await store.takeJob(.export, worker: "one", seconds: 0))
            #expect(try await store.takeJob(.export, worker: "two", seconds: 60)?.id == id)
            let request = try #require(ExportRequest(json: job.request))
            let run = ExportRun(
                exchange: exchange, job: job, request: request, worker: "one", limits: ExportLimits(),
                pack: { JobChunk($0) })
            await #expect(throws: JobLost.self) { try await run.run([]) }
            #expect(try await store.endJob(id, worker: "one", expires: now()) == false)
            #expect(try await store.holdJob(id, worker: "one", seconds: 60) == false)
            #expect(try await store.job(id)?.files.isEmpty == true)
            await store.close()
        }
    }
}
