// R4 search.html §3.1.1.4.10.
extension SearchCollector {
    mutating func coding(_ node: JSONNode, _ parameter: Int32) {
        token(system: node["system"], code: node["code"], parameter)
        text(node["display"], parameter)
    }

    mutating func concept(_ node: JSONNode, _ parameter: Int32) {
        text(node["text"], parameter)
        guard let codings = node["coding"] else { return }
        for coding in codings.elements {
            self.coding(coding, parameter)
        }
    }

    mutating func identifier(_ node: JSONNode, _ parameter: Int32) {
        token(system: node["system"], code: node["value"], parameter)
        guard takesTexts, let type = node["type"] else { return }
        text(type["text"], parameter)
        guard let value = node["value"]?.nonEmptyString, let codings = type["coding"] else { return }
        for coding in codings.elements {
            guard let code = coding["code"]?.nonEmptyString else { continue }
            append(
                parameter,
                .typedIdentifier(system: coding["system"]?.nonEmptyString, code: code, value: value))
        }
    }

    /// `ContactPoint.system` is no code system: phone, email and the like.
    mutating func contactPoint(_ node: JSONNode, _ parameter: Int32) {
        guard let value = node["value"]?.nonEmptyString else { return }
        append(parameter, .token(system: nil, code: value))
    }

    /// A primitive: code, boolean, string, uri, number.
    mutating func code(_ node: JSONNode, system: String?, _ parameter: Int32) {
        switch node.kind {
        case .string:
            if let text = node.nonEmptyString {
                append(parameter, .token(system: system, code: text))
            }
        case .true: append(parameter, .token(system: nil, code: "true"))
        case .false: append(parameter, .token(system: nil, code: "false"))
        case .number:
            if let text = node.numberText {
                append(parameter, .token(system: nil, code: text))
            }
        case .object, .array, .null: break
        }
    }

    /// Answers a boolean expression.
    mutating func condition(_ value: Bool, _ parameter: Int32) {
        append(parameter, .token(system: nil, code: value ? "true" : "false"))
    }

    /// What a person reads instead of the code.
    private mutating func text(_ node: JSONNode?, _ parameter: Int32) {
        guard takesTexts, let text = node?.nonEmptyString else { return }
        append(parameter, .tokenText(text))
    }

    private mutating func token(system: JSONNode?, code: JSONNode?, _ parameter: Int32) {
        let system = system?.nonEmptyString
        let code = code?.nonEmptyString
        guard system != nil || code != nil else { return }
        append(parameter, .token(system: system, code: code ?? ""))
    }
}
