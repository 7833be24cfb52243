/// Resources: which profiles they are judged by, and the resources inside them.
extension ProfileRun {
    /// Judges a resource by the profiles it claims and those given, its extensions by their definitions, and the
    /// resources inside it likewise.
    mutating func judgeResource(
        _ index: Int, type: UInt16, element: UInt16, _ scope: JudgementScope, given: [String], claims: Bool
    ) {
        let item = JudgedItem(value: index, companion: -1, type: type, element: element)
        for url in given { judge(item, byCanonical: url, at: index, scope) }
        if claims {
            let meta = member("meta", of: index)
            let profiles = member("profile", of: meta)
            if profiles >= 0 {
                for profile in node(profiles).elements {
                    guard let url = profile.string, !given.contains(url) else { continue }
                    judge(item, byCanonical: url, at: Int(profile.index), scope)
                }
            }
        }
        if hasMore(index) { walk(index, type: type, holder: nil, scope, claims: claims) }
    }

    private mutating func judge(
        _ item: JudgedItem, byCanonical url: String, at place: Int, _ scope: JudgementScope
    ) {
        let canonical = Canonical(url)
        if let number = set.number(of: canonical) {
            let profile = set.profiles[number]
            if let wanted = canonical.version, let version = profile.version, wanted != version {
                tell(
                    "version \(url)", .notFound, at: place, severity: .warning,
                    "Version \(wanted) of \(canonical.url) is not loaded; \(version) was used instead.")
            }
            judge(item, by: number, scope)
        } else if let core = Canonical.coreType(canonical.url) {
            guard !TypeFact(number: item.type).isKind(of: core) else { return }
            report(
                .structure, at: place, by: nil,
                "The resource is a \(TypeFact(number: item.type).name), but the profile is \(core.name) of R4.")
        } else if let reason = set.refusals[canonical.url] {
            tell(
                "StructureDefinition \(canonical.url)", .notSupported, at: place, severity: .warning,
                "The profile \(url) was loaded but cannot be used, so nothing was checked by it. \(reason)")
        } else {
            tell(
                "StructureDefinition \(canonical.url)", .notFound, at: place, severity: .warning,
                "The profile \(url) is not known, so nothing was checked by it. Load the package that defines it.")
        }
    }

    /// Whether a resource has extensions or other resources inside: a glance at its keys, before a walk through its
    /// types.
    private func hasMore(_ index: Int) -> Bool {
        let end = Int(tape[index].next)
        var position = index + 1
        while position < end {
            let entry = tape[position]
            position += 1
            guard entry.isKey else { continue }
            switch Int(entry.end) - Int(entry.start) - 2 {
            case 8: if isNamed(entry, "resource") { return true }
            case 9: if isNamed(entry, "extension") || isNamed(entry, "contained") { return true }
            case 17: if isNamed(entry, "modifierExtension") { return true }
            default: if entry.hasEscapes { return true }
            }
        }
        return false
    }

    private func isNamed(_ key: JSONTapeEntry, _ name: StaticString) -> Bool {
        name.withUTF8Buffer { key.equals($0, in: text) }
    }

    /// Walks through an object by its types, to its extensions and the resources inside.
    ///
    /// - Parameter holder: the element that holds the object; nil for a resource.
    mutating func walk(_ object: Int, type: UInt16, holder: UInt16?, _ scope: JudgementScope, claims: Bool) {
        guard tape[object].isObject, steps <= policy.maximumSteps else { return }
        let record = facts.types[Int(type)]
        var key = object + 1
        let end = Int(tape[object].next)
        while key < end {
            let value = key + 1
            defer { key = Int(tape[value].next) }
            steps += 1
            guard tape[value].isContainer, let (slot, isCompanion) = lookup(key, record) else { continue }
            let element = UInt16(truncatingIfNeeded: record.first_element + UInt32(slot.number))
            let reference = Int(facts.elements[Int(element)].first_reference) + Int(slot.ordinal)
            let valueType = facts.references[reference].type
            if !isCompanion, facts.types[Int(valueType)].primitive != 0 { continue }
            if !isArray(value) {
                enter(value, type: valueType, element, of: object, type, holder, scope, claims: claims)
                continue
            }
            var one = value + 1
            while one < Int(tape[value].next) {
                enter(one, type: valueType, element, of: object, type, holder, scope, claims: claims)
                one = Int(tape[one].next)
            }
        }
    }

    private mutating func enter(
        _ value: Int, type: UInt16, _ element: UInt16, of object: Int, _ owner: UInt16, _ holder: UInt16?,
        _ scope: JudgementScope, claims: Bool
    ) {
        guard tape[value].isObject else { return }
        if type == kinds.resource {
            guard let concrete = resourceType(value) else { return }
            let item = JudgedItem(value: value, companion: -1, type: concrete, element: element)
            judgeResource(
                value, type: concrete, element: element, scope.entering(item, self), given: [], claims: claims)
            return
        }
        if type == kinds.extension {
            judgeExtension(value, element, of: object, owner, holder, scope)
        }
        walk(value, type: type, holder: element, scope, claims: claims)
    }
}
