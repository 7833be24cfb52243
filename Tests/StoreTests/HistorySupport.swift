import FHIR
import Postgres
import Testing

@testable import Store

/// A source of chance that gives the same numbers for the same seed.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var word = state
        word = (word ^ word >> 30) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ word >> 27) &* 0x94d0_49bb_1331_11eb
        return word ^ word >> 31
    }
}

extension StoredVersion {
    /// `Patient/1/3`
    var name: String { "\(type)/\(id)/\(version)" }
}

extension HistoryPage {
    var names: [String] { entries.map(\.version.name) }
}

extension Record {
    func page(_ scope: HistoryScope, count: Int = 100, page: String? = nil) async throws -> HistoryPage {
        try #require(try await store.history(HistoryRequest(scope, count: count, page: page)))
    }

    /// Why a link is refused, thrown.
    func refusal(_ scope: HistoryScope, _ page: String) async throws {
        do {
            _ = try await store.history(HistoryRequest(scope, count: 1, page: page))
        } catch .page(let refusal) {
            throw refusal
        }
    }

    /// Writes a resource whose content differs by the number.
    @discardableResult
    func put(_ json: String, _ number: Int) async throws -> WriteResult {
        try await put(json.dropLast() + #","language":"x-\#(number)"}"#)
    }

    @discardableResult
    func delete(_ type: ResourceType, _ id: String) async throws -> WriteResult {
        let draft = WriteDraft(type: type, id: id, method: .delete, content: nil, interaction: .delete)
        return try await store.write([draft], origin: Self.origin)[0]
    }

    /// Another server of the same record.
    func another(clock: @escaping @Sendable () -> Int64) async throws -> Store {
        var configuration = StoreConfiguration(
            application: ConnectionConfiguration(database.application), clock: clock)
        configuration.writeConnections = 1
        configuration.leasedConnections = 2
        return try await Store.open(configuration)
    }
}

/// What writers began and what was acknowledged to them.
actor CommitLog {
    /// By id, the highest version that was acknowledged, and how many writes have begun.
    private(set) var known: [String: Int32] = [:]
    private(set) var begun: [String: Int32] = [:]

    nonisolated func put(_ record: Record, _ id: String, _ number: Int) async throws {
        await begin(id)
        await end(id, try await record.put(#"{"resourceType":"Patient","id":"\#(id)"}"#, number))
    }

    nonisolated func delete(_ record: Record, _ id: String) async throws {
        await begin(id)
        await end(id, try await record.delete(.patient, id))
    }

    private func begin(_ id: String) { begun[id, default: 0] += 1 }

    private func end(_ id: String, _ result: WriteResult) {
        known[id] = max(known[id] ?? 0, result.version ?? 0)
    }

    /// A walk holds, of each resource, all versions up to one that is not older than what was acknowledged before the
    /// walk began and not newer than what had begun when its first page was there; newest first, none twice.
    static func check(
        _ entries: [HistoryEntry], _ scope: HistoryScope, atLeast: [String: Int32], atMost: [String: Int32],
        _ seed: UInt64
    ) {
        let versions = entries.map(\.version)
        #expect(Set(versions.map(\.name)).count == versions.count, "seed \(seed): a version twice")
        #expect(zip(versions, versions.dropFirst()).allSatisfy { $0.updated >= $1.updated }, "seed \(seed): order")
        let groups = Dictionary(grouping: versions, by: \.id)
        for id in atMost.keys where scope.id == nil || scope.id == id {
            let numbers = groups[id, default: []].map(\.version)
            #expect(
                numbers == (1...Int32(max(numbers.count, 1))).reversed().suffix(numbers.count), "seed \(seed): \(id)")
            #expect(Int32(numbers.count) >= atLeast[id] ?? 0, "seed \(seed): \(id) lacks what was acknowledged")
            #expect(Int32(numbers.count) <= atMost[id] ?? 0, "seed \(seed): \(id) has what came later")
        }
    }
}
