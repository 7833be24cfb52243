/// Rules about codes (R4 terminologies.html §4.1.5).
extension ProfileRun {
    mutating func checkBinding(_ profile: Int, _ number: Int, _ item: JudgedItem) {
        guard let binding = set.profiles[profile].tree.nodes[number].binding, isCoded(item) else { return }
        if let maximum = binding.maximumValueSet {
            check(item, maximum, severity: .error, needsCode: false, by: (profile, number))
        }
        switch binding.strength {
        case .required: check(item, binding.valueSet, severity: .error, needsCode: true, by: (profile, number))
        case .extensible:
            check(item, binding.valueSet, severity: policy.extensibleBinding, needsCode: false, by: (profile, number))
        case .preferred:
            check(item, binding.valueSet, severity: policy.preferredBinding, needsCode: false, by: (profile, number))
        case .example: break
        }
    }

    /// Whether a value is one that can be bound to a value set.
    private func isCoded(_ item: JudgedItem) -> Bool {
        guard item.value >= 0 else { return false }
        if tape[item.value].isObject {
            return item.type == kinds.coding || item.type == kinds.codeableConcept || isQuantity(item.type)
        }
        return tape[item.value].isString
    }

    private func isQuantity(_ type: UInt16) -> Bool {
        kinds.quantity.map { TypeFact(number: type).isKind(of: $0) } ?? false
    }

    private mutating func check(
        _ item: JudgedItem, _ valueSet: String, severity: Issue.Severity?, needsCode: Bool,
        by rule: (profile: Int, node: Int)
    ) {
        guard let severity else { return }
        if !hasCode(item) {
            guard needsCode else { return }
            report(
                .codeInvalid, at: item.place, by: rule, severity: severity,
                "There is no code; the profile asks for one of \(valueSet)\(examples(valueSet)).")
            return
        }
        switch isIn(valueSet, item) {
        case true: return
        case false:
            let asks = severity == .error ? "the profile asks for one of" : "the profile would rather have one of"
            report(
                .codeInvalid, at: item.place, by: rule, severity: severity,
                "\(shown(item)) is not in the value set; \(asks) \(valueSet)\(examples(valueSet)).")
        default:
            // Of a preferred value set nobody need hear that it is not here.
            guard let unchecked = policy.uncheckedBinding, severity < .information else { return }
            tell(
                "ValueSet \(valueSet)", .notFound, at: item.place, severity: unchecked,
                "Whether codes are in \(valueSet) was not checked, here and elsewhere: \(set.terminology.knows(valueSet) ? "a code system or value set that it draws from" : "it") is not loaded. Load the package that has it."
            )
        }
    }

    private func examples(_ valueSet: String) -> String {
        let examples = set.terminology.examples(of: valueSet, 9)
        guard !examples.isEmpty else { return "" }
        return ": " + examples.prefix(8).joined(separator: ", ") + (examples.count > 8 ? ", …" : "")
    }

    private func hasCode(_ item: JudgedItem) -> Bool {
        guard tape[item.value].isObject else { return true }
        guard item.type == kinds.codeableConcept else { return member("code", of: item.value) >= 0 }
        let codings = member("coding", of: item.value)
        return codings >= 0 && node(codings).elements.contains { $0["code"] != nil }
    }

    /// Whether a code of a value is in a value set; nil if that is not known.
    func isIn(_ valueSet: String, _ item: JudgedItem) -> Bool? {
        guard item.value >= 0 else { return false }
        guard tape[item.value].isObject else {
            guard tape[item.value].isString else { return false }
            return withText(item.value) { set.terminology.contains(valueSet, code: $0, system: nil) }
        }
        guard item.type == kinds.codeableConcept else { return isCodingIn(valueSet, item.value) }
        let codings = member("coding", of: item.value)
        guard codings >= 0 else { return false }
        var answer: Bool? = false
        for coding in node(codings).elements {
            switch isCodingIn(valueSet, Int(coding.index)) {
            case true: return true
            case nil: answer = nil
            default: break
            }
        }
        return answer
    }

    /// The same for a Coding, or a Quantity's unit, which has the same elements. A code without a system means nothing.
    private func isCodingIn(_ valueSet: String, _ object: Int) -> Bool? {
        let code = member("code", of: object)
        let system = member("system", of: object)
        guard code >= 0, tape[code].isString, system >= 0, tape[system].isString else { return false }
        return withText(code) { code in
            withText(system) { system in set.terminology.contains(valueSet, code: code, system: system) }
        }
    }
}
