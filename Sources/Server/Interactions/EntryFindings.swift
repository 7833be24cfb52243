import Exchange
import FHIR

/// What was found in the entries of a transaction or batch. In a batch each faulty entry fails alone (R4 §3.1.0.11.1);
/// faults of the bundle itself fail it as a whole.
struct EntryFindings {
    private var faults: [Int: Problem] = [:]
    /// What is to be said of entries that may be written, by their number.
    private(set) var remarks: [Int: [Issue]] = [:]

    /// - Throws: ``Problem`` where the bundle is refused as a whole.
    init(_ bundle: JSONDocument, by validation: Validation, isBatch: Bool) throws(Problem) {
        let minimum = Validation.minimum(bundle.root, .bundle)
        guard minimum.isEmpty else { throw Problem(.invalid, minimum) }
        guard validation.mode != .off else { return }
        let findings = validation.judge(bundle, as: .bundle)
        guard validation.mode == .enforce, !findings.isValid else {
            note(findings.issues.compactMap(validation.noted))
            return
        }
        guard isBatch else { throw findings.refusal }
        try separate(findings, bundle, by: validation)
    }

    /// Tells the faults of entries from those of the bundle.
    private mutating func separate(
        _ findings: ValidationResult, _ bundle: JSONDocument, by validation: Validation
    ) throws(Problem) {
        var issues: [Int: [Issue]] = [:]
        for issue in findings.issues where issue.severity != .information {
            if let index = Self.entry(issue.expression) {
                issues[index, default: []].append(issue)
            } else if issue.isError {
                throw findings.refusal
            }
        }
        // The list ends at its limit; what stands behind it is looked at one by one.
        let isCut = findings.issues.count > ShapeValidator.limit
        for (index, entry) in bundle.root.elements("entry").enumerated() {
            var found = issues[index] ?? []
            guard isCut || found.contains(where: \.isError) else {
                if !found.isEmpty { remarks[index] = found }
                continue
            }
            let alone = Self.result(of: entry["resource"], by: validation)
            if found.isEmpty {
                found = alone?.issues.filter { $0.severity != .information }.map { Self.inside($0, index) } ?? []
            }
            if found.contains(where: \.isError) {
                let breaksProfileOnly = alone.map { $0.specificationErrors == 0 && $0.ruleErrors > 0 } ?? false
                faults[index] = Problem(breaksProfileOnly ? .unprocessable : .invalid, found)
            } else if !found.isEmpty {
                remarks[index] = found
            }
        }
    }

    /// What is to be said of an entry's resource by itself.
    private static func result(of resource: JSONNode?, by validation: Validation) -> ValidationResult? {
        guard let resource,
            let alone = try? JSONDocument.parse(Array(resource.document.bytes[resource.sourceRange]))
        else { return nil }
        return validation.judge(alone, as: nil)
    }

    private mutating func note(_ issues: [Issue]) {
        for issue in issues {
            guard let index = Self.entry(issue.expression) else { continue }
            remarks[index, default: []].append(issue)
        }
    }

    func fail(in entries: inout [Result<BundleEntry, Problem>]) {
        for (index, problem) in faults where entries.indices.contains(index) {
            entries[index] = .failure(problem)
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
