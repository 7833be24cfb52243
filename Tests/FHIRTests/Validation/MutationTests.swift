import FHIR
import Testing

@Suite("Valid resources, one thing broken at a time")
struct MutationTests {
    static let rules =
        MutationRule.shape + MutationRule.primitives + MutationRule.narratives + MutationRule.codes
        + MutationRule.references
        + MutationRule.contained + MutationRule.bundles + MutationRule.invariants

    /// A resource that is valid as it is, with the places where it can be broken.
    struct Original: Sendable {
        let name: String
        let sites: [MutationSite]

        /// nil if it is not valid.
        init?(_ name: String, _ bytes: [UInt8]) throws {
            let document = try JSONDocument.parse(bytes)
            guard ResourceValidator().validate(document).isValid else { return nil }
            self.name = name
            sites = MutationSite.all(of: document)
        }
    }

    /// What came of breaking originals by a rule.
    struct Outcome {
        var mutants = 0
        var spares = 0
        /// Mutants without an error at their place, and spares with one.
        var missed: [String] = []

        mutating func judge(_ rule: MutationRule, _ original: Original, _ site: MutationSite) throws -> Bool {
            guard let mutant = rule.apply(site) else { return false }
            mutants += 1
            let found = try Self.errors(of: mutant)
            // Rules that are named by a key are found by that key.
            let key = rule.name.firstMatch(of: /^[a-z]+-[0-9]+/).map { String($0.output) }
            let isFound = found.contains { issue in
                issue.expression == mutant.expression && (key.map { issue.diagnostics.contains($0) } ?? true)
            }
            if !isFound {
                let others = found.map { "\($0.brief): \($0.diagnostics)" }
                missed.append("\(rule.name), \(original.name), \(mutant.expression): \(others.prefix(3))")
            }
            guard let spare = rule.spare(site) else { return true }
            spares += 1
            if let wrong = try Self.errors(of: spare).first(where: { $0.expression == spare.expression }) {
                missed.append("\(rule.name) where it is allowed, \(original.name): \(wrong.brief) \(wrong.diagnostics)")
            }
            return true
        }

        private static func errors(of mutant: Mutant) throws -> [FHIR.Issue] {
            ResourceValidator().validate(try JSONDocument.parse(mutant.bytes)).issues.filter(\.isError)
        }
    }

    static let ours: [Original] = MutationExamples.all.compactMap { try? Original($0.name, $0.bytes) }

    @Test("the resources are valid before they are broken")
    func originals() throws {
        for (name, bytes) in MutationExamples.all {
            let issues = ResourceValidator().validate(try JSONDocument.parse(bytes)).issues.filter(\.isError)
            #expect(issues == [], "\(name)")
        }
    }

    @Test("what is broken is found at its place in our own examples", arguments: rules)
    func ourExamples(_ rule: MutationRule) throws {
        var outcome = Outcome()
        for original in Self.ours {
            for site in original.sites { _ = try outcome.judge(rule, original, site) }
        }
        #expect(outcome.missed == [])
    }

    @Test(
        "what is broken is found at its place in official examples",
        .enabled(if: ReferenceArchive.specificationExamples.exists, "needs ../shared/data"))
    func officialExamples() throws {
        let originals = try ReferenceArchive.specificationExamples.files().filter { $0.bytes.count < 24_000 }
            .compactMap { try Original($0.name, $0.bytes) }
        var total = Outcome()
        var unused: [String] = []
        for rule in Self.rules {
            var outcome = Outcome()
            for original in originals where outcome.mutants < 60 {
                // Three places in each, spread over it: rules meet many files and many kinds of places.
                var left = 3
                let stride = max(1, original.sites.count / 40)
                for start in 0..<stride {
                    for position in Swift.stride(from: start, to: original.sites.count, by: stride) where left > 0 {
                        if try outcome.judge(rule, original, original.sites[position]) { left -= 1 }
                    }
                }
            }
            if outcome.mutants == 0 { unused.append(rule.name) }
            total.mutants += outcome.mutants
            total.spares += outcome.spares
            total.missed += outcome.missed
        }
        print(
            "\(Self.rules.count) rules, \(total.mutants) mutants and \(total.spares) spares of \(originals.count) official examples"
        )
        print("rules that no official example has a place for:", unused)
        #expect(total.mutants > 5000)
        #expect(total.missed.isEmpty, "\(total.missed.count): \(total.missed.prefix(400).joined(separator: "\n"))")
    }
}
