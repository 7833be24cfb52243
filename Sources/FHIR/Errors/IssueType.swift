/// R4's issue types (http://hl7.org/fhir/issue-type): what kind of thing went wrong.
public enum IssueType: String, Sendable, CaseIterable {
    /// The content is not what R4 allows; one of the next four says how.
    case invalid
    case structure
    case required
    case value
    case invariant
    /// Who asked may not; one of the next five says why.
    case security
    case login
    case unknown
    case expired
    case forbidden
    case suppressed
    /// The request cannot be carried out; one of the next says why.
    case processing
    case notSupported = "not-supported"
    case duplicate
    case multipleMatches = "multiple-matches"
    case notFound = "not-found"
    case deleted
    case tooLong = "too-long"
    case codeInvalid = "code-invalid"
    case `extension`
    case tooCostly = "too-costly"
    case businessRule = "business-rule"
    case conflict
    /// It may work if it is tried again; one of the next says why it did not.
    case transient
    case lockError = "lock-error"
    case noStore = "no-store"
    case exception
    case timeout
    case incomplete
    case throttled
    /// Nothing went wrong.
    case informational
}
