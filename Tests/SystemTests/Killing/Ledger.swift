import Foundation
import Testing

/// What the server has acknowledged: every version of every resource, with its content.
actor Ledger {
    struct Name: Hashable, Sendable {
        let type: String
        let id: String
    }

    private var versions: [Name: [Int: String]] = [:]
    private var identifiers: [String] = []
    private(set) var unavailable = 0

    func acknowledge(_ type: String, _ id: String, version: Int, _ content: String) {
        let known = versions[Name(type: type, id: id), default: [:]].updateValue(content, forKey: version)
        if let known, known != content { Issue.record("\(type)/\(id) has two contents in version \(version)") }
    }

    /// A resource that was made on condition that there is none with this identifier.
    func madeOnce(_ identifier: String) { identifiers.append(identifier) }

    func sawUnavailable() { unavailable += 1 }

    /// Compares the record with what it acknowledged: nothing is missing, nothing is there twice, and nothing is there
    /// that nobody knows of.
    func compare(with client: RecordClient) async throws {
        #expect(!versions.isEmpty)
        let all = versions.map { (name: $0.key, versions: $0.value) }
        try await eachOf(all) { name, versions in
            let last = versions.keys.max() ?? 0
            #expect(versions.keys.sorted() == Array(1...max(last, 1)), "\(name) has gaps")
            for (version, content) in versions {
                let (answer, _) = try await client.sendUntilAnswered(
                    "GET", "\(name.type)/\(name.id)/_history/\(version)")
                #expect(answer.status == 200 && answer.content == content, "\(name) \(version): \(answer)")
            }
            let (beyond, _) = try await client.sendUntilAnswered("GET", "\(name.type)/\(name.id)/_history/\(last + 1)")
            #expect(beyond.status == 404, "\(name) has a version \(last + 1) that nobody knows of")
        }
        try await eachOf(identifiers) { identifier in
            let (answer, _) = try await client.sendUntilAnswered("GET", "Patient?\(Samples.query(identifier))")
            #expect(answer.text.matches(of: /"mode":"match"/).count == 1, "\(identifier): \(answer)")
        }
        for type in Set(versions.keys.map(\.type)) {
            let (answer, _) = try await client.sendUntilAnswered("GET", "\(type)?_summary=count")
            #expect(answer.total == versions.keys.count { $0.type == type }, "\(type)")
        }
    }

    /// Sixteen at a time.
    private func eachOf<Item: Sendable>(
        _ items: [Item], _ body: @escaping @Sendable (Item) async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (number, item) in items.enumerated() {
                if number >= 16 { try await group.next() }
                group.addTask { try await body(item) }
            }
            try await group.waitForAll()
        }
    }
}
