import Exchange
import FHIR

/// What is said of content: before it is written, and by `$validate`.
struct Validation: Sendable {
    let mode: ValidationMode
    let profiles: ProfileRegistry
    let searchParameters: SearchParameterRegistry
    /// Microseconds since 1970 UTC, for rules that ask for today.
    let clock: @Sendable () -> Int64

    /// Looks at a resource whatever the mode.
    ///
    /// - Parameters:
    ///   - type: what it must be.
    ///   - given: profiles that it is to satisfy beside those that it claims to.
    ///   - notesMustSupport: whether elements that a profile marks as must-support are remarked on where they are absent.
    func judge(
        _ document: JSONDocument, as type: ResourceType?, profiles given: [String] = [], notesMustSupport: Bool = false
    ) -> ValidationResult {
        var policy = ProfilePolicy()
        policy.reportsMustSupport = notesMustSupport
        policy.now = clock()
        let judge = ProfileJudge(profiles.current, against: given, policy: policy)
        let result = ResourceValidator(judge: judge).validate(document, as: type)
        return result.type == .searchParameter ? result.noting(searchParameters.remarks(document)) : result
    }

    /// What is to be said of content that may be written.
    ///
    /// - Throws: ``Problem`` where it may not.
    func check(_ document: JSONDocument, as type: ResourceType) throws(Problem) -> [Issue] {
        let minimum = Self.minimum(document.root, type)
        guard minimum.isEmpty else { throw Problem(.invalid, minimum) }
        guard mode != .off else { return type == .searchParameter ? searchParameters.remarks(document) : [] }
        let findings = judge(document, as: type)
        guard mode == .enforce, !findings.isValid else { return findings.issues.compactMap(noted) }
        throw findings.refusal
    }

    /// What was written although it has faults is told as a warning; mere remarks are for those who ask (`$validate`).
    func noted(_ issue: Issue) -> Issue? {
        guard issue.severity != .information else { return nil }
        var issue = issue
        if issue.isError { issue.severity = .warning }
        return issue
    }

    /// What the record itself needs: a resource of a type that it knows.
    static func minimum(_ resource: JSONNode, _ type: ResourceType) -> [Issue] {
        let found = resource["resourceType"]
        if resource.kind == .object, found?.string == type.name { return [] }
        return [
            Issue(
                .structure,
                "A resource of type \(type) was expected, but resourceType is \(found?.string ?? "missing").",
                at: type.name)
        ]
    }

    /// Resources of these types have been written: what profiles ask for may be another thing now.
    func noteWritten(_ types: some Sequence<ResourceType>) async {
        if types.contains(where: ProfileRegistry.types.contains) { await profiles.refresh() }
        if types.contains(.searchParameter) { await searchParameters.refresh() }
    }
}

extension ValidationResult {
    /// R4 itself before the rules of profiles: 400, or 422.
    var refusal: Problem {
        Problem(
            specificationErrors > 0 ? .invalid : .unprocessable,
            issues.filter { $0.severity != .information || $0.expression == nil })
    }
}
