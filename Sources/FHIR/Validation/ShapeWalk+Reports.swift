/// The words of the findings.
extension ShapeWalk {
    func report(_ code: IssueType, _ index: Int, _ diagnostics: @autoclosure () -> String) {
        findings.add(at: index) {
            Issue(code, diagnostics(), at: ShapePath(document: document).expression(of: index))
        }
    }

    /// What is no error.
    func remark(
        _ code: IssueType, _ index: Int, _ severity: Issue.Severity, _ diagnostics: @autoclosure () -> String
    ) {
        findings.add(at: index, severity: severity) {
            Issue(
                code, diagnostics(), at: ShapePath(document: document).expression(of: index), severity: severity)
        }
    }

    func reportResourceType(_ index: Int) {
        guard tape[index].isString else {
            return report(
                .structure, index, "resourceType is \(described(index)), but a resource type's name was expected.")
        }
        let name = document.node(at: Int32(truncatingIfNeeded: index)).string ?? ""
        report(
            .structure, index,
            "R4 has no resource type \(quoted(name)).\(suggestion(for: name, among: R4.table.resourceNames))")
    }

    func reportUnknown(_ key: Int, type number: UInt16) {
        let type = TypeFact(number: number)
        let name = name(of: key)
        if let choice = type.element(name), choice.isChoice {
            return report(
                .structure, key,
                "\(name) may have several types, and JSON writes the type into the name, as in \(choice.keys[0]). R4 allows \(listed(choice.keys))."
            )
        }
        let isCompanion = name.hasPrefix("_")
        let candidates = type.elements.flatMap(\.keys)
        report(
            .structure, key,
            "\(type.name) has no element \(quoted(name)).\(suggestion(for: isCompanion ? String(name.dropFirst()) : name, among: candidates, prefix: isCompanion ? "_" : "")) Other content belongs into an extension."
        )
    }

    func reportNotObject(_ index: Int, type: UInt16) {
        let type = TypeFact(number: type)
        if type.kind == .primitive {
            report(
                .structure, index,
                "This member holds id and extension of a \(type.name) and is an object, but \(described(index)) was found."
            )
        } else {
            report(.structure, index, "An object of type \(type.name) was expected, but \(described(index)) was found.")
        }
    }

    func reportUnwantedArray(_ member: Member) {
        report(
            .structure, member.value,
            "\(name(of: member.key)) occurs once at most, but an array was found. Write the value without brackets.")
    }

    func reportMissingArray(_ member: Member) {
        report(
            .structure, member.value,
            "\(name(of: member.key)) may occur several times and is an array, but \(described(member.value)) was found. Put brackets around it."
        )
    }

    func reportNull(_ index: Int, _ member: Member) {
        let isPrimitive = facts.types[Int(member.type)].primitive != 0
        let name = member.fact.name
        if isPrimitive && member.isList {
            report(
                .structure, index,
                "null stands in a list of values only where an array _\(name) beside it has an id or extension at the same position. Leave it out."
            )
        } else {
            report(.structure, index, "\(name) is null. Leave out what has no content.")
        }
    }

    func reportSecondChoice(_ member: Member) {
        report(
            .structure, member.value,
            "\(name(of: member.key)) is a second type for \(member.fact.name), which may have one. Keep one of them.")
    }

    func reportNestedContained(_ member: Member) {
        report(
            .structure, member.value,
            "A contained resource contains none itself (dom-2). Put all of them into the outer resource.")
    }

    func reportMissing(_ missing: UInt64, _ index: Int, type number: UInt16) {
        let type = TypeFact(number: number)
        for element in type.elements where missing & (1 << UInt64(element.position)) != 0 {
            findings.add(at: index) {
                let place = ShapePath(document: document).expression(of: index)
                return Issue(
                    .required, "\(type.name) needs \(listed(element.keys, or: true)), but it is missing.",
                    at: "\(place).\(element.name)")
            }
        }
    }

    func reportWrongKind(_ index: Int, _ kind: PrimitiveKind, _ member: Member) {
        let found = tape[index]
        let wanted =
            switch kind {
            case .boolean: "true or false, without quotes"
            case .integer, .unsignedInt, .positiveInt, .decimal: "a number, without quotes"
            default: "a string"
            }
        if found.isContainer {
            let advice =
                found.isObject ? " An id or extension of it goes into _\(name(of: member.key)) beside it." : ""
            report(
                .structure, index,
                "\(member.fact.name) is a \(kind) and takes \(wanted), but \(described(index)) was found.\(advice)")
        } else if isNull(index) {
            report(.structure, index, "\(member.fact.name) is null. Leave out what has no content.")
        } else {
            report(
                .value, index,
                "\(member.fact.name) is a \(kind) and takes \(wanted), but \(described(index)) was found.")
        }
    }

    func reportValue(_ index: Int, _ fault: PrimitiveFault, _ kind: PrimitiveKind, _ member: Member) {
        if fault == .empty {
            report(.value, index, "\(member.fact.name) is empty. Leave out what has no content.")
        } else {
            report(
                fault == .tooLong ? .tooLong : .value, index, "\(shown(index)) is no \(kind): \(fault.reason).")
        }
    }

    func reportCode(_ index: Int, _ member: Member, _ set: ValueSetFact, _ strength: BindingFact.Strength) {
        let severity: Issue.Severity =
            switch strength {
            case .required: .error
            case .extensible: .warning
            case .preferred, .example: .information
            }
        findings.add(at: index, severity: severity) {
            Issue(
                .codeInvalid, codeWords(index, member, set, strength),
                at: ShapePath(document: document).expression(of: index), severity: severity)
        }
    }

    private func codeWords(
        _ index: Int, _ member: Member, _ set: ValueSetFact, _ strength: BindingFact.Strength
    ) -> String {
        let codes = set.codes
        let names = codes.prefix(2000).map(\.code)
        if tape[index].isString {
            let code = document.node(at: Int32(truncatingIfNeeded: index)).string ?? ""
            let advice =
                names.count > 12 ? suggestion(for: code, among: names) : " It takes \(listed(names, or: true))."
            switch strength {
            case .required: return "\(quoted(code)) is no code that \(member.fact.path) may have (\(set.url)).\(advice)"
            case .extensible:
                return
                    "\(quoted(code)) is not of \(set.url), whose codes \(member.fact.path) takes where one of them fits.\(advice)"
            default:
                return "\(quoted(code)) is not of \(set.url), which R4 recommends for \(member.fact.path).\(advice)"
            }
        }
        let found = "\(member.fact.path) \(foundCodes(index))"
        let systems = Set(codes.prefix(2000).map(\.system)).sorted()
        let choice = "\(listed(names, or: true)) of \(listed(systems.isEmpty ? ["its system"] : systems, or: true))"
        switch strength {
        case .required:
            return "\(found), but needs a coding of \(set.url), with its system: \(choice)."
        case .extensible:
            return "\(found), and none of \(set.url), which it takes where one of its codes fits: \(choice)."
        default:
            return "\(found), and none of \(set.url), which R4 recommends: \(choice)."
        }
    }

    /// The codes of a Coding or a list of them, for a sentence: `has the code "a" of http://…`.
    private func foundCodes(_ index: Int) -> String {
        let codings = document.node(at: Int32(truncatingIfNeeded: index)).elements
        let codes = codings.prefix(3).compactMap { coding in
            coding["code"]?.string.map { code in
                "\(quoted(code))\(coding["system"]?.string.map { " of \($0.prefix(100))" } ?? " without a system")"
            }
        }
        return codes.isEmpty ? "has no code" : "has the code \(listed(codes))"
    }

    // MARK: Pieces

    func name(of key: Int) -> String { tape[key].text(in: document.bytes) }

    /// What was found, for a sentence.
    func described(_ index: Int) -> String {
        let node = document.node(at: Int32(truncatingIfNeeded: index))
        return switch node.kind {
        case .object: "an object"
        case .array: "an array"
        case .string: "the string \(shown(index))"
        case .number: "the number \(shown(index))"
        case .true: "true"
        case .false: "false"
        case .null: "null"
        }
    }

    /// A scalar as the sender wrote it, shortened.
    func shown(_ index: Int) -> String {
        let node = document.node(at: Int32(truncatingIfNeeded: index))
        return node.string.map(quoted) ?? String((node.numberText ?? "").prefix(60))
    }

    func quoted(_ text: String) -> String {
        text.unicodeScalars.count > 60 ? "\"\(text.prefix(60))…\"" : "\"\(text)\""
    }

    func listed(_ names: [String], or: Bool = false) -> String {
        let shown = names.count > 12 ? Array(names.prefix(10)) + ["\(names.count - 10) others"] : names
        guard shown.count > 1 else { return shown.first ?? "nothing" }
        return "\(shown.dropLast().joined(separator: ", ")) \(or ? "or" : "and") \(shown[shown.count - 1])"
    }

    func suggestion(for name: String, among candidates: [String], prefix: String = "") -> String {
        NearestName.of(name, among: candidates).map { " Did you mean \"\(prefix)\($0)\"?" } ?? ""
    }
}
