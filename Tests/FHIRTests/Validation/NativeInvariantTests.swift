import Testing

@testable import FHIR

/// The invariants that the walk decides itself, beside what their expressions say.
@Suite("Invariants that the walk decides")
struct NativeInvariantTests {
    /// The expressions of those that are compared. dom-3 and dom-6 are not: the walk is stricter with contained resources
    /// that have no id, and asks for no narrative of contained resources. txt-1 and txt-2 have tests of their own.
    private static let compared: [String: FHIRPath] = {
        var paths: [String: FHIRPath] = [:]
        for type in R4.table.types {
            for rule in type.invariants + type.elements.flatMap(\.invariants)
            where InvariantRules.decidedByWalk.contains(rule.key) {
                paths[rule.key] = try? FHIRPath(rule.expression, dialect: .specification)
            }
        }
        for key in ["dom-3", "dom-6", "txt-1", "txt-2"] { paths[key] = nil }
        return paths
    }()

    /// The keys of the rules that fail somewhere in a document, by the walk and by their expressions.
    private func verdicts(_ bytes: [UInt8]) throws -> (walk: Set<String>, expressions: Set<String>) {
        let document = try JSONDocument.parse(bytes)
        var walk: Set<String> = []
        for issue in ResourceValidator().validate(document).issues where issue.isError {
            for match in issue.diagnostics.matches(of: /\(([a-z]+-[0-9]+)\)/) { walk.insert(String(match.1)) }
        }
        // Where the first entry holds no resource at all, the expressions of these are neither true nor false.
        if let first = document.root["entry"]?.elements.first, first["resource"] == nil {
            walk.subtract(["bdl-11", "bdl-12"])
        }
        var expressions: Set<String> = []
        let evaluator = FHIRPathEvaluator(.specification)
        for object in RecordingVisitor.objects(of: document) {
            let invariants = Set(object.type.invariants + (object.element?.invariants ?? []))
            for invariant in invariants {
                guard let path = Self.compared[invariant.key] else { continue }
                if evaluator.fails(path, object, of: document) == true { expressions.insert(invariant.key) }
            }
        }
        return (walk.intersection(Self.compared.keys), expressions)
    }

    @Test("there are expressions to compare with")
    func expressions() {
        #expect(Set(Self.compared.keys).union(["dom-3", "dom-6", "txt-1", "txt-2"]) == InvariantRules.decidedByWalk)
    }

    static let rules =
        MutationRule.references + MutationRule.contained + MutationRule.bundles
        + MutationRule.invariants.filter { $0.name.hasPrefix("ext-1") }
        + MutationRule.shape.filter { $0.name == "an id alone" }

    @Test("the walk and the expression agree on every mutant of our examples", arguments: rules)
    func mutants(_ rule: MutationRule) throws {
        for original in MutationTests.ours {
            for site in original.sites {
                guard let mutant = rule.apply(site) else { continue }
                let (walk, expressions) = try verdicts(mutant.bytes)
                #expect(walk == expressions, "\(original.name) \(mutant.expression)")
            }
        }
    }

    @Test(
        "they agree on the official examples, but for canonicals that point at nothing",
        .enabled(if: ReferenceArchive.specificationExamples.exists, "needs ../shared/data"))
    func officialExamples() throws {
        var differing: [String] = []
        for file in try ReferenceArchive.specificationExamples.files() where file.bytes.count < 100_000 {
            let (walk, expressions) = try verdicts(file.bytes)
            if walk != expressions { differing.append(String(file.name.split(separator: "/").last ?? "")) }
        }
        // ref-1 is written for References; the walk asks the same of canonicals.
        #expect(differing == ["plandefinition-example-cardiology-os.json"])
    }
}
