import FHIR
import Store

extension Exchange {
    /// The newest observations of each code (R4 observation-operation-lastn), newest first in each group, the group with
    /// the newest first. Audited by the caller.
    ///
    /// Codes are the same where they have a coding in common, directly or by others.
    ///
    /// - Parameters:
    ///   - max: how many of each code.
    ///   - applied: what the self link shows.
    public func lastn(_ query: SearchQuery, max: Int, applied: [SearchQuery.Parameter]) async throws(Problem)
        -> SearchAnswer
    {
        let parsed = try parse(query, .type(.observation))
        guard parsed.applied.contains(where: { Self.subjects.contains(Self.code(of: $0)) }) else {
            throw Problem(
                .invalid, .required, "Whose observations? Give patient or subject.", at: "http.patient")
        }
        if let other = parsed.applied.first(where: {
            ["_sort", "_include", "_revinclude", "_page", "_contained"].contains(Self.code(of: $0))
        }) {
            throw Problem(
                .invalid, .notSupported, "$lastn has an order of its own and one page; it does not take \(other.name).",
                at: "http.\(other.name)")
        }
        var request = try await request(parsed)
        request.count = limits.maximumPage
        request.sort =
            R4.table.searchParameter(.observation, "date").map { [SearchSort(.parameter($0), isDescending: true)] }
            ?? []
        var groups = ObservationGroups(max: max)
        var answer = SearchAnswer(.type(.observation), place: "Observation/$lastn", applied: applied)
        do {
            repeat {
                let page = try await store.search(request)
                for match in page.matches { groups.take(match) }
                request.page = page.next
                guard groups.count <= Self.maximumObservations else {
                    throw Problem(
                        .tooLarge, .tooCostly,
                        "More than \(Self.maximumObservations) observations would be the answer; narrow it by code or category."
                    )
                }
            } while request.page != nil
        } catch {
            throw Problem(of: error)
        }
        answer.matches = groups.observations
        answer.total = answer.matches.count
        answer.warnings = parsed.warnings
        return answer
    }

    private static let subjects: Set<String> = ["patient", "subject"]
    private static let maximumObservations = 10_000

    /// The parameter without modifier and chain.
    private static func code(of parameter: SearchQuery.Parameter) -> String {
        String(parameter.name.prefix { $0 != ":" && $0 != "." })
    }
}

/// Observations by their codes, the newest first.
struct ObservationGroups {
    private let max: Int
    /// With the order in which they came.
    private var groups: [[(order: Int, observation: StoredVersion)]] = []
    private var taken = 0
    /// To which group a coding belongs; groups that turned out to be one point at the first of them.
    private var byCoding: [String: Int] = [:]
    private var leaders: [Int] = []
    private(set) var count = 0

    init(max: Int) {
        self.max = max
    }

    /// - Parameter observation: no newer than those before it.
    mutating func take(_ observation: StoredVersion) {
        let names = Self.names(observation)
        let known = Set(names.compactMap { byCoding[$0].map(leader) }).sorted()
        let group: Int
        if let first = known.first {
            group = first
            for other in known.dropFirst() { merge(other, into: first) }
        } else {
            group = groups.count
            groups.append([])
            leaders.append(group)
        }
        for name in names { byCoding[name] = group }
        guard groups[group].count < max else { return }
        groups[group].append((taken, observation))
        taken += 1
        count += 1
    }

    private func leader(_ group: Int) -> Int {
        var group = group
        while leaders[group] != group { group = leaders[group] }
        return group
    }

    private mutating func merge(_ other: Int, into first: Int) {
        leaders[other] = first
        let all = (groups[first] + groups[other]).sorted { $0.order < $1.order }
        groups[first] = Array(all.prefix(max))
        groups[other] = []
        count -= all.count - groups[first].count
    }

    var observations: [StoredVersion] {
        groups.filter { !$0.isEmpty }.sorted { $0[0].order < $1[0].order }.flatMap { $0.map(\.observation) }
    }

    /// Each coding of the code; its text where it has none.
    private static func names(_ observation: StoredVersion) -> [String] {
        guard let content = observation.content, let document = try? JSONDocument.parse(content),
            let code = document.root["code"]
        else { return [] }
        let codings = code.elements("coding").compactMap { coding in
            coding["code"]?.string.map { "\(coding["system"]?.string ?? "")|\($0)" }
        }
        guard codings.isEmpty else { return codings }
        return code["text"]?.string.map { ["text:" + SearchText.fold($0)] } ?? []
    }
}
