/// What validation found in a resource.
public struct ValidationResult: Sendable {
    /// The type that the resource says it has, if R4 knows it.
    public let type: ResourceType?
    /// The findings in the order of the document, a hundred at most; beyond that the last says how many more there are.
    /// Errors are listed before warnings and remarks where not all can be.
    public let issues: [Issue]
    /// How many errors break the base specification: such a resource is no FHIR (HTTP status 400).
    public let specificationErrors: Int
    /// How many break a profile or a rule of the house: the resource is FHIR, but not what is asked for here (422).
    public let ruleErrors: Int

    public var isValid: Bool { specificationErrors == 0 && ruleErrors == 0 }

    /// With warnings and remarks beside these findings.
    public func noting(_ others: [Issue]) -> ValidationResult {
        ValidationResult(
            type: type, issues: issues + others, specificationErrors: specificationErrors, ruleErrors: ruleErrors)
    }
}

/// What judges resources by more than the base specification does: profiles, rules of the house.
public protocol ResourceJudge: Sendable {
    /// Called once for every resource of a document of which R4 knows the type: the outermost, the entries of Bundles,
    /// what Parameters hold, and contained ones.
    ///
    /// - Parameters:
    ///   - resource: the resource.
    ///   - container: the resource that contains it; itself, if it is not contained.
    ///   - report: takes a finding and the node it is about, which puts it into the order of the document.
    func judge(_ resource: JSONNode, container: JSONNode, report: (JSONNode, Issue) -> Void)
}
