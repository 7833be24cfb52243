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

    struct Case {
        let config: String
        let fixture: String
        let name: SearchParameterName
        let value: String
        let expectsMatch: Bool
    }

    /// Modifiers and forms that value algebra alone cannot answer.
    enum Outcome: Hashable { case holds, fails, refused, notApplicable }

    @Test("the value algebra answers every applicable assertion, or differs for a reason that is listed")
    func assertions() throws {
        var tally: [Outcome: Int] = [:]
        var failures: Set<String> = []
        var setups: [String: Setup] = [:]
        for node in try SearchTestData.document("search/assertions.json").root.elements {
            let config = try #require(node["config"]?.string)
            let setup = try setups[config] ?? Setup(config)
            setups[config] = setup
            let test = try Case(
                config: config, fixture: #require(node["fixture"]?.string?.split(separator: "/").last.map(String.init)),
                name: SearchParameterName(parsing: #require(node["param"]?.string)),
                value: #require(node["value"]?.string), expectsMatch: node["expect"]?.equals("match") == true)
            let outcome: Outcome
            do {
                outcome = try answer(test, setup)
            } catch is SearchQueryError {
                outcome = .refused
            }
            tally[outcome, default: 0] += 1
            if outcome == .fails || outcome == .refused {
                failures.insert("\(test.name.chain ?? test.name.code) \(test.value)")
            }
        }
        print("assertions:", tally)
        let hourAlone = #/T[0-9]{2}([Z+-]|$)/#
        let explained = Set(
            SearchAssertionDifferences.reasons.values.joined()
        ).union(SearchAssertionDifferences.ofMatcher.values.joined())
        let unexplained = failures.filter { !$0.contains(hourAlone) }.subtracting(explained)
        #expect(unexplained.isEmpty)
        #expect(explained.isSubset(of: failures))
    }

    /// The custom parameters of a configuration, compiled.
    struct Setup {
        let parameters: [String: SearchParameterFact]
        let extractor: SearchExtractor

        init(_ config: String) throws {
            let bundle = try SearchTestData.document("search/config/\(config)/extension-search-parameters.json")
            var parameters: [String: SearchParameterFact] = [:]
            let basic = try #require(R4.table.type("Basic"))
            for entry in bundle.root["entry"]?.elements ?? bundle.root.elements {
                guard let resource = entry["resource"], let code = resource["code"]?.string,
                    let kind = SearchParameterKind.allCases.first(where: { resource["type"]?.equals("\($0)") == true })
                else { continue }
                parameters[code] = SearchParameterFact(
                    id: Int32(10_000 + parameters.count), code: code, kind: kind,
                    expression: resource["expression"]?.string ?? "", base: basic)
            }
            self.parameters = parameters
            extractor = SearchExtractor(
                adding: Array(parameters.values), defaultOffset: SearchAssertionTests.zone,
                bases: SearchAssertionTests.bases)
        }
    }

    private func answer(_ test: Case, _ setup: Setup) throws -> Outcome {
        // `subject:Basic.code` chains to the very fixture: the end of the chain is what is asked here.
        let name = try test.name.chain.map { try SearchParameterName(parsing: $0) } ?? test.name
        guard let parameter = setup.parameters[name.code], parameter.kind != .composite else { return .notApplicable }
        let type = try #require(ResourceType("Basic"))
        let document = try SearchTestData.document("search/fixtures/\(test.fixture)")
        let values = setup.extractor.entries(of: document, type: type)
            .filter { $0.parameter == parameter.id }.map(\.value)
        guard let matches = try matches(values, test.value, name.modifier, parameter.kind) else {
            return .notApplicable
        }
        return matches == test.expectsMatch ? .holds : .fails
    }

    private func matches(
        _ values: [SearchValue], _ value: String, _ modifier: String?, _ kind: SearchParameterKind
    ) throws -> Bool? {
        let matcher = SearchMatcher(now: Self.now)
        if modifier == "missing" { return values.isEmpty == (value == "true") }
        if let modifier, !["not", "exact", "contains", "Patient", "Basic"].contains(modifier) { return nil }
        let queries = try SearchQueryValue.parse(value, as: kind, defaultOffset: Self.zone).map { query in
            guard case .reference(let reference) = query else { return query }
            return .reference(reference.resolved(against: Self.bases))
        }
        let plain = values.contains { entry in queries.contains { matcher.matches(entry, $0) } }
        switch modifier {
        case nil: return plain
        case "not": return !plain
        case "exact": return values.contains { entry in queries.contains { self.text(entry) == self.text($0) } }
        case "contains":
            return values.contains { entry in
                queries.contains { SearchText.fold(text(entry)).contains(SearchText.fold(text($0))) }
            }
        case "Patient", "Basic":
            let typed = queries.map { query in
                if case .reference(.id(let id)) = query, let type = modifier.flatMap({ ResourceType($0) }) {
                    return SearchQueryValue.reference(.local(type: type, id: id, version: nil))
                }
                return query
            }
            return values.contains { entry in typed.contains { matcher.matches(entry, $0) } }
        default: return nil
        }
    }

    private func text(_ value: SearchValue) -> String {
        if case .string(let text) = value { text } else { "" }
    }

    private func text(_ value: SearchQueryValue) -> String {
        if case .string(let text) = value { text } else { "" }
    }
}
