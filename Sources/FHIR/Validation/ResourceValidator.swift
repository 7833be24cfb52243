/// Whether a resource is what FHIR R4 allows: its shape (``ShapeValidator``), references, contained resources, Bundles,
/// codes, narrative and all invariants of the definitions; and by a ``ResourceJudge`` whatever else is asked of it.
///
/// ```swift
/// let result = ResourceValidator().validate(try JSONDocument.parse(body), as: .patient)
/// guard result.isValid else { return OperationOutcome(result.issues) }
/// ```
public struct ResourceValidator: Sendable {
    /// Asked about every resource beside the base specification.
    public var judge: (any ResourceJudge)?

    public init(judge: (any ResourceJudge)? = nil) {
        self.judge = judge
    }

    /// - Parameters:
    ///   - document: the resource.
    ///   - expected: the type that it must be of, where the request says so.
    public func validate(_ document: JSONDocument, as expected: ResourceType? = nil) -> ValidationResult {
        document.bytes.withUnsafeBufferPointer { text in
            let findings = ShapeFindings()
            let visitor = ContentVisitor(document: document, findings: findings, judge: judge)
            var walk = ShapeWalk(document: document, text: text, visitor: visitor, findings: findings)
            let type = walk.checkResource(0, place: .outermost, expected: expected)
            return ValidationResult(
                type: type, issues: findings.issues,
                specificationErrors: findings.errorCount - findings.ruleErrors, ruleErrors: findings.ruleErrors)
        }
    }
}

/// Travels along with the walk and judges what is whole by then.
struct ContentVisitor: ShapeVisitor {
    static var judgesContent: Bool { true }

    let document: JSONDocument
    let findings: ShapeFindings
    let judge: (any ResourceJudge)?

    mutating func visit(_ object: VisitedObject) {
        if let judge, object.index == object.resource { ask(judge, about: object) }
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
