import Testing

@testable import FHIR

/// Sees all objects of a document.
struct RecordingVisitor: ShapeVisitor {
    static var judgesContent: Bool { true }
    var objects: [VisitedObject] = []

    mutating func visit(_ object: VisitedObject) { objects.append(object) }

    static func objects(of document: JSONDocument) -> [VisitedObject] {
        document.bytes.withUnsafeBufferPointer { text in
            var walk = ShapeWalk(document: document, text: text, visitor: RecordingVisitor())
            walk.checkResource(0, place: .outermost)
            return walk.visitor.objects
        }
    }
}

extension FHIRPathEvaluator {
    /// Whether a rule fails on an object; nil where it cannot be evaluated.
    func fails(_ path: FHIRPath, _ object: VisitedObject, of document: JSONDocument) -> Bool? {
        environment.resource = FHIRPathNode(resource: document.node(at: object.resource))
        environment.rootResource = FHIRPathNode(resource: document.node(at: object.container))
        let node = FHIRPathNode(
            document.node(at: object.index), companion: nil, type: object.type, element: object.element)
        return (try? holds(path, node)).map { $0 == false }
    }
}

@Suite("Invariants")
struct InvariantRuleTests {
    @Test("every invariant of R4 is decided by its expression or by the walk")
    func completeness() {
        var invariants: Set<InvariantFact> = []
        for type in R4.table.types {
            invariants.formUnion(type.invariants)
            for element in type.elements { invariants.formUnion(element.invariants) }
        }
        #expect(invariants.count == 239)
        var compiled: Set<InvariantFact> = []
        for type in R4.table.types {
            compiled.formUnion(InvariantRules.all.rules(of: type).map(\.fact))
            for element in type.elements { compiled.formUnion(InvariantRules.all.rules(of: element).map(\.fact)) }
        }
        let left = invariants.subtracting(compiled).filter { !InvariantRules.decidedByWalk.contains($0.key) }
        #expect(left.map(\.key).sorted() == [])
    }

    private static func needs(_ expression: String, _ type: String) throws -> [Set<String>] {
        let fact = try #require(R4.table.type(type))
        return InvariantNeeds(try FHIRPathExpression(parsing: expression), of: fact).masks.map { mask in
            Set(fact.elements.filter { mask & (1 << UInt64($0.position)) != 0 }.map(\.name))
        }
    }

    @Test("what a rule needs to fail is read from its expression")
    func needs() throws {
        #expect(try Self.needs("code.empty() or system.exists()", "Quantity") == [["code"]])
        #expect(
            try Self.needs("low.empty() or high.empty() or (low <= high)", "Range") == [
                ["low"], ["high"], ["low"], ["high"],
            ])
        #expect(
            try Self.needs("duration.exists() implies duration >= 0", "Timing.repeat") == [["duration"], ["duration"]])
        #expect(
            try Self.needs("Appointment.cancelationReason.exists() implies Appointment.status='no-show'", "Appointment")
                == [["cancelationReason"], ["status"]])
        #expect(try Self.needs("name.exists() or telecom.exists()", "Patient.contact") == [])
        #expect(try Self.needs("start.exists() = end.exists()", "Appointment") == [])
        #expect(try Self.needs("(identifier.count() + name.count()) > 0", "Organization") == [])
        #expect(
            try Self.needs("(a.empty() or low.empty()) and (high.empty())", "Range") == [["low", "high"]])
    }

    /// Rules are skipped where what they need is missing; that never hides a failure.
    private func skippedFailures(_ documents: [[UInt8]]) throws -> (evaluated: Int, failures: [String]) {
        var failures: [String] = []
        var evaluated = 0
        let evaluator = FHIRPathEvaluator(.specification)
        for bytes in documents {
            let document = try JSONDocument.parse(bytes)
            for object in RecordingVisitor.objects(of: document) {
                let rules =
                    InvariantRules.all.rules(of: object.type)
                    + (object.element.map { InvariantRules.all.rules(of: $0) } ?? [])
                for rule in rules where !rule.needs.allow(object.present) {
                    evaluated += 1
                    if evaluator.fails(rule.path, object, of: document) == true { failures.append(rule.fact.key) }
                }
            }
        }
        return (evaluated, failures)
    }

    @Test("what is skipped would not have failed, in our own examples and their mutants")
    func skippingOurs() throws {
        var documents = MutationExamples.all.map(\.bytes)
        for original in MutationTests.ours {
            for site in original.sites {
                documents += MutationRule.invariants.compactMap { $0.apply(site)?.bytes }
            }
        }
        let result = try skippedFailures(documents)
        #expect(result.evaluated > 1_000)
        #expect(result.failures == [])
    }

    @Test(
        "what is skipped would not have failed, in published resources",
        .enabled(
            if: ReferenceArchive.generatedExamples.exists && ReferenceArchive.specificationExamples.exists,
            "needs ../shared/data"))
    func skippingPublished() throws {
        let files =
            try ReferenceArchive.generatedExamples.files()
            + ReferenceArchive.specificationExamples.files().filter { $0.bytes.count < 200_000 }
        let result = try skippedFailures(files.map(\.bytes))
        #expect(result.evaluated > 10_000)
        #expect(result.failures == [])
    }
}
