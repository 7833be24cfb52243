/// Reading one ElementDefinition.
extension RuleTreeBuilder {
    mutating func read(_ element: JSONNode, into node: Int) {
        let fact = tree.nodes[node].elements.first.map { ElementFact(number: $0) }
        if node > 0 { readCardinality(element, into: node, fact) }
        if let types = element["type"], let fact { readTypes(types, into: node, fact) }
        readValues(element, into: node)
        if let binding = element["binding"] { readBinding(binding, into: node, fact) }
        for constraint in element.elements("constraint") { readConstraint(constraint, into: node) }
        if let slicing = element["slicing"] { readSlicing(slicing, into: node) }
        if element["mustSupport"]?.bool == true { tree.nodes[node].isMustSupport = true }
        if let content = element["contentReference"]?.string, content.hasPrefix("#") {
            refer(node, to: String(content.dropFirst()))
        }
    }

    /// Rules on the value of a primitive are rules on the primitive, but for the number: it has a value or extensions.
    mutating func readPrimitiveValue(_ element: JSONNode, into node: Int) {
        if element["min"]?.numberText.flatMap({ Int($0) }) ?? 0 > 0 { tree.nodes[node].needsValue = true }
        readValues(element, into: node)
        for constraint in element.elements("constraint") { readConstraint(constraint, into: node) }
    }

    private mutating func readCardinality(_ element: JSONNode, into node: Int, _ fact: ElementFact?) {
        let isSlice = tree.nodes[node].slice != nil
        if let minimum = element["min"]?.numberText.flatMap({ Int($0) }), minimum > 0 {
            if isSlice || minimum > fact?.minimum ?? 0 {
                tree.nodes[node].minimum = max(tree.nodes[node].minimum, minimum)
            }
        }
        guard let text = element["max"]?.string, text != "*" else { return }
        guard let maximum = Int(text), maximum >= 0 else {
            return note("\(tree.id(of: node)): \"\(text.prefix(20))\" is no maximum.")
        }
        let limit = fact?.maximum ?? .max
        if maximum < limit { tree.nodes[node].maximum = min(tree.nodes[node].maximum, maximum) }
    }

    // MARK: Types

    private mutating func readTypes(_ types: JSONNode, into node: Int, _ fact: ElementFact) {
        // The type of an element with children of its own is anonymous: definitions call it BackboneElement.
        if fact.isContentReference || fact.types.first?.type.kind == .backbone { return }
        var allowed: [UInt16] = []
        var rules: [TypeRule] = []
        // Types that one entry at least allows without more ado.
        var plain: Set<UInt16> = []
        for entry in types.elements {
            guard let code = entry["code"]?.string, !code.hasPrefix("http://hl7.org/fhirpath/") else { return }
            guard
                let type = R4.table.type(
                    code.hasPrefix(Canonical.core) ? String(code.dropFirst(Canonical.core.count)) : code)
            else {
                return note("\(tree.id(of: node)): R4 has no type \"\(code.prefix(60))\".")
            }
            if !allowed.contains(type.number) { allowed.append(type.number) }
            guard let rule = typeRule(entry, type, fact) else {
                plain.insert(type.number)
                continue
            }
            if let known = rules.firstIndex(where: { $0.type == type.number }) {
                // STU3's way: one entry per profile.
                rules[known].profiles += rule.profiles
                rules[known].targets += rule.targets
            } else {
                rules.append(rule)
            }
        }
        guard !allowed.isEmpty else { return }
        tree.nodes[node].typeRules = rules.filter { !plain.contains($0.type) }
        let own = fact.types.map(\.type.number)
        if Set(allowed) != Set(own) {
            tree.nodes[node].allowedTypes = allowed
            tree.nodes[node].types = allowed
        }
    }

    private func typeRule(_ entry: JSONNode, _ type: TypeFact, _ fact: ElementFact) -> TypeRule? {
        let reference = fact.types.first { $0.type == type }
        var rule = TypeRule(
            type: type.number, profiles: references(entry["profile"]), targets: references(entry["targetProfile"]),
            aggregation: [])
        let isPlain = rule.profiles.contains {
            Canonical.coreType($0.canonical) != nil || $0.canonical == reference?.profile
        }
        if isPlain { rule.profiles = [] }
        let targets = rule.targets.compactMap { Canonical.coreType($0.canonical) }
        if targets.contains(where: { $0.name == "Resource" }) {
            rule.targets = []
        } else if targets.count == rule.targets.count, let reference,
            Set(targets.map(\.number)) == Set(reference.targets.map { R4.table.type($0).number })
        {
            rule.targets = []
        }
        for aggregation in entry.elements("aggregation") {
            if aggregation.equals("contained") { rule.aggregation.insert(.contained) }
            if aggregation.equals("referenced") { rule.aggregation.insert(.referenced) }
            if aggregation.equals("bundled") { rule.aggregation.insert(.bundled) }
        }
        return rule.profiles.isEmpty && rule.targets.isEmpty && rule.aggregation.isEmpty ? nil : rule
    }

    private func references(_ list: JSONNode?) -> [ProfileReference] {
        guard let list else { return [] }
        return list.elements.compactMap(\.string).map { ProfileReference(canonical: $0, target: .unknown) }
    }

    // MARK: Values

    private mutating func readValues(_ element: JSONNode, into node: Int) {
        for (key, value) in element.members {
            var name = key.string
            let isCompanion = name.hasPrefix("_")
            if isCompanion { name.removeFirst() }
            if name == "maxLength", let length = value.numberText.flatMap({ Int($0) }) {
                replace(.maximumLength(length), in: node)
                continue
            }
            guard let (kind, type) = Self.valueKind(name) else { continue }
            // A value with a companion is read when the value's own key comes by.
            if isCompanion && element[name] != nil { continue }
            let companion = isCompanion ? value : element["_\(name)"]
            guard let fixed = try? FixedValue(isCompanion ? nil : value, companion: companion, type: type.number) else {
                continue
            }
            guard fixed.document.tapeCount <= FixedValue.maximumNodes else {
                note("\(tree.id(of: node)): the value of \(name) is too large and was left out.")
                continue
            }
            switch kind {
            case "fixed": replace(.fixed(fixed), in: node)
            case "pattern": replace(.pattern(fixed), in: node)
            case "minValue": replace(.minimum(fixed), in: node)
            default: replace(.maximum(fixed), in: node)
            }
        }
    }

    /// Splits `patternCodeableConcept` into what it does and the type of its value.
    private static func valueKind(_ key: String) -> (kind: String, type: TypeFact)? {
        for kind in ["fixed", "pattern", "minValue", "maxValue"] where key.hasPrefix(kind) && key.count > kind.count {
            let name = String(key.dropFirst(kind.count))
            let type = R4.table.type(name) ?? R4.table.type(name.prefix(1).lowercased() + name.dropFirst())
            return type.map { (kind, $0) }
        }
        return nil
    }

    private mutating func replace(_ rule: ValueRule, in node: Int) {
        tree.nodes[node].values.removeAll { $0.kind == rule.kind }
        tree.nodes[node].values.append(rule)
    }

    // MARK: Bindings, constraints, slicing

    private mutating func readBinding(_ binding: JSONNode, into node: Int, _ fact: ElementFact?) {
        // A differential that only strengthens a binding leaves out its value set.
        guard
            let valueSet = binding["valueSet"]?.string ?? tree.nodes[node].binding?.valueSet
                ?? fact?.binding?.valueSet.url
        else { return }
        let strength: BindingFact.Strength =
            switch binding["strength"]?.string {
            case "required": .required
            case "extensible": .extensible
            case "preferred": .preferred
            default: .example
            }
        let maximum = binding.elements("extension").first {
            $0["url"]?.equals("http://hl7.org/fhir/StructureDefinition/elementdefinition-maxValueSet") == true
        }.flatMap {
            $0["valueCanonical"]?.string ?? $0["valueUri"]?.string ?? $0["valueReference"]?["reference"]?.string
        }
        let own = fact?.binding
        let isOwn = own?.strength == strength && own?.valueSet.url == Canonical(valueSet).url
        let isIdle = (isOwn || strength == .example) && maximum == nil
        tree.nodes[node].binding =
            isIdle ? nil : BindingRule(strength: strength, valueSet: valueSet, maximumValueSet: maximum)
    }

    private mutating func readConstraint(_ constraint: JSONNode, into node: Int) {
        guard let key = constraint["key"]?.string, let expression = constraint["expression"]?.string,
            !CoreRules.isOwn(
                key: key, expression: expression, source: constraint["source"]?.string, inSnapshot: isSnapshot)
        else { return }
        let rule = ConstraintRule(
            key: key, severity: constraint["severity"]?.equals("warning") == true ? .warning : .error,
            human: constraint["human"]?.string ?? "", expression: expression)
        tree.nodes[node].constraints.removeAll { $0.key == key }
        tree.nodes[node].constraints.append(rule)
    }

    private mutating func readSlicing(_ slicing: JSONNode, into node: Int) {
        var discriminators: [Discriminator] = []
        for entry in slicing.elements("discriminator") {
            guard let kind = entry["type"]?.string.flatMap({ Discriminator.Kind(rawValue: $0) }) else {
                note("\(tree.id(of: node)): a discriminator has no type that R4 knows.")
                continue
            }
            discriminators.append(Discriminator(kind: kind, path: entry["path"]?.string ?? "$this"))
        }
        let before = tree.nodes[node].slicing
        let rules = slicing["rules"]?.string.flatMap { Slicing.Rules(rawValue: $0) } ?? before?.rules ?? .open
        tree.nodes[node].slicing = Slicing(
            // A profile may close what its base left open, not open what it closed.
            rules: before?.rules == .closed ? .closed : rules,
            isOrdered: slicing["ordered"]?.bool == true || before?.isOrdered == true,
            discriminators: discriminators.isEmpty ? before?.discriminators ?? [] : discriminators)
    }
}

extension ValueRule {
    /// Rules of one kind replace each other.
    fileprivate var kind: Int {
        switch self {
        case .fixed: 0
        case .pattern: 1
        case .minimum: 2
        case .maximum: 3
        case .maximumLength: 4
        }
    }
}
