/// Rules about what references point at (ElementDefinition.type.targetProfile, aggregation).
extension ProfileRun {
    mutating func checkReference(
        _ rule: TypeRule, _ item: JudgedItem, _ scope: JudgementScope, by place: (profile: Int, node: Int)
    ) {
        let target = resolve(item, scope)
        if !rule.aggregation.isEmpty { checkAggregation(rule.aggregation, item, target, scope, by: place) }
        guard !rule.targets.isEmpty, let type = target?.type ?? targetType(item) else { return }
        let fitting = rule.targets.filter { self.type(of: $0).map { isAllowed(type, [$0]) } ?? true }
        let names = rule.targets.map(\.canonical).joined(separator: " or ")
        guard !fitting.isEmpty else {
            report(
                .value, at: item.place, by: place,
                "It points at a \(TypeFact(number: type).name); the profile asks for \(names).")
            return
        }
        // Where a target's conformance is in question, its own references count by their type alone: else one wrong
        // practitioner would be a fault of all that leads to it.
        guard let target, findings.silence == 0 else { return }
        let inside = scope.entering(target, self)
        switch conforms(target, toAny: fitting, inside) {
        case true: return
        case false:
            report(
                .value, at: item.place, by: place,
                "It points at a \(TypeFact(number: type).name) that does not conform to \(names): \(findings.firstSilentError)"
            )
        default:
            for reference in fitting where reference.target == .unknown {
                tellUnknown(reference.canonical, at: item.place)
            }
        }
    }

    private mutating func checkAggregation(
        _ allowed: TypeRule.Aggregation, _ item: JudgedItem, _ target: JudgedItem?, _ scope: JudgementScope,
        by place: (profile: Int, node: Int)
    ) {
        let reference = member("reference", of: item.value)
        guard reference >= 0, tape[reference].isString else { return }
        let isContained = withText(reference) { $0.first == UInt8(ascii: "#") }
        if isContained {
            if allowed.contains(.contained) { return }
        } else if allowed.contains(.referenced) || allowed.contains(.bundled) && target != nil {
            return
        }
        var ways: [String] = []
        if allowed.contains(.contained) { ways.append("contained in the resource") }
        if allowed.contains(.referenced) { ways.append("a resource of its own") }
        if allowed.contains(.bundled) { ways.append("in the same Bundle") }
        report(
            .value, at: item.place, by: place,
            "What it points at is not where the profile wants it, \(ways.joined(separator: " or ")).")
    }

    // MARK: Targets

    /// What a reference points at, if it is contained or in the same Bundle.
    mutating func resolve(_ item: JudgedItem, _ scope: JudgementScope) -> JudgedItem? {
        guard item.value >= 0 else { return nil }
        let reference = tape[item.value].isObject ? member("reference", of: item.value) : item.value
        guard let written = string(reference), !written.isEmpty else { return nil }
        guard let place = written.hasPrefix("#") ? contained(written, scope) : bundled(written, scope),
            let type = resourceType(place)
        else { return nil }
        return JudgedItem(value: place, companion: -1, type: type, element: containedElement(place, scope))
    }

    /// The element that holds a resource, as far as it matters: contained ones share the container of their holder.
    private func containedElement(_ place: Int, _ scope: JudgementScope) -> UInt16 {
        let isInside = place > scope.container && place < Int(tape[scope.container].next)
        guard isInside, let type = resourceType(scope.container) else { return FactTable.none }
        return TypeFact(number: type).element("contained")?.number ?? FactTable.none
    }

    private mutating func contained(_ reference: String, _ scope: JudgementScope) -> Int? {
        if reference.utf8.count == 1 { return scope.container }
        let list = member("contained", of: scope.container)
        guard list >= 0 else { return nil }
        let id = String(reference.dropFirst())
        steps += count(list) / 4
        return node(list).elements.first { equals(member("id", of: Int($0.index)), id) }.map { Int($0.index) }
    }

    private mutating func bundled(_ reference: String, _ scope: JudgementScope) -> Int? {
        guard scope.bundle >= 0 else { return nil }
        if bundles[scope.bundle] == nil { bundles[scope.bundle] = BundleIndex(node(scope.bundle)) }
        return bundles[scope.bundle]?.target(of: reference)
    }

    /// The type of a reference's target by its text or by Reference.type; nil if neither tells.
    func targetType(_ item: JudgedItem) -> UInt16? {
        guard item.value >= 0, tape[item.value].isObject else { return nil }
        let reference = member("reference", of: item.value)
        if reference >= 0, tape[reference].isString,
            let type = withText(reference, { ReferenceTarget($0).type })
        {
            return R4.table.type(type).number
        }
        return string(member("type", of: item.value)).flatMap {
            R4.table.type($0.hasPrefix(Canonical.core) ? String($0.dropFirst(Canonical.core.count)) : $0)?.number
        }
    }
}
