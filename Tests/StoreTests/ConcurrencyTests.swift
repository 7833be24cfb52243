import FHIR
import Testing

@testable import Store

@Suite("Many writers at once", .serialized)
struct ConcurrencyTests {
    @Test("writers of one resource make consecutive versions, and none of what they wrote is lost")
    func oneResource() async throws {
        try await Record.with { record in
            let writers = 60
            let versions = try await withThrowingTaskGroup(of: Int32.self) { group in
                for number in 0..<writers {
                    group.addTask {
                        let result = try await record.put(
                            #"{"resourceType":"Patient","id":"same","name":[{"family":"N\#(number)"}]}"#)
                        return try #require(result.version)
                    }
                }
                return try await group.reduce(into: Set<Int32>()) { $0.insert($1) }
            }
            #expect(versions == Set(1...Int32(writers)))
            let history = try await record.page(.instance(.patient, id: "same"), count: 1000).entries.map(\.version)
            #expect(history.map(\.version) == (1...Int32(writers)).reversed())
            let families = try history.map { version in
                try JSONDocument.parse(try #require(version.content)).root["name"]?.elements.first?["family"]?.string
            }
            #expect(Set(families).count == writers)
            #expect(zip(history, history.dropFirst()).allSatisfy { $0.updated > $1.updated })
            #expect(try await Reindex(record.store).run(checkOnly: true).isClean)
            let rows = try await record.sql("select count(*), count(distinct version) from audit where id = 'same'")
            #expect(try rows.first?.int8(0) == Int64(writers))
            #expect(try rows.first?.int8(1) == Int64(writers))
        }
    }

    @Test("writers who touch the same resources in opposite order all succeed")
    func oppositeOrder() async throws {
        try await Record.with { record in
            let ids = (0..<8).map { "r\($0)" }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<24 {
                    group.addTask {
                        let order = number.isMultiple(of: 2) ? ids : ids.reversed()
                        let drafts = try order.map {
                            try Record.draft(#"{"resourceType":"Basic","id":"\#($0)","code":{"text":"\#(number)"}}"#)
                        }
                        let results = try await record.store.write(drafts, origin: Record.origin)
                        #expect(results.count == 8)
                    }
                }
                try await group.waitForAll()
            }
            for id in ids { #expect(try await record.store.read(.basic, id)?.version == 24) }
            // All or none: the last version of each is of one and the same writer.
            let last = try await record.sql("select count(distinct content) from resource")
            #expect(try last.first?.int8(0) == 1)
        }
    }

    @Test("deletes and updates that meet leave a history without gaps")
    func deletesAndUpdates() async throws {
        try await Record.with { record in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<40 {
                    group.addTask {
                        if number.isMultiple(of: 3) {
                            let delete = WriteDraft(
                                type: .patient, id: "x", method: .delete, content: nil, interaction: .delete)
                            _ = try await record.store.write([delete], origin: Record.origin)
                        } else {
                            try await record.put(
                                #"{"resourceType":"Patient","id":"x","name":[{"family":"N\#(number)"}]}"#)
                        }
                    }
                }
                try await group.waitForAll()
            }
            let history = try await record.page(.instance(.patient, id: "x"), count: 1000).entries.map(\.version)
            #expect(history.map(\.version) == (1...Int32(history.count)).reversed())
            // No deletion follows a deletion.
            #expect(zip(history, history.dropFirst()).allSatisfy { $0.method != .delete || $1.method != .delete })
            #expect(history.filter { $0.method != .delete }.count == 26)
            #expect(try await Reindex(record.store).run(checkOnly: true).isClean)
        }
    }

    @Test("of writers who expect one version exactly one is served, and the others learn the version that is there")
    func expectations() async throws {
        try await Record.with { record in
            try await record.put(#"{"resourceType":"Patient","id":"e"}"#)
            let refusals = try await withThrowingTaskGroup(of: WriteRefusal?.self) { group in
                for number in 0..<20 {
                    group.addTask {
                        let root = try JSONDocument.parse(
                            Array(#"{"resourceType":"Patient","active":\#(number % 2 == 0)}"#.utf8))
                        let draft = WriteDraft(
                            type: .patient, id: "e", method: .update, expectation: .version(1),
                            content: StoredResource(root.root, type: .patient).content, interaction: .update)
                        do {
                            _ = try await record.store.write([draft], origin: Record.origin)
                            return nil
                        } catch StoreError.refused(entry: 0, let refusal) {
                            return refusal
                        }
                    }
                }
                return try await group.reduce(into: [WriteRefusal?]()) { $0.append($1) }
            }
            #expect(refusals.filter { $0 == nil }.count == 1)
            #expect(refusals.filter { $0 == .versionMismatch(current: 2) }.count == 19)
        }
    }
}
