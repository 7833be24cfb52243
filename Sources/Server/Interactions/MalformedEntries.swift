import Exchange
import FHIR

/// What a batch holds that has not R4's shape, by entry: each fails alone (R4 §3.1.0.11.1). Faults of the bundle itself
/// fail it as a whole.
struct MalformedEntries {
    private var faults: [Int: [Issue]] = [:]

    init(_ issues: [Issue], of bundle: JSONNode) throws(Problem) {
        for issue in issues {
            guard let index = Self.entry(issue.expression) else { throw Problem(.invalid, issues) }
            faults[index, default: []].append(issue)
        }
        // The list ends at its limit; what stands behind it is looked at one by one.
        guard issues.count >= ShapeValidator.limit else { return }
        for (index, entry) in bundle.elements("entry").enumerated() where faults[index] == nil {
            guard let resource = entry["resource"],
                let alone = try? JSONDocument.parse(Array(resource.document.bytes[resource.sourceRange]))
            else { continue }
            let found = ShapeValidator.validate(alone).issues.filter(\.isError)
            if !found.isEmpty { faults[index] = found.map { Self.inside($0, index) } }
        }
    }

    func fail(in entries: inout [Result<BundleEntry, Problem>]) {
        for (index, issues) in faults where entries.indices.contains(index) {
            entries[index] = .failure(Problem(.invalid, issues))
        }
    }

    /// The number in `Bundle.entry[3].resource.gender`.
    private static func entry(_ expression: String?) -> Int? {
        let begin = "Bundle.entry["
        guard let expression, expression.hasPrefix(begin) else { return nil }
        return Int(expression.dropFirst(begin.count).prefix { $0 != "]" })
    }

    /// `Patient.gender` as it is called from the bundle.
    private static func inside(_ issue: Issue, _ index: Int) -> Issue {
        var issue = issue
        let path = (issue.expression ?? "").drop { $0 != "." }
        issue.expression = "Bundle.entry[\(index)].resource\(path)"
        return issue
    }
}
