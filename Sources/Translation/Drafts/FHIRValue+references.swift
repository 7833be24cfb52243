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

    /// Whether it refers to a draft that has no target; their names are added.
    func lacks(_ targets: [String: String], _ missing: inout Set<String>) -> Bool {
        var lacks = false
        switch self {
        case .object(let members):
            for member in members {
                if let name = member.draft {
                    guard targets[name.text] == nil else { continue }
                    missing.insert(name.text)
                    lacks = true
                } else if member.value.lacks(targets, &missing) {
                    lacks = true
                }
            }
        case .list(let elements): for element in elements where element.lacks(targets, &missing) { lacks = true }
        case .string, .number, .boolean, .null: break
        }
        return lacks
    }

    /// What is left when references to drafts without a target are taken out, and what they leave empty with them; nil
    /// if nothing is.
    func without(_ targets: [String: String]) -> FHIRValue? {
        switch self {
        case .object(let members):
            let rest = members.compactMap { member -> Member? in
                if let name = member.draft { return targets[name.text] == nil ? nil : member }
                return member.value.without(targets).map { Member(member.name, $0) }
            }
            return rest.isEmpty ? nil : .object(rest)
        case .list(let elements): return FHIRValue.list(ifAny: elements.compactMap { $0.without(targets) })
        case .string, .number, .boolean, .null: return self
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
