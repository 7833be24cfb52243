import FHIR

extension EverythingRequest {
    /// What belongs to the compartment, of some types.
    func members(of types: [ResourceType]) -> SearchExpression {
        if let id {
            return SearchScope.compartment(compartment, id: id, nil).membership(of: types) ?? .or([])
        }
        let owner = compartment.resourceType
        var ways: [SearchExpression] = types.contains(owner) ? [.type([owner])] : []
        var facts: [SearchParameterFact] = []
        for type in types {
            for fact in R4.table.compartmentParameters(compartment, for: type)
            where !facts.contains(where: { $0.id == fact.id }) {
                facts.append(fact)
            }
        }
        ways += facts.map { .chain($0, owner, .and([])) }
        return .or(ways)
    }

    /// What care was given in the range; what has no date of care was.
    func inRange(_ types: [ResourceType]) -> [SearchExpression] {
        guard start != nil || end != nil else { return [] }
        var facts: [(fact: SearchParameterFact, types: [ResourceType])] = []
        for (type, code) in Self.careDates where types.contains(type) {
            guard let fact = R4.table.searchParameter(type, code) else { continue }
            if let place = facts.firstIndex(where: { $0.fact.id == fact.id }) {
                facts[place].types.append(type)
            } else {
                facts.append((fact, [type]))
            }
        }
        return facts.map { fact, types in
            var bounds: [SearchExpression] = []
            if let start { bounds.append(.value(fact, .date(.greaterOrEqual, start))) }
            if let end { bounds.append(.value(fact, .date(.lessOrEqual, end))) }
            return .or([.not(.type(types)), .missing(fact), .and(bounds)])
        }
    }

    /// What something in the compartment refers to.
    ///
    /// - Parameter present: the types of which there is something in it.
    func companions(of present: [ResourceType]) -> SearchExpression? {
        let wanted = companionTypes
        guard !wanted.isEmpty else { return nil }
        // Of all patients: whoever is in the record at all.
        guard id != nil else { return .type(wanted) }
        var ways: [SearchExpression] = []
        for type in present {
            let inner = SearchExpression.and([members(of: [type])] + inRange([type]))
            for fact in R4.table.searchParameters(for: type)
            where fact.kind == .reference && fact.targets.contains(where: wanted.contains) {
                ways.append(.has(type, fact, inner))
            }
        }
        return ways.isEmpty ? nil : .and([.type(wanted), .or(ways)])
    }

    /// All of it.
    func expression(present: [ResourceType]) -> SearchExpression {
        let types = memberTypes
        let own = SearchExpression.and([members(of: types)] + inRange(types))
        let whole = companions(of: present).map { SearchExpression.or([own, $0]) } ?? own
        return since.map { .and([whole, .lastUpdated(.greaterOrEqual, $0)]) } ?? whole
    }
}
