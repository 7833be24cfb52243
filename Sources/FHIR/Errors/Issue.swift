/// One finding: what was found where, and what to do about it. Rendered as an issue of an OperationOutcome.
public struct Issue: Error, Sendable, Equatable {
    public enum Severity: String, Sendable, CaseIterable, Comparable {
        case fatal, error, warning, information

        /// The gravest first.
        public static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }

        private var rank: Int {
            switch self {
            case .fatal: 0
            case .error: 1
            case .warning: 2
            case .information: 3
            }
        }
    }

    public var severity: Severity
    public var code: IssueType
    /// A plain sentence for the person who has to act: what was found, what was expected, what to do.
    public var diagnostics: String
    /// FHIRPath of the element, `Patient.name[0].given[1]`; nil if the finding has no place.
    public var expression: String?

    public init(
        _ code: IssueType, _ diagnostics: String, at expression: String? = nil, severity: Severity = .error
    ) {
        self.severity = severity
        self.code = code
        self.diagnostics = diagnostics
        self.expression = expression
    }

    /// Whether it keeps the request from succeeding.
    public var isError: Bool { severity == .fatal || severity == .error }
}
