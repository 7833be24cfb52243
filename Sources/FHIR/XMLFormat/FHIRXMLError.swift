import XML

/// Why a text is not a resource in FHIR's XML format, or why a JSON resource cannot be written in it.
public struct FHIRXMLError: Error, Sendable, Equatable {
    /// One thing that is wrong.
    public struct Fault: Sendable, Equatable {
        public let code: IssueType
        /// One plain sentence: what was found, what was expected, what to do. Without the place.
        public let message: String
        /// FHIRPath of the element, `Patient.name[0].given[1]`; nil where the text is no XML at all.
        public let expression: String?
        /// Line and column in the XML that was read; nil where JSON was.
        public let position: XMLPosition?

        public init(_ code: IssueType, _ message: String, at expression: String?, position: XMLPosition?) {
            self.code = code
            self.message = message
            self.expression = expression
            self.position = position
        }
    }

    /// How many faults are listed.
    public static let limit = 100

    /// What is wrong, in the order of the document; at least one.
    public let faults: [Fault]
    /// How many more faults there are than are listed.
    public let unlisted: Int

    public init(_ faults: [Fault], unlisted: Int = 0) {
        self.faults = faults
        self.unlisted = unlisted
    }

    init(_ error: XMLError) {
        self.init([Fault(error.issueType, error.message, at: nil, position: error.position)])
    }

    /// The first fault in words, with its place.
    public var message: String {
        guard let first = faults.first else { return "The resource cannot be converted." }
        let places = [first.position?.description, first.expression.map { "at \($0)" }].compactMap { $0 }
        return places.isEmpty ? first.message : "\(first.message) (\(places.joined(separator: ", ")))"
    }

    /// The faults as an OperationOutcome tells them.
    public var issues: [Issue] {
        let listed = faults.map { fault in
            Issue(
                fault.code, fault.position.map { "\(fault.message) (\($0))" } ?? fault.message, at: fault.expression)
        }
        guard unlisted > 0 else { return listed }
        return listed + [
            Issue(.informational, "\(unlisted) more findings are not listed.", severity: .information)
        ]
    }
}

extension FHIRXMLError: CustomStringConvertible {
    public var description: String { message }
}

extension XMLError {
    /// R4's word for it: what goes beyond a limit is too costly or too long, what is refused on principle is a matter
    /// of security, the rest is not XML.
    var issueType: IssueType {
        switch reason {
        case .documentType, .catalogue: .security
        case .tooManyBytes, .attributeTooLong, .textTooLong, .nameTooLong: .tooLong
        case .tooDeep, .tooManyElements, .tooManyAttributes, .tooManyNamespaces, .outOfMemory: .tooCostly
        case .encodingNotSupported: .notSupported
        default: .structure
        }
    }
}
