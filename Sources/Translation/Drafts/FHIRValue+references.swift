extension FHIRValue {
    /// A Reference to what another draft becomes.
    static func reference(to draft: DraftName) -> FHIRValue {
        .object([Member("reference", .string(draft.reference))])
    }

    func collectReferences(into found: inout [DraftName]) {
        switch self {
        case .object(let members):
            for member in members {
                if let name = member.draft {
                    if !found.contains(name) { found.append(name) }
                } else {
                    member.value.collectReferences(into: &found)
                }
            }
        case .list(let elements): for element in elements { element.collectReferences(into: &found) }
        case .string, .number, .boolean, .null: break
        }
    }

    private var refersToDrafts: Bool {
        switch self {
        case .object(let members): members.contains { $0.draft != nil || $0.value.refersToDrafts }
        case .list(let elements): elements.contains(where: \.refersToDrafts)
        case .string, .number, .boolean, .null: false
        }
    }

    /// The same with ids in place of drafts' names; nil if nothing is left of it.
    ///
    /// - Parameters:
    ///   - targets: `Type/id` by the name of a draft. References to others are taken out, with what they leave empty.
    ///   - missing: gets the names of those others.
    func resolved(_ targets: [String: String], _ missing: inout Set<String>) -> FHIRValue? {
        guard refersToDrafts else { return self }
        switch self {
        case .object(let members):
            var rest: [Member] = []
            for member in members {
                if let name = member.draft {
                    if let target = targets[name.text] {
                        rest.append(Member(member.name, .string(target)))
                    } else {
                        missing.insert(name.text)
                    }
                } else if let value = member.value.resolved(targets, &missing) {
                    rest.append(Member(member.name, value))
                }
            }
            return rest.isEmpty ? nil : .object(rest)
        case .list(let elements): return FHIRValue.list(ifAny: Self.resolved(elements, targets, &missing))
        case .string, .number, .boolean, .null: return self
        }
    }

    static func resolved(
        _ values: [FHIRValue], _ targets: [String: String], _ missing: inout Set<String>
    ) -> [FHIRValue] {
        values.compactMap { $0.resolved(targets, &missing) }
    }
}

extension Edit {
    /// The same with ids in place of drafts' names; nil if references to unknown ones are all that it says.
    func resolved(_ targets: [String: String], _ missing: inout Set<String>) -> Edit? {
        switch self {
        case .set(let path, let value): return value.resolved(targets, &missing).map { .set(path, $0) }
        case .setIfAbsent(let path, let value): return value.resolved(targets, &missing).map { .setIfAbsent(path, $0) }
        case .replace(let path, let values, let scope):
            let rest = FHIRValue.resolved(values, targets, &missing)
            return rest.isEmpty && !values.isEmpty ? nil : .replace(path, rest, scope)
        case .union(let path, let values):
            let rest = FHIRValue.resolved(values, targets, &missing)
            return rest.isEmpty ? nil : .union(path, rest)
        case .remove, .mergeIdentifiers: return self
        }
    }
}

extension FHIRValue.Member {
    /// The draft that this member refers to, if it is a reference to one.
    var draft: DraftName? {
        guard name == "reference", case .string(let text) = value else { return nil }
        return DraftName(reference: text)
    }
}
