/// Why a patch was not carried out. Nothing of it was: a patch is applied as a whole or not at all (RFC 5789 §2).
public struct PatchError: Error, Sendable, Equatable {
    /// Whose fault it is, which decides the status of the answer.
    public enum Fault: Sendable, Equatable {
        /// The patch document itself is wrong, whatever it is applied to: 400.
        case document
        /// The patch is well made but cannot be applied to this resource as it is now: 422 (RFC 5789 §2.2, "unprocessable
        /// request").
        case resource
        /// A `test` operation found something else than it demands: 422 as well. RFC 5789 §2.2 gives 409 for a state of
        /// the resource that conflicts, but a client that repeats the patch unchanged would fail again, and 412 stays
        /// for preconditions in headers (`If-Match`).
        case test
    }

    public let fault: Fault
    /// What was found, what was expected, what to do.
    public let issue: Issue
    /// Which operation of the patch it was, counted from 1; nil if it is not about one of them.
    public let operation: Int?

    public init(_ fault: Fault, _ issue: Issue, operation: Int? = nil) {
        self.fault = fault
        self.issue = issue
        self.operation = operation
    }

    /// The status that the answer to a PATCH should have.
    public var status: Int { fault == .document ? 400 : 422 }

    static func document(_ code: IssueType, _ diagnostics: String, operation: Int? = nil) -> PatchError {
        PatchError(.document, Issue(code, diagnostics), operation: operation)
    }
}
