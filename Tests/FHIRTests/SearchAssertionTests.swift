import Foundation
import TestSupport
import Testing

@testable import FHIR

@Suite("1,107 published match and no-match assertions", .enabled(if: SearchTestData.isPresent, "needs ../shared/data"))
struct SearchAssertionTests {
    /// The zone of values without one, in the originals: GMT-4.
    static let zone = -4 * 3600
    /// The server's base url, in the originals.
    static let bases = ["https://example.com"]
    /// 2026-01-01T00:00Z: `ap` must not change its answers with the day of the test.
    static let now: Int64 = 1_767_225_600_000_000

    enum Outcome: Hashable { case holds, fails, refused }

    @Test("parser, extraction and judgement answer every assertion, or differ for a reason that is listed")
    func assertions() throws {
        var tally: [Outcome: Int] = [:]
        var failures: Set<String> = []
        var setups: [String: SearchAssertionSetup] = [:]
        let hierarchy = try SearchAssertionSetup.hierarchy()
        for node in try SearchTestData.document("search/assertions.json").root.elements {
            let config = try #require(node["config"]?.string)
            let fixture = try #require(node["fixture"]?.string?.split(separator: "/").last.map(String.init))
            let place = "\(config)/\(fixture)"
            let setup = try setups[place] ?? SearchAssertionSetup(config, fixture, hierarchy)
            setups[place] = setup
            let parameter = SearchQuery.Parameter(
                name: try #require(node["param"]?.string), value: try #require(node["value"]?.string))
            let type = try #require(node["resourceType"]?.string.flatMap { ResourceType($0) })
            let outcome: Outcome
            do {
                outcome =
                    try setup.finds(parameter, type) == (node["expect"]?.equals("match") == true) ? .holds : .fails
            } catch {
                outcome = .refused
                if !SearchAssertionDifferences.all.contains(Self.title(parameter)) { print("refused:", error) }
            }
            tally[outcome, default: 0] += 1
            if outcome != .holds { failures.insert(Self.title(parameter)) }
        }
        print("assertions:", tally)
        let unexplained = failures.subtracting(SearchAssertionDifferences.all)
        #expect(unexplained.isEmpty)
        #expect(SearchAssertionDifferences.all.isSubset(of: failures))
    }

    /// What is asked at the end of a chain, which is the same as without the chain.
    private static func title(_ parameter: SearchQuery.Parameter) -> String {
        let name = parameter.name.split(separator: ".").last.map(String.init) ?? parameter.name
        return "\(name) \(parameter.value)"
    }
}
