import Domain
import FHIR

extension Refusal {
    /// The refusal as a FHIR client is told it, with the element as FHIRPath: `Encounter.location[0].period`.
    public func issue(in type: ResourceType) -> Issue {
        Issue(code.issueType, reason, at: element.map { "\(type.name).\($0)" } ?? type.name)
    }
}

extension Refusal.Code {
    /// R4's word for it: what can never be right is invalid, what the house does not allow breaks a business rule.
    public var issueType: IssueType {
        switch self {
        case .endsBeforeStart, .linkedToItself, .partOfItself: .invalid
        case .bedOccupied, .bedNotReady, .bedNotInService: .businessRule
        }
    }
}
