/// Which values belong to which slice, and whether each slice has as many as it must.
extension ProfileRun {
    enum Membership {
        case yes, no
        /// It hangs on something that is not here, such as a reference's target.
        case undecided
    }

    /// - Parameters:
    ///   - holder: tape index of the object that the values belong to.
    ///   - listed: the element as it stands in the document, if it does.
    mutating func checkSlices(
        _ profile: Int, _ number: Int, _ items: [JudgedItem], in holder: Int, listed: JudgedElement?,
        _ scope: JudgementScope
    ) {
        let tree = set.profiles[profile].tree
        let slices = tree.nodes[number].slices
        let slicing = tree.nodes[number].slicing
        let recognitions = slicing?.recognitions ?? []
        var members = [[JudgedItem]](repeating: [], count: slices.count)
        var undecided = 0
        var lastSlice = 0
        var hasStrangers = false
        for item in items {
            if isOver { return }
            var belongs: Int?
            var isUndecided = false
            for position in slices.indices where position < recognitions.count {
                switch membership(item, recognitions[position], scope) {
                case .yes: belongs = position
                case .undecided: isUndecided = true
                case .no: break
                }
                if belongs != nil { break }
            }
            guard let slice = belongs else {
                if isUndecided {
                    undecided += 1
                } else {
                    checkStranger(profile, number, item, slicing)
                    hasStrangers = true
                }
                continue
            }
            if slicing?.isOrdered == true, slice < lastSlice {
                report(
                    .structure, at: item.place, by: (profile, Int(slices[slice])),
                    "The slice \(name(profile, slices[slice])) stands before \(name(profile, slices[lastSlice])) by the profile. Put it in front."
                )
            }
            if slicing?.rules == .openAtEnd, hasStrangers {
                report(
                    .structure, at: item.place, by: (profile, Int(slices[slice])),
                    "Only behind the slices may the profile's \(tree.nodes[number].name) have others. Put it in front of them."
                )
            }
            lastSlice = max(lastSlice, slice)
            members[slice].append(item)
        }
        for (slice, values) in zip(slices, members) {
            if isOver { return }
            checkSlice(profile, Int(slice), values, undecided, in: holder, listed: listed, scope)
        }
    }

    private func name(_ profile: Int, _ slice: Int32) -> String {
        "\"\(set.profiles[profile].tree.nodes[Int(slice)].slice ?? "")\""
    }

    private mutating func checkStranger(_ profile: Int, _ number: Int, _ item: JudgedItem, _ slicing: Slicing?) {
        guard slicing?.rules == .closed else { return }
        let tree = set.profiles[profile].tree
        let names = tree.nodes[number].slices.prefix(12).map { name(profile, $0) }
        report(
            .structure, at: item.place, by: (profile, number),
            "It is none of the slices that the profile allows, which are \(names.joined(separator: ", ")). Leave it out, or make it one of them."
        )
    }

    private mutating func checkSlice(
        _ profile: Int, _ slice: Int, _ values: [JudgedItem], _ undecided: Int, in holder: Int,
        listed: JudgedElement?, _ scope: JudgementScope
    ) {
        let node = set.profiles[profile].tree.nodes[slice]
        if values.count < node.minimum {
            let isOpen = values.count + undecided >= node.minimum
            let element = "\(node.name)\(node.isChoice ? "[x]" : "")"
            report(
                .required, at: listed?.place ?? holder, missing: listed == nil ? node.name : nil, by: (profile, slice),
                severity: isOpen ? .warning : .error,
                isOpen
                    ? "Whether \(element) has the slice \(name(profile, Int32(slice))), which the profile asks for, cannot be told: what would tell it is not here."
                    : "The slice \(name(profile, Int32(slice))) of \(element) was found \(values.count) times; the profile asks for at least \(node.minimum)."
            )
        }
        if values.count > node.maximum {
            report(
                .structure, at: values[node.maximum].place, by: (profile, slice),
                "The slice \(name(profile, Int32(slice))) was found \(values.count) times; the profile allows \(node.maximum) at most."
            )
        }
        for value in values {
            if isOver { return }
            checkItem(profile, slice, value, scope)
        }
        if !node.slices.isEmpty {
            checkSlices(profile, slice, values, in: holder, listed: listed, scope)
        }
    }

    // MARK: Recognition

    private mutating func membership(
        _ item: JudgedItem, _ recognition: SliceRecognition, _ scope: JudgementScope
    ) -> Membership {
        guard !recognition.tests.isEmpty else { return .undecided }
        var answer = Membership.yes
        for test in recognition.tests {
            steps += 1
            switch holds(test, item, scope) {
            case .no: return .no
            case .undecided: answer = .undecided
            case .yes: break
            }
        }
        return answer
    }

    private mutating func holds(_ test: SliceTest, _ item: JudgedItem, _ scope: JudgementScope) -> Membership {
        if case .url(let url) = test.condition {
            return item.value >= 0 && equals(member("url", of: item.value), url) ? .yes : .no
        }
        var values = [item]
        var types: [UInt16] = []
        var isLost = false
        for step in test.path {
            values = walk(values, step, &types, &isLost, scope)
            steps += values.count
        }
        switch test.condition {
        case .present: return values.isEmpty ? .no : .yes
        case .absent: return values.isEmpty ? .yes : .no
        case .types(let allowed):
            if values.contains(where: { isAllowed($0.type, allowed) }) { return .yes }
            // What a reference says about its target is enough here.
            if types.contains(where: { isAllowed($0, allowed) }) { return .yes }
            return isLost ? .undecided : .no
        case .profiles(let profiles):
            return conformance(of: values, to: profiles, types, isLost, scope)
        case .values(let conditions):
            if values.contains(where: { value in conditions.allSatisfy { meets(value, $0) } }) { return .yes }
            return isLost ? .undecided : .no
        case .url: return .no
        }
    }

    private mutating func conformance(
        of values: [JudgedItem], to profiles: [ProfileReference], _ types: [UInt16], _ isLost: Bool,
        _ scope: JudgementScope
    ) -> Membership {
        var answer = isLost ? Membership.undecided : .no
        for value in values {
            switch conforms(value, toAny: profiles, scope) {
            case true: return .yes
            case nil: answer = .undecided
            default: break
            }
        }
        guard isLost, values.isEmpty, !types.isEmpty else { return answer }
        // The target is not here; its type may rule the slice out.
        let allowed = profiles.map { type(of: $0) }
        let isPossible = types.contains { type in allowed.contains { $0.map { isAllowed(type, [$0]) } ?? true } }
        return isPossible ? .undecided : .no
    }

    /// Goes one step of a discriminator's path.
    ///
    /// - Parameters:
    ///   - types: receives what unresolvable references say about the type of their target.
    ///   - isLost: set when a reference could not be followed.
    private mutating func walk(
        _ items: [JudgedItem], _ step: DiscriminatorStep, _ types: inout [UInt16], _ isLost: inout Bool,
        _ scope: JudgementScope
    ) -> [JudgedItem] {
        switch step {
        case .child(let name): return items.flatMap { children($0, name) }
        case .ofType(let type): return items.filter { isAllowed($0.type, [type]) }
        case .extension(let url):
            return items.flatMap { children($0, "extension") + children($0, "modifierExtension") }
                .filter { equals(member("url", of: $0.value), url) }
        case .resolve:
            var targets: [JudgedItem] = []
            for item in items {
                if let target = resolve(item, scope) {
                    targets.append(target)
                } else {
                    isLost = true
                    if let type = targetType(item) { types.append(type) }
                }
            }
            return targets
        }
    }

    /// The values of a child element of a value.
    private func children(_ item: JudgedItem, _ name: String) -> [JudgedItem] {
        let object = facts.types[Int(item.type)].primitive != 0 ? item.companion : item.value
        guard object >= 0, let element = TypeFact(number: item.type).element(name),
            let found = find([element.number], in: object, type: item.type)
        else { return [] }
        return items(of: found)
    }

    private func meets(_ item: JudgedItem, _ condition: DeepCondition) -> Bool {
        var values = [item]
        for name in condition.path { values = values.flatMap { children($0, name) } }
        return values.contains { value in
            switch condition.rule {
            case .value(let rule): satisfies(value, rule)
            case .binding(let valueSet): isIn(valueSet, value) == true
            }
        }
    }
}
