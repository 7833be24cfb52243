import FHIR

/// What a part of a request came to.
enum ItemResult: Sendable, Equatable {
    case created
    case updated
    /// A conditional create that found what it would have made.
    case existed
    case deleted
    /// Read, or looked at only.
    case nothing
    case failed(Problem)
}

/// Why the server did not take something.
struct Problem: Sendable, Equatable {
    /// The HTTP status; 0 where there was none.
    let status: Int
    /// The first issue's own words, and where it is.
    var diagnostics: String
    var expression: String?
    /// Whether a reference led nowhere, so that it may succeed when more has been loaded.
    var isUnresolvedReference = false

    var description: String {
        let place = expression.map { " (at \($0))" } ?? ""
        return (status == 0 ? "" : "\(status) ") + diagnostics + place
    }
}

extension Answer {
    /// Whether the body is an OperationOutcome, so that the FHIR server itself speaks.
    var isOutcome: Bool {
        parsedBody?["resourceType"]?.equals("OperationOutcome") ?? false
    }

    /// What came of each item of the submission, in its order.
    func results(for submission: Submission) -> [(item: Submission.Item, result: ItemResult)] {
        guard isSuccess else {
            let problem = Problem(status: status, body: parsedBody, text: body)
            return submission.items.map { ($0, .failed(problem)) }
        }
        if submission.shape == .resource {
            return submission.items.map { ($0, $0.result(status: status, outcome: nil)) }
        }
        let answer = parsedBody
        let entries = answer.map { Array($0.elements("entry")) } ?? []
        if entries.isEmpty, submission.shape == .transaction {
            // A transaction that succeeded has done all, also where the answer was left out (Prefer: return=minimal).
            return submission.items.map { ($0, $0.result(status: status, outcome: nil)) }
        }
        guard entries.count == submission.items.count else {
            let text = "the answer has \(entries.count) entries for \(submission.items.count) that were sent"
            return submission.items.map { ($0, .failed(Problem(status: status, diagnostics: text))) }
        }
        return zip(submission.items, entries).map { item, entry in
            let response = entry["response"]
            let status = response?["status"]?.string.flatMap { Int($0.prefix(3)) } ?? 0
            return (item, item.result(status: status, outcome: response?["outcome"]))
        }
    }

    /// Why the request as a whole was not done.
    var problem: Problem { Problem(status: status, body: parsedBody, text: body) }

    private var parsedBody: JSONNode? {
        try? JSONDocument.parse(body).root
    }
}

extension Submission.Item {
    fileprivate func result(status: Int, outcome: JSONNode?) -> ItemResult {
        guard (200..<300).contains(status) else {
            return .failed(Problem(status: status, body: outcome, text: []))
        }
        switch method {
        case .get, .head: return .nothing
        case .delete: return .deleted
        case .post: return status == 201 ? .created : .existed
        case .put, .patch: return status == 201 ? .created : .updated
        }
    }
}

extension Problem {
    fileprivate init(status: Int, body: JSONNode?, text: [UInt8]) {
        self.status = status
        // The first issue that is an error; warnings may come before it.
        let issues = body.map { Array($0.elements("issue")) } ?? []
        let isError = { (issue: JSONNode) in
            (issue["severity"]?.equals("error") ?? false) || (issue["severity"]?.equals("fatal") ?? false)
        }
        let issue = issues.first(where: isError) ?? issues.first
        let words = issue?["diagnostics"]?.string ?? issue?["details"]?["text"]?.string ?? issue?["code"]?.string
        diagnostics =
            words
            ?? (text.isEmpty ? "no reason given" : String(decoding: text.prefix(200), as: UTF8.self).onOneLine)
        expression = issue?.elements("expression").first?.string ?? issue?.elements("location").first?.string
        let code = issue?["code"]?.string ?? ""
        isUnresolvedReference = Self.isUnresolvedReference(status: status, code: code, words: diagnostics)
    }

    /// Servers say it in different ways; to take something else for it costs one more try, and only after progress.
    private static func isUnresolvedReference(status: Int, code: String, words: String) -> Bool {
        guard [400, 404, 409, 412, 422].contains(status) else { return false }
        let words = words.lowercased()
        return code == "not-found"
            || ["reference", "resolve", "not found", "no match", "does not exist", "no resources match"]
                .contains { words.contains($0) }
    }
}

extension String {
    /// White space of all kinds as single spaces, for reports of one line.
    var onOneLine: String {
        split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}
