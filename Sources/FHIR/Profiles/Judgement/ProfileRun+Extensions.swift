/// Extensions by their definitions (R4 extensibility.html §2.4).
extension ProfileRun {
    /// - Parameters:
    ///   - element: the element that the extension stands in, `Patient.extension`.
    ///   - object: tape index of what has the extension, and `owner` the number of its type.
    ///   - holder: the number of the element that holds that; nil if it is a resource.
    mutating func judgeExtension(
        _ index: Int, _ element: UInt16, of object: Int, _ owner: UInt16, _ holder: UInt16?, _ scope: JudgementScope
    ) {
        guard let url = string(member("url", of: index)) else { return }
        // Inside a complex extension the url is a name that its definition gives.
        if owner == kinds.extension, !url.utf8.contains(UInt8(ascii: ":")) { return }
        let isModifier = ElementFact(number: element).nameUTF8.count == 17
        guard let number = set.number(of: Canonical(url)) else {
            tellUnknown(url, isModifier: isModifier, at: index)
            return
        }
        let profile = set.profiles[number]
        var isAtHome = profile.contexts.isEmpty
        for context in profile.contexts where !isAtHome { isAtHome = fits(context, object, owner, holder, scope) }
        if !isAtHome {
            let places = profile.contexts.map(\.shown).joined(separator: ", ")
            report(
                .extension, at: index, by: (number, 0),
                "The extension \(url) stands in \(ElementFact(number: element).owner.name); its definition allows it in \(places) only."
            )
        }
        judge(JudgedItem(value: index, companion: -1, type: kinds.extension, element: element), by: number, scope)
    }

    private mutating func tellUnknown(_ url: String, isModifier: Bool, at index: Int) {
        if isModifier {
            guard let severity = policy.unknownModifierExtension else { return }
            tell(
                "modifier \(url)", .extension, at: index,
                severity: url.hasPrefix(Canonical.core) ? max(severity, .warning) : severity,
                "The modifier extension \(url) is not known. It changes what the element means, so the element cannot be understood. Load the package that defines it, or leave both out."
            )
        } else if let severity = policy.unknownExtension {
            tell(
                "StructureDefinition \(url)", .extension, at: index, severity: severity,
                "The extension \(url) is kept, but its definition is not loaded, so it was not checked.")
        }
    }

    /// Whether an object is one that a context names.
    private mutating func fits(
        _ context: ExtensionContext, _ object: Int, _ owner: UInt16, _ holder: UInt16?, _ scope: JudgementScope
    ) -> Bool {
        switch context {
        case .fhirpath: return true
        case .extension(let url):
            return owner == kinds.extension && equals(member("url", of: object), Canonical(url).url)
        case .element(let path):
            // An element of a profile is not looked for.
            if path.utf8.contains(UInt8(ascii: ":")) { return true }
            let type = TypeFact(number: owner)
            if path == type.name || R4.table.type(path).map({ type.isKind(of: $0) }) == true { return true }
            // Every element is one, but a resource is not.
            if path == "Element" { return type.kind != .resource }
            if let holder, ElementFact(number: holder).path == path { return true }
            // Finding out a path looks at all that stands before the place.
            steps += 256
            return steps <= policy.maximumSteps && pathFits(path, object, scope)
        }
    }

    /// Whether the way to an object from its resource is a path, `Patient.name.given`, with the positions left out.
    private func pathFits(_ path: String, _ object: Int, _ scope: JudgementScope) -> Bool {
        guard let type = resourceType(scope.resource) else { return false }
        let shapes = ShapePath(document: document)
        let before = shapes.expression(of: scope.resource)
        var plain = TypeFact(number: type).name
        var isPosition = false
        for character in shapes.expression(of: object).dropFirst(before.count) {
            if character == "[" { isPosition = true }
            if !isPosition { plain.append(character) }
            if character == "]" { isPosition = false }
        }
        return plain == (path.hasSuffix("[x]") ? String(path.dropLast(3)) : path)
    }
}

extension ExtensionContext {
    var shown: String {
        switch self {
        case .element(let path): path
        case .extension(let url): "the extension \(url)"
        case .fhirpath(let expression): expression
        }
    }
}
