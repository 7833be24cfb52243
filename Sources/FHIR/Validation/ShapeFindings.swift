/// The findings of a walk in the order of the document: the first hundred with place and words, the rest as numbers.
/// Never shared between threads.
///
/// Errors go first where not all can be listed, so that a hundred remarks hide no fault.
final class ShapeFindings {
    private var errors = Listed()
    private var remarks = Listed()
    /// Whether somebody reads what is no error; else it is not even put into words.
    private let keepsRemarks: Bool

    init(keepsRemarks: Bool = true) {
        self.keepsRemarks = keepsRemarks
    }

    /// Words and place are made only for what may be listed.
    ///
    /// - Parameters:
    ///   - position: tape index of what it is about.
    ///   - isRule: whether it breaks a profile or a rule of the house, not the specification.
    func add(at position: Int, severity: Issue.Severity = .error, isRule: Bool = false, _ issue: () -> Issue) {
        if severity <= .error {
            if isRule { ruleErrors += 1 }
            errors.add(position, issue)
        } else if keepsRemarks {
            remarks.add(position, issue)
        }
    }

    /// How many of the errors break a profile or a rule of the house.
    private(set) var ruleErrors = 0

    /// How many errors there are, listed or not.
    var errorCount: Int { errors.count }

    var issues: [Issue] {
        let shown = errors.entries + remarks.entries.prefix(ShapeValidator.limit - errors.entries.count)
        // Sorting does not keep the order of equals; the position in the list does.
        var listed = shown.enumerated().sorted { ($0.element.position, $0.offset) < ($1.element.position, $1.offset) }
            .map(\.element.issue)
        let more = errors.count + remarks.count - listed.count
        guard more > 0 else { return listed }
        let rest = more == 1 ? "One more finding is" : "\(more) more findings are"
        listed.append(
            Issue(
                .informational, "\(rest) not listed. Mend the \(listed.count) above and send the resource again.",
                severity: .information))
        return listed
    }

    /// The hundred that stand first in the document, by position, and the number of all.
    private struct Listed {
        var entries: [(position: Int, issue: Issue)] = []
        var count = 0

        mutating func add(_ position: Int, _ issue: () -> Issue) {
            count += 1
            // Findings come nearly in order: those behind the listed ones cost a comparison.
            let isFull = entries.count == ShapeValidator.limit
            if isFull, let last = entries.last, position >= last.position { return }
            var place = entries.count
            while place > 0 && entries[place - 1].position > position { place -= 1 }
            if isFull { entries.removeLast() }
            entries.insert((position, issue()), at: place)
        }
    }
}
