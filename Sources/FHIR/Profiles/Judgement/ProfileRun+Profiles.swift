/// Profiles that rules name: of types, and of what references point at.
extension ProfileRun {
    /// Checks a value against what its type must satisfy beyond R4.
    mutating func checkTypes(_ profile: Int, _ number: Int, _ item: JudgedItem, _ scope: JudgementScope) {
        let tree = set.profiles[profile].tree
        for rule in tree.nodes[number].typeRules where isAllowed(item.type, [rule.type]) {
            if !rule.profiles.isEmpty { checkProfiles(rule.profiles, item, scope, by: (profile, number)) }
            if item.type == kinds.reference, item.value >= 0, !rule.targets.isEmpty || !rule.aggregation.isEmpty {
                checkReference(rule, item, scope, by: (profile, number))
            }
            return
        }
    }

    private mutating func checkProfiles(
        _ profiles: [ProfileReference], _ item: JudgedItem, _ scope: JudgementScope, by rule: (profile: Int, node: Int)
    ) {
        if profiles.count == 1 {
            switch profiles[0].target {
            case .core: return
            case .profile(let other): judge(item, by: other, scope)
            case .unknown: tellUnknown(profiles[0].canonical, at: item.place)
            }
            return
        }
        guard conforms(item, toAny: profiles, scope) == false else { return }
        report(
            .structure, at: item.place, by: rule,
            "It conforms to none of \(profiles.map(\.canonical).joined(separator: ", ")): \(findings.firstSilentError)")
    }

    mutating func tellUnknown(_ canonical: String, at index: Int) {
        tell(
            "StructureDefinition \(canonical)", .notFound, at: index, severity: .warning,
            "The definition \(canonical) is not loaded, so nothing was checked by it. Load the package that has it.")
    }

    /// Checks an element against a whole profile, once.
    mutating func judge(_ item: JudgedItem, by profile: Int, _ scope: JudgementScope) {
        if findings.silence > 0 {
            // Inside a question about conformance its answer counts, not its findings.
            if !conforms(item, to: profile, scope) { findings.silentErrors += 1 }
            return
        }
        guard judged.insert(ProfileOnElement(profile: profile, place: item.place)).inserted else { return }
        apply(profile, to: item, scope)
    }

    private mutating func apply(_ profile: Int, to item: JudgedItem, _ scope: JudgementScope) {
        let type = set.profiles[profile].type
        guard isAllowed(item.type, [type.number]) || TypeFact(number: item.type).isKind(of: type) else {
            report(
                .structure, at: item.place, by: (profile, 0),
                "A \(TypeFact(number: item.type).name) was found; the profile is one of \(type.name).")
            return
        }
        checkItem(profile, 0, item, scope)
    }

    // MARK: Conformance without findings

    /// Whether a value conforms to one of several definitions; nil if that hangs on one that is not loaded.
    mutating func conforms(_ item: JudgedItem, toAny profiles: [ProfileReference], _ scope: JudgementScope) -> Bool? {
        var answer: Bool? = false
        for profile in profiles {
            switch profile.target {
            case .core(let type): if isAllowed(item.type, [type]) { return true }
            case .profile(let number): if conforms(item, to: number, scope) { return true }
            case .unknown: answer = nil
            }
        }
        return answer
    }

    /// Whether a value conforms to a profile. Where that leads back to the same question, it does.
    mutating func conforms(_ item: JudgedItem, to profile: Int, _ scope: JudgementScope) -> Bool {
        let question = ProfileOnElement(profile: profile, place: item.place)
        if let known = conformance[question] {
            if !known.isEmpty { findings.firstSilentError = known }
            return known.isEmpty
        }
        conformance[question] = ""
        let errors = findings.silentErrors
        let first = findings.firstSilentError
        findings.silence += 1
        findings.silentErrors = 0
        findings.firstSilentError = ""
        apply(profile, to: item, scope)
        let isConforming = findings.silentErrors == 0
        let reason = findings.firstSilentError
        findings.silence -= 1
        findings.silentErrors = errors
        findings.firstSilentError = first
        guard !isConforming else { return true }
        conformance[question] = reason.isEmpty ? "it does not conform to \(set.profiles[profile].url)." : reason
        if first.isEmpty || findings.silence == 0 { findings.firstSilentError = reason }
        return false
    }

    func type(of reference: ProfileReference) -> UInt16? {
        switch reference.target {
        case .core(let number): number
        case .profile(let number): set.profiles[number].type.number
        case .unknown: nil
        }
    }
}
