/// Walking down a tree of rules and the document together.
extension ProfileRun {
    /// Checks the elements of an object against the nodes below a node.
    ///
    /// - Parameter object: tape index; -1 for a primitive without id and extensions, which has no elements at all.
    mutating func checkChildren(_ profile: Int, _ node: Int, object: Int, type: UInt16, _ scope: JudgementScope) {
        let tree = set.profiles[profile].tree
        for child in policy.reportsMustSupport ? tree.nodes[node].children : tree.nodes[node].active {
            if isOver { return }
            checkElement(profile, Int(child), in: object, type: type, scope)
        }
    }

    private mutating func checkElement(
        _ profile: Int, _ number: Int, in object: Int, type: UInt16, _ scope: JudgementScope
    ) {
        steps += 1
        let tree = set.profiles[profile].tree
        let found = find(tree.nodes[number].elements, in: object, type: type)
        let count = found?.count ?? 0
        let minimum = tree.nodes[number].minimum
        // A primitive without companion stands for itself.
        let holder = object >= 0 ? object : scope.resource
        if count < minimum {
            let name = tree.nodes[number].name
            report(
                .required, at: found?.place ?? holder, missing: found == nil ? name : nil, by: (profile, number),
                count == 0
                    ? "\(name) is missing; the profile asks for \(minimum == 1 ? "it" : "at least \(minimum)")."
                    : "\(count) of \(name) were found; the profile asks for at least \(minimum).")
        }
        guard let found else {
            if minimum == 0, !tree.nodes[number].slices.isEmpty {
                checkSlices(profile, number, [], in: holder, listed: nil, scope)
            } else if minimum == 0, policy.reportsMustSupport, tree.nodes[number].isMustSupport {
                report(
                    .informational, at: holder, missing: tree.nodes[number].name, by: (profile, number),
                    severity: .information,
                    "\(tree.nodes[number].name) is absent; systems must support it, so send it where it is known.")
            }
            return
        }
        if count > tree.nodes[number].maximum {
            let maximum = tree.nodes[number].maximum
            report(
                .structure, at: found.place, by: (profile, number),
                maximum == 0
                    ? "\(tree.nodes[number].name) may not be there by the profile. Leave it out."
                    : "\(count) of \(tree.nodes[number].name) were found; the profile allows \(maximum) at most.")
        }
        let items = items(of: found)
        for item in items {
            if isOver { return }
            checkItem(profile, number, item, scope)
        }
        if !tree.nodes[number].slices.isEmpty || tree.nodes[number].slicing?.rules == .closed {
            checkSlices(profile, number, items, in: object, listed: found, scope)
        }
    }

    /// Checks one value against a node, and what is below both.
    mutating func checkItem(_ profile: Int, _ number: Int, _ item: JudgedItem, _ scope: JudgementScope) {
        steps += 1
        guard depth < Self.maximumDepth else {
            steps = policy.maximumSteps + 1
            return
        }
        depth += 1
        defer { depth -= 1 }
        let tree = set.profiles[profile].tree
        if let allowed = tree.nodes[number].allowedTypes, !isAllowed(item.type, allowed) {
            let names = allowed.map { TypeFact(number: $0).name }
            report(
                .structure, at: item.place, by: (profile, number),
                "A \(TypeFact(number: item.type).name) was found; the profile allows \(names.joined(separator: " or "))."
            )
            return
        }
        if tree.nodes[number].needsValue, item.value < 0 {
            report(
                .required, at: item.place, by: (profile, number),
                "\(tree.nodes[number].name) has extensions but no value; the profile asks for a value.")
        }
        if !tree.nodes[number].values.isEmpty { checkValues(profile, number, item) }
        if tree.nodes[number].binding != nil { checkBinding(profile, number, item) }
        if !tree.nodes[number].typeRules.isEmpty { checkTypes(profile, number, item, scope) }
        let below = scope.entering(item, self)
        if !tree.nodes[number].constraints.isEmpty { checkConstraints(profile, number, item, below) }
        let content = tree.nodes[number].content
        guard !tree.nodes[number].active.isEmpty || content >= 0 || policy.reportsMustSupport else { return }
        let isPrimitive = facts.types[Int(item.type)].primitive != 0
        let object = isPrimitive ? item.companion : item.value
        checkChildren(profile, number, object: object, type: item.type, below)
        if content >= 0 { checkChildren(profile, Int(content), object: object, type: item.type, below) }
    }

    /// Whether a type is one of those, or a specialisation of one.
    @inline(__always)
    func isAllowed(_ type: UInt16, _ allowed: [UInt16]) -> Bool {
        if allowed.contains(type) { return true }
        guard facts.types[Int(type)].kind == 0 else { return false }
        return allowed.contains { TypeFact(number: type).isKind(of: TypeFact(number: $0)) }
    }
}

extension JudgementScope {
    /// The scope of what stands inside a value: its own, if the value is a resource.
    func entering(_ item: JudgedItem, _ run: ProfileRun) -> JudgementScope {
        guard item.value >= 0, item.value != resource, run.facts.types[Int(item.type)].kind == 0,
            run.tape[item.value].isObject
        else { return self }
        let isContained = item.element != FactTable.none && ElementFact(number: item.element).isContained
        let isInBundle = run.resourceType(resource) == run.kinds.bundle
        return JudgementScope(
            resource: item.value, container: isContained ? container : item.value,
            bundle: isInBundle && !isContained ? resource : bundle)
    }
}

extension ElementFact {
    /// Whether it is DomainResource.contained, the only list of resources that R4 has.
    var isContained: Bool { isList && types.first?.type.name == "Resource" }
}
