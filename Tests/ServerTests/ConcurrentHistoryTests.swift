import FHIR
import Synchronization
import TestSupport
import Testing

@Suite("Histories of clients who work on the same resources at once")
struct ConcurrentHistoryTests {
    /// Every write, read and search answers as if it had happened at one moment between its begin and its end, one after
    /// another: what was answered before somebody asked is in what he gets, no update is lost, and no version is made that
    /// nobody asked for.
    @Test("creates, updates, patches, deletes, reads and searches are linearisable for each resource", arguments: 0..<6)
    func linearisable(round: UInt64) async throws {
        let seed = UInt64.random(in: 0...UInt64.max >> 8) &+ round
        let client = try await House.client
        let trials = (0..<3).map { _ in Trial(id: unique("lin"), client: client) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<6 {
                group.addTask {
                    var random = SeededRandom(state: seed &+ UInt64(number) &* 7919)
                    for _ in 0..<14 {
                        let trial = trials[Int.random(in: 0..<trials.count, using: &random)]
                        try await trial.act(Trial.Act.allCases.randomElement(using: &random) ?? .read)
                    }
                }
            }
            try await group.waitForAll()
        }
        for trial in trials {
            for fault in try await trial.faults() { Issue.record("seed \(seed), round \(round): \(fault)") }
        }
    }
}

/// What several clients do to one resource, and what they are told.
private final class Trial: Sendable {
    enum Act: CaseIterable {
        case put, put2, putIfMatch, putByCriteria, patch, delete, deleteByCriteria, read, read2, search, search2
    }

    /// The state of the resource that an answer tells of.
    private struct Sight {
        let begin: Int
        let end: Int
        let act: Act
        /// The version, 0 for none; nil where the answer says only that there is none, or that it was deleted.
        let version: Int?
        /// The family name that was written or read; nil for a deletion.
        let value: String?
        let wrote: Bool

        var isGone: Bool { value == nil }
    }

    let id: String
    private let client: Client
    /// One more at each begin and each end.
    private let clock = Atomic(0)
    private let sights = Mutex<[Sight]>([])
    /// The newest version that somebody has seen.
    private let seen = Atomic(0)

    init(id: String, client: Client) {
        self.id = id
        self.client = client
    }

    private var path: String { "Patient/\(id)" }
    private var criteria: String { "Patient?identifier=\(id)" }

    func act(_ act: Act) async throws {
        let value = unique("v")
        let begin = clock.add(1, ordering: .sequentiallyConsistent).newValue
        let body = Sample.patient(id: id, mrn: id, family: value)
        let reply: Reply
        switch act {
        case .put, .put2: reply = try await client.put(path, body)
        case .putIfMatch:
            let version = seen.load(ordering: .sequentiallyConsistent)
            reply = try await client.put(path, body, ["If-Match": "W/\"\(max(1, version))\""])
        case .putByCriteria: reply = try await client.put(criteria, body)
        case .patch:
            let patch = #"[{"op":"replace","path":"/name/0/family","value":"\#(value)"}]"#
            reply = try await client.send(
                .PATCH, path, body: Array(patch.utf8), ["Content-Type": "application/json-patch+json"])
        case .delete: reply = try await client.delete(path)
        case .deleteByCriteria: reply = try await client.delete(criteria)
        case .read, .read2: reply = try await client.get(path)
        case .search, .search2: reply = try await client.get(criteria)
        }
        let end = clock.add(1, ordering: .sequentiallyConsistent).newValue
        note(act, reply, value, begin, end)
    }

    private func note(_ act: Act, _ reply: Reply, _ value: String, _ begin: Int, _ end: Int) {
        let version = reply.header("ETag").flatMap { Int($0.filter(\.isNumber)) }
        let sight: Sight?
        switch (act, reply.status) {
        case (.read, 200), (.read2, 200):
            sight = Sight(
                begin: begin, end: end, act: act, version: version, value: reply["name.0.family"], wrote: false)
        case (.search, 200), (.search2, 200):
            let match = reply.resources.first
            sight = Sight(
                begin: begin, end: end, act: act,
                version: match?.at("meta.versionId")?.string.flatMap { Int($0) },
                value: match?.at("name.0.family")?.string, wrote: false)
            #expect(reply.resources.count <= 1, "\(reply)")
        case (.read, 404), (.read2, 404):
            sight = Sight(begin: begin, end: end, act: act, version: 0, value: nil, wrote: false)
        case (.read, 410), (.read2, 410), (.delete, 204), (.deleteByCriteria, 204), (.patch, 404), (.patch, 410):
            sight = Sight(begin: begin, end: end, act: act, version: version, value: nil, wrote: false)
        case (.put, 200...201), (.put2, 200...201), (.putIfMatch, 200), (.putByCriteria, 200...201), (.patch, 200):
            sight = Sight(begin: begin, end: end, act: act, version: version, value: value, wrote: true)
        case (.putIfMatch, 404), (.putIfMatch, 412): sight = nil
        default:
            sight = nil
            Issue.record("\(act) is answered \(reply)")
        }
        guard let sight else { return }
        if let version { seen.store(version, ordering: .sequentiallyConsistent) }
        sights.withLock { $0.append(sight) }
    }

    /// What contradicts that all happened one after another.
    func faults() async throws -> [String] {
        let sights = sights.withLock(\.self)
        let history = try await client.get("\(path)/_history?_count=1000")
        // By version, from 1 on: what it holds; nil for a deletion.
        let versions: [String?] =
            history.status == 404
            ? [] : history.entries.reversed().map { $0.at("resource.name.0.family")?.string }
        var faults: [String] = []
        let writes = sights.filter(\.wrote)
        for write in writes
        where write.version.map({ versions.indices.contains($0 - 1) && versions[$0 - 1] == write.value }) != true {
            faults.append("\(write) is not in the history \(versions)")
        }
        if Set(writes.compactMap(\.version)).count != writes.count {
            faults.append("two writes made one version: \(writes)")
        }
        for (index, value) in versions.enumerated() {
            guard let value else { continue }
            if !writes.contains(where: { $0.value == value }) {
                faults.append("nobody wrote version \(index + 1): \(value)")
            }
        }
        for sight in sights {
            // The state is one of those that may have held at some moment of its time.
            let low = sights.filter { $0.end < sight.begin }.compactMap(\.version).max() ?? 0
            // A version cannot be seen before somebody has begun to write it.
            let high =
                sight.wrote || sight.version == nil ? versions.count : newest(before: sight.end, writes, versions)
            if let version = sight.version {
                if version < low { faults.append("\(sight) is older than version \(low), which was seen before") }
                if version > high { faults.append("\(sight) is newer than what had begun: \(high)") }
                let told = version == 0 ? nil : versions.indices.contains(version - 1) ? versions[version - 1] : "?"
                if told != sight.value { faults.append("\(sight) tells other than the history \(versions)") }
            } else if sight.isGone, low > 0, !(low...max(low, high)).contains(where: { isGone($0, versions) }) {
                faults.append("\(sight) says that nothing is there, which it was all the time from version \(low) on")
            }
        }
        return faults
    }

    private func isGone(_ version: Int, _ versions: [String?]) -> Bool {
        version == 0 || versions.indices.contains(version - 1) && versions[version - 1] == nil
    }

    /// The newest version that may have been there at a moment: those whose writes had not begun are left out.
    private func newest(before moment: Int, _ writes: [Sight], _ versions: [String?]) -> Int {
        let later = writes.filter { $0.begin > moment }.compactMap(\.version).min() ?? .max
        return min(versions.count, later - 1)
    }
}
