/// The findings of a walk: the first hundred with place and words, the rest as a number. Never shared between threads.
final class ShapeFindings {
    private var listed: [Issue] = []
    private var more = 0

    /// Words and place are made only for what will be listed.
    func add(_ issue: () -> Issue) {
        if listed.count < ShapeValidator.limit {
            listed.append(issue())
        } else {
            more += 1
        }
    }

    var issues: [Issue] {
        guard more > 0 else { return listed }
        let rest = more == 1 ? "One more finding is" : "\(more) more findings are"
        return listed + [
            Issue(
                .informational, "\(rest) not listed. Mend the \(listed.count) above and send the resource again.",
                severity: .information)
        ]
    }
}
