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
    /// What invariants may know beyond the document; by itself they know R4's value sets.
    public var environment: FHIRPathEnvironment
    /// Whether warnings and information are told, too, or errors alone.
    public var tellsRemarks = true

    public init(judge: (any ResourceJudge)? = nil, environment: FHIRPathEnvironment = .specification) {
        self.judge = judge
        self.environment = environment
    }

    /// - Parameters:
    ///   - document: the resource.
    ///   - expected: the type that it must be of, where the request says so.
    public func validate(_ document: JSONDocument, as expected: ResourceType? = nil) -> ValidationResult {
        document.bytes.withUnsafeBufferPointer { text in
            let findings = ShapeFindings(keepsRemarks: tellsRemarks)
            let visitor = ContentVisitor(
                document: document, findings: findings, judge: judge, evaluator: FHIRPathEvaluator(environment))
            var walk = ShapeWalk(document: document, text: text, visitor: visitor, findings: findings)
            let type = walk.checkResource(0, place: .outermost, expected: expected)
            return ValidationResult(
                type: type, issues: findings.issues,
                specificationErrors: findings.errorCount - findings.ruleErrors, ruleErrors: findings.ruleErrors)
        }
    }
}
