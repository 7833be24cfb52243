/// Why a search is not carried out (HTTP 400): each finding names the parameter (`http.name`), what is wrong with it and
/// what would be right.
public struct SearchRefusal: Error, Sendable, Equatable {
    public let issues: [Issue]

    public init(issues: [Issue]) {
        self.issues = issues
    }
}

/// What is wrong with one parameter.
struct SearchFault: Error, Sendable {
    enum Kind: Sendable {
        /// Nobody knows such a parameter: what a lenient search may leave out.
        case unknown
        /// It is known, but this is not done.
        case notSupported
        /// Its value cannot be read.
        case value
        /// Beyond a limit of ``SearchLimits``.
        case tooCostly
    }

    let kind: Kind
    /// A sentence.
    let message: String

    init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    init(_ error: SearchQueryError) {
        self.init(.value, "\(error.message).")
    }

    /// - Parameter name: the parameter's, as it was written.
    func issue(_ name: String, severity: Issue.Severity = .error) -> Issue {
        let code: IssueType =
            switch kind {
            case .unknown, .notSupported: .notSupported
            case .value: .value
            case .tooCostly: .tooCostly
            }
        let shown = String(name.prefix(200))
        return Issue(code, "\(shown): \(message)", at: "http.\(shown)", severity: severity)
    }
}
