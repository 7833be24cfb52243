/// What a judgement by profiles found. Never shared between threads.
final class ProfileFindings {
    private struct Finding {
        /// Tape index of the place.
        let index: Int
        /// The name of what is missing there.
        let missing: String?
        let severity: Issue.Severity
        let code: IssueType
        let text: String
        let source: String
    }

    /// Two profiles that complain about one thing are one finding.
    private struct Fault: Hashable {
        let index: Int
        let text: String
    }

    /// Above 0 while it is only to be known whether there are errors; then they are counted, not listed.
    var silence = 0
    var silentErrors = 0
    var firstSilentError = ""
    /// Canonicals and urls of which was said already that they are not known.
    var told: Set<String> = []

    private var list: [Finding] = []
    private var seen: Set<Fault> = []
    private(set) var more = 0
    /// Findings beyond this are only counted: they would never be listed.
    private static let maximum = 10_000

    /// - Parameters:
    ///   - text: what is wrong, the same for every profile that says so.
    ///   - source: which profile asks for it, and for which of its elements.
    func add(
        _ severity: Issue.Severity, _ code: IssueType, at index: Int, missing: String?, text: String, source: String
    ) {
        guard list.count < Self.maximum else {
            more += 1
            return
        }
        guard seen.insert(Fault(index: index, text: text)).inserted else { return }
        list.append(
            Finding(index: index, missing: missing, severity: severity, code: code, text: text, source: source))
    }

    /// The findings in the order of the document, each with the tape index of its place. If there are more than `limit`,
    /// the gravest are listed, and the last issue says how many are not.
    func issues(of document: JSONDocument, limit: Int) -> [(index: Int, issue: Issue)] {
        var chosen = list.indices.map { $0 }
        if chosen.count > limit {
            chosen.sort { (list[$0].severity, list[$0].index, $0) < (list[$1].severity, list[$1].index, $1) }
            chosen.removeSubrange(limit...)
        }
        chosen.sort { (list[$0].index, $0) < (list[$1].index, $1) }
        let path = ShapePath(document: document)
        var issues = chosen.map { number in (list[number].index, issue(list[number], path)) }
        let rest = list.count - chosen.count + more
        if rest > 0 {
            let words = rest == 1 ? "One more finding is" : "\(rest) more findings are"
            let issue = Issue(
                .informational, "\(words) not listed. Mend those above and send the resource again.",
                severity: .information)
            issues.append((document.tapeCount - 1, issue))
        }
        return issues
    }

    private func issue(_ finding: Finding, _ path: ShapePath) -> Issue {
        let place = path.expression(of: finding.index)
        return Issue(
            finding.code, finding.source.isEmpty ? finding.text : "\(finding.text) (\(finding.source))",
            at: finding.missing.map { "\(place).\($0)" } ?? place, severity: finding.severity)
    }
}
