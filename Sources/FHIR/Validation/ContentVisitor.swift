/// Travels along with the walk and judges each object when it is whole: by the invariants of its type and of its
/// element, and a resource by who else is asked.
struct ContentVisitor: ShapeVisitor {
    static var judgesContent: Bool { true }

    let document: JSONDocument
    let findings: ShapeFindings
    let judge: (any ResourceJudge)?
    let evaluator: FHIRPathEvaluator
    private let invariants = InvariantRules.all
    /// Tape indexes of what the evaluator has as %resource and %rootResource.
    private var resource: Int32 = -1
    private var container: Int32 = -1

    init(
        document: JSONDocument, findings: ShapeFindings, judge: (any ResourceJudge)?, evaluator: FHIRPathEvaluator
    ) {
        self.document = document
        self.findings = findings
        self.judge = judge
        self.evaluator = evaluator
    }

    mutating func visit(_ object: VisitedObject) {
        check(invariants.rules(of: object.type), object)
        if let element = object.element { check(invariants.rules(of: element), object) }
        if let judge, object.index == object.resource { ask(judge, about: object) }
    }

    @inline(__always)
    private mutating func check(_ rules: [InvariantRules.Rule], _ object: VisitedObject) {
        for rule in rules where rule.needs.allow(object.present) { check(rule, object) }
    }

    private mutating func check(_ rule: InvariantRules.Rule, _ object: VisitedObject) {
        let node = FHIRPathNode(
            document.node(at: object.index), companion: nil, type: object.type, element: object.element)
        if resource != object.resource {
            resource = object.resource
            evaluator.environment.resource = FHIRPathNode(resource: document.node(at: resource))
        }
        if container != object.container {
            container = object.container
            evaluator.environment.rootResource = FHIRPathNode(resource: document.node(at: container))
        }
        do {
            guard try evaluator.holds(rule.path, node) == false else { return }
            report(object, rule.fact.severity == .error ? .error : .warning, InvariantWords.sentence(rule.fact))
        } catch {
            report(
                object, .warning, "Whether the rule \(rule.fact.key) holds could not be decided: \(error)")
        }
    }

    private func report(_ object: VisitedObject, _ severity: Issue.Severity, _ diagnostics: @autoclosure () -> String) {
        findings.add(at: Int(object.index), severity: severity) {
            Issue(
                .invariant, diagnostics(), at: ShapePath(document: document).expression(of: Int(object.index)),
                severity: severity)
        }
    }

    private func ask(_ judge: any ResourceJudge, about object: VisitedObject) {
        judge.judge(document.node(at: object.resource), container: document.node(at: object.container)) { node, issue in
            findings.add(at: Int(node.index), severity: issue.severity, isRule: true) {
                var issue = issue
                issue.expression = issue.expression ?? ShapePath(document: document).expression(of: Int(node.index))
                return issue
            }
        }
    }
}

extension FHIRPathEnvironment {
    /// What the specification itself knows: its value sets, for memberOf().
    public static let specification: FHIRPathEnvironment = {
        var environment = FHIRPathEnvironment()
        environment.memberOf = { ValueSetMembership.isMember($0, of: $1) }
        return environment
    }()
}
