import Exchange
import FHIR
import Store

/// Where background jobs are handed in, asked after and taken back.
struct JobQueue: Sendable {
    let store: Store
    let settings: JobSettings
    let bell: Bell
    let metrics: JobMetrics

    /// - Parameter moment: microseconds since 1970 UTC.
    /// - Returns: the job's id.
    /// - Throws: ``Problem/Kind/throttled`` where too many wait already.
    func add(_ kind: Job.Kind, moment: Int64, request: String) async throws -> String {
        let id = Job.makeID()
        let limit = kind == .export ? settings.maximumExports : settings.maximumSearches
        let isAdded = try await store.addJob(id: id, kind: kind, moment: moment, request: request, limit: limit)
        guard isAdded else {
            metrics.refused(kind)
            let what = kind == .export ? "exports" : "asynchronous searches"
            throw Problem(
                .throttled, .throttled,
                "\(limit) \(what) are waiting or under way, and no more are taken at a time. Repeat the request later, "
                    + "or take one of them back by DELETE of its Content-Location.")
        }
        metrics.added(kind)
        bell.ring()
        return id
    }

    func job(_ id: String) async throws -> (job: Job, files: [JobFile]) {
        guard Self.isID(id), let found = try await store.job(id) else { throw Self.unknown }
        return found
    }

    func remove(_ id: String) async throws {
        guard Self.isID(id), try await store.removeJob(id) else { throw Self.unknown }
        metrics.removed()
        bell.ring()
    }

    private static func isID(_ text: String) -> Bool {
        text.utf8.count == 32 && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }

    private static let unknown = Problem(
        .notFound, .notFound,
        "There is no such job: it was taken back, its time is over, or it never was. Begin again with the request that "
            + "made it.")
}
