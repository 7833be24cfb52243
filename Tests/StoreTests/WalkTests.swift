import FHIR
import Testing

@testable import Store

@Suite("Pages while others write", .serialized)
struct WalkTests {
    static let patients = (0..<24).map { "p\($0)" }
    static let observations = (0..<36).map { "o\($0)" }

    @Test(
        "every walk shows each resource that matched when it began once, as it was then, in order",
        arguments: [UInt64(101), 102, 103])
    func walks(seed: UInt64) async throws {
        try await Record.with { record in
            let log = WalkLog()
            let ids = Self.patients + Self.observations
            try await record.writeRandomly(ids, patients: Self.patients, times: 150, seed: seed, log)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for writer in 0..<3 {
                    let own = ids.enumerated().filter { $0.offset % 3 == writer }.map(\.element)
                    group.addTask {
                        try await record.writeRandomly(
                            own, patients: Self.patients, times: 160, seed: seed &* 7 &+ UInt64(writer), log)
                    }
                }
                for walker in 0..<2 {
                    group.addTask {
                        var random = SplitMix(seed: seed &* 13 &+ UInt64(walker))
                        for query in WalkQuery.all.shuffled(using: &random) {
                            let count = Int.random(in: 2...9, using: &random)
                            let before = await log.entries
                            var request = try query.request(count: count)
                            var page = try await record.store.search(request)
                            let after = await log.entries
                            var found = page.matches
                            while let next = page.next {
                                request.page = next
                                page = try await record.store.search(request)
                                found += page.matches
                            }
                            Self.check(found, query, before, after, "seed \(seed) \(query.type)?\(query.query)")
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    /// What was acknowledged before the first page must be seen, what had not begun after it must not.
    static func check(
        _ found: [StoredVersion], _ query: WalkQuery, _ before: [String: [WalkLog.Entry]],
        _ after: [String: [WalkLog.Entry]], _ note: String
    ) {
        #expect(Set(found.map { "\($0.type)/\($0.id)" }).count == found.count, "\(note): one twice")
        /// The states that a resource may have had.
        func possible(_ name: String) -> [(version: Int, state: WalkState?)] {
            let all = after[name] ?? []
            let acknowledged = (before[name] ?? []).filter { $0.updated != nil }.count
            var states = (acknowledged..<all.count).map { ($0 + 1, all[$0].state) }
            states.insert((acknowledged, acknowledged > 0 ? all[acknowledged - 1].state : nil), at: 0)
            return states
        }
        let others = after.keys.sorted()
        func verdicts(_ id: String, _ state: WalkState) -> Set<Bool> {
            // Each other resource is asked in each of its possible states, one at a time: enough to know whether the
            // answer is certain.
            var answers: Set<Bool> = []
            let subject = state.subject.map { possible("Patient/\($0)").map(\.state) } ?? [nil]
            let choices = others.filter { $0.hasPrefix("Observation/") }.map { possible($0).map(\.state) }
            let certain = choices.filter { $0.count == 1 }.compactMap { $0[0] }.filter { $0.subject == id }
            let open = choices.filter { $0.count > 1 }.map { $0.compactMap(\.self).filter { $0.subject == id } }
            for patient in subject {
                answers.insert(query.matches(id, state, { _ in patient }, { _ in certain }))
                for some in open where !some.isEmpty {
                    for one in some {
                        answers.insert(query.matches(id, state, { _ in patient }, { _ in certain + [one] }))
                    }
                }
            }
            return answers
        }
        var shown: [(String, WalkState)] = []
        for name in others where name.hasPrefix("\(query.type)/") {
            let id = String(name.drop { $0 != "/" }.dropFirst())
            let states = possible(name)
            if let version = found.first(where: { $0.id == id }) {
                guard let state = states.first(where: { $0.version == Int(version.version) })?.state else {
                    Issue.record("\(note): \(name) version \(version.version) was not there when the walk began")
                    continue
                }
                #expect(verdicts(id, state).contains(true), "\(note): \(name) does not match")
            } else {
                let mustMatch = states.allSatisfy { $0.state.map { verdicts(id, $0) == [true] } ?? false }
                #expect(!mustMatch, "\(note): \(name) is missing")
            }
        }
        for version in found {
            if let state = possible("\(version.type)/\(version.id)").first(where: { $0.version == Int(version.version) }
            )?
            .state {
                shown.append((version.id, state))
            }
        }
        for (one, other) in zip(shown, shown.dropFirst()) {
            #expect(query.allows(one, other), "\(note): order of \(one) and \(other)")
        }
    }

    @Test(
        "_asOf finds what was current at an instant, on all pages, while others write",
        arguments: [UInt64(201), 202, 203])
    func asOf(seed: UInt64) async throws {
        try await Record.with { record in
            let log = WalkLog()
            let ids = Self.patients + Self.observations
            for round in 0..<3 {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for writer in 0..<3 {
                        let own = ids.enumerated().filter { $0.offset % 3 == writer }.map(\.element)
                        group.addTask {
                            try await record.writeRandomly(
                                own, patients: Self.patients, times: 60, seed: seed &* 7 &+ UInt64(writer + 3 * round),
                                log)
                        }
                    }
                    try await group.waitForAll()
                }
            }
            let entries = await log.entries
            let moments = entries.values.joined().compactMap(\.updated)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    // Later writes do not matter.
                    let more = WalkLog()
                    for name in entries.keys {
                        for entry in entries[name] ?? [] {
                            await more.begin(name, entry.state)
                            await more.end(name, entry.updated ?? 0)
                        }
                    }
                    try await record.writeRandomly(ids, patients: Self.patients, times: 200, seed: seed, more)
                }
                group.addTask {
                    var random = SplitMix(seed: seed)
                    for query in WalkQuery.all {
                        for _ in 0..<3 {
                            let instant =
                                (moments.randomElement(using: &random) ?? 0)
                                + ([-1, 0, 1].randomElement(using: &random) ?? 0) * 1000
                            var request = try query.request(count: Int.random(in: 2...9, using: &random))
                            request.asOf = instant
                            let found = try await record.walk(request)
                            Self.check(
                                found, query, at: instant, entries,
                                "seed \(seed) \(query.type)?\(query.query) at \(instant)")
                            #expect(try await record.store.count(request) == found.count)
                            for name in entries.keys.shuffled(using: &random).prefix(5) {
                                try await Self.checkRead(record, name, at: instant, entries)
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    /// The number of the version that was current, and its state.
    private static func current(
        _ name: String, at instant: Int64, _ entries: [String: [WalkLog.Entry]]
    ) -> (version: Int, state: WalkState?)? {
        let count = (entries[name] ?? []).prefix { $0.updated ?? .max <= instant }.count
        return count == 0 ? nil : (count, entries[name]?[count - 1].state)
    }

    private static func check(
        _ found: [StoredVersion], _ query: WalkQuery, at instant: Int64, _ entries: [String: [WalkLog.Entry]],
        _ note: String
    ) {
        let observations = entries.keys.filter { $0.hasPrefix("Observation/") }
            .compactMap { current($0, at: instant, entries)?.state }
        var expected: Set<String> = []
        for name in entries.keys where name.hasPrefix("\(query.type)/") {
            guard let (version, state) = current(name, at: instant, entries), let state else { continue }
            let id = String(name.drop { $0 != "/" }.dropFirst())
            let matches = query.matches(
                id, state, { current("Patient/\($0)", at: instant, entries)?.state },
                { id in observations.filter { $0.subject == id } })
            if matches { expected.insert("\(name)/\(version)") }
        }
        #expect(Set(found.map(\.name)) == expected, "\(note)")
        #expect(found.count == expected.count, "\(note): one twice")
        let shown = found.compactMap { version in
            current("\(version.type)/\(version.id)", at: instant, entries)?.state.map { (version.id, $0) }
        }
        for (one, other) in zip(shown, shown.dropFirst()) {
            #expect(query.allows(one, other), "\(note): order of \(one) and \(other)")
        }
    }

    private static func checkRead(
        _ record: Record, _ name: String, at instant: Int64, _ entries: [String: [WalkLog.Entry]]
    ) async throws {
        let parts = name.split(separator: "/").map(String.init)
        let read = try await record.store.read(try #require(ResourceType(parts[0])), parts[1], asOf: instant)
        let expected = current(name, at: instant, entries)
        #expect(read.map { Int($0.version) } == expected?.version, "\(name) at \(instant)")
        #expect((read?.content == nil) == (expected?.state == nil), "\(name) at \(instant)")
    }
}
