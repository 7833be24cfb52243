import FHIR
import Store

/// Why an interaction was not carried out, in terms that every channel can render: an HTTP status with an
/// OperationOutcome, an ERR segment, a log line.
public struct Problem: Error, Sendable {
    public enum Kind: Sendable, Equatable {
        /// The request cannot be understood or breaks the base specification.
        case invalid
        case unauthenticated
        case forbidden
        case notFound
        /// It was deleted, at this version.
        case gone(version: Int32)
        /// The link to a page is no longer kept.
        case expired
        case methodNotAllowed
        case conflict
        /// A condition that the client set (If-Match, If-None-Match, If-None-Exist) does not hold.
        case preconditionFailed
        /// A rule of the house refuses it.
        case unprocessable
        /// The record cannot be reached just now.
        case unavailable
        case timeout
        /// More than the server takes or gives at once.
        case tooLarge
        /// Too much is asked just now; it may be asked again in a moment.
        case throttled
        /// A defect of the server.
        case internalError
    }

    public let kind: Kind
    /// What the log should know and a client need not: the database's own words.
    public private(set) var cause: String?
    public var issues: [Issue]
    /// The audit has its entry already: whoever answers need not note it.
    public private(set) var isNoted = false

    public init(_ kind: Kind, _ issues: [Issue]) {
        self.kind = kind
        self.issues = issues
    }

    public init(_ kind: Kind, _ code: IssueType, _ diagnostics: String, at expression: String? = nil) {
        self.init(kind, [Issue(code, diagnostics, at: expression)])
    }

    /// The same problem, after its entry was written to the audit.
    var noted: Problem {
        var problem = self
        problem.isNoted = true
        return problem
    }

    /// Whoever asked has gone: nobody reads this but the audit.
    static let abandoned = Problem(
        .timeout, .timeout, "The client closed its connection before the answer was there; the work was ended.")

    /// The same problem, with the place of an entry before the place of each issue.
    public func inside(_ place: String?) -> Problem {
        guard let place else { return self }
        var problem = self
        for index in problem.issues.indices where problem.issues[index].expression?.hasPrefix("Bundle.") != true {
            problem.issues[index].expression = place
        }
        return problem
    }
}

extension Problem {
    /// Whatever was thrown on the way to the record and back.
    init(of error: any Error) {
        self =
            switch error {
            case let problem as Problem: problem
            case let error as StoreError: Problem(error)
            default: Problem(.internalError, .exception, String(describing: error))
            }
    }

    /// What went wrong in the record, as the one who asked can understand it.
    public init(_ error: StoreError) {
        switch error {
        case .refused(_, let refusal):
            self = Problem(refusal)
        case .collision:
            self = Problem(
                .conflict, .lockError, "Other requests kept changing the same resources; repeat the request.")
        case .unavailable(let reason):
            self = Problem(
                .unavailable, .transient,
                "The database cannot be reached just now; nothing was changed, repeat later.")
            cause = reason
        case .timeout:
            self = Problem(
                .timeout, .timeout,
                "The database took longer than this server lets it; nothing was changed. Ask for less at once, or repeat "
                    + "later.")
        case .tooLarge(let reason):
            self = Problem(
                .tooLarge, .tooCostly,
                "The request asks for more than the database does at once; nothing was changed. Send it in parts, or "
                    + "narrow it.")
            cause = reason
        case .overloaded(let reason):
            self = Problem(
                .throttled, .throttled,
                "All connections to the database are at work; nothing was changed. Repeat the request in a moment.")
            cause = reason
        case .unknownOutcome(let reason):
            self = Problem(
                .unavailable, .transient,
                "The connection to the database was lost before it confirmed; whether the change was made is not known, "
                    + "look before you repeat it.")
            cause = reason
        case .full(let reason):
            self = Problem(
                .unavailable, .noStore, "The database has no space left; nothing was changed.")
            cause = reason
        case .page(.forged):
            self = Problem(
                .invalid, .value, "_page is no page of this server; begin again without it.", at: "http._page")
        case .page(.foreign):
            self = Problem(
                .invalid, .value,
                "_page belongs to a query with other parameters; follow the link as it is, or begin again without it.",
                at: "http._page")
        case .page(.expired):
            self = Problem(
                .expired, .expired, "The page is no longer kept; begin again without _page.", at: "http._page")
        case .page(.outrun(let limit)):
            self = Problem(
                .tooLarge, .tooCostly,
                "More than \(limit) resources that the search may concern have changed since the moment that it asks for. "
                    + "Begin the search again without _page, or ask for a later moment.")
        case .tooManyContainers(let limit):
            self = Problem(
                .tooLarge, .tooCostly,
                "More than \(limit) resources contain one of a type that is searched, and each would have to be judged. "
                    + "Search the containers instead, or take them with $export.", at: "http._contained")
        case .tooManyCanonicals(let limit):
            self = Problem(
                .tooLarge, .tooCostly,
                "More than \(limit) resources fulfil what is asked behind a canonical url, and each is followed by itself; "
                    + "ask for less behind it, or search by the url.", at: "http")
        case .failed(let reason):
            self = Problem(.internalError, .exception, "The record failed: \(reason)")
        }
    }

    private init(_ refusal: WriteRefusal) {
        switch refusal {
        case .absent:
            self = Problem(.notFound, .notFound, "The resource does not exist.")
        case .exists(let version):
            self = Problem(
                .preconditionFailed, .conflict,
                "The resource exists already at version \(version), and If-None-Match: * asks that it does not.")
        case .deleted(let version):
            self = Problem(
                .preconditionFailed, .conflict,
                "The resource was deleted by version \(version), and If-Match asks for one that is there.")
        case .dangling(let reference, let path):
            self = Problem(
                .unprocessable, .notFound,
                "\(path) refers to \(reference), which is not there; write that first, or both in one transaction.",
                at: path)
        case .versionMismatch(let current):
            self = Problem(
                .preconditionFailed, .conflict,
                "The resource is at version \(current), not at the one that If-Match names. Read it again, make the "
                    + "change anew and send it with If-Match: W/\"\(current)\".")
        }
    }
}

extension StoreError {
    /// The place of the entry that was refused, in the order in which the entries were given.
    var refusedEntry: Int? {
        if case .refused(let entry, _) = self { return entry }
        return nil
    }
}
