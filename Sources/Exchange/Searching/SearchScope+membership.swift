import FHIR

extension SearchScope {
    /// What makes a resource part of the compartment; nil where the scope is none.
    ///
    /// A resource belongs to it by a reference in one of the parameters that the compartment's definition names for its
    /// type, and the one that the compartment is of belongs to it, too.
    ///
    /// - Parameter types: those that are searched.
    func membership(of types: [ResourceType]) -> SearchExpression? {
        guard case .compartment(let compartment, let id, _) = self else { return nil }
        let owner = compartment.resourceType
        var members: [Int32: [ResourceType]] = [:]
        var facts: [SearchParameterFact] = []
        for type in types {
            for fact in R4.table.compartmentParameters(compartment, for: type) {
                if members[fact.id] == nil { facts.append(fact) }
                members[fact.id, default: []].append(type)
            }
        }
        var ways = facts.map { fact -> SearchExpression in
            let test = SearchExpression.value(fact, .reference(.local(type: owner, id: id, version: nil)))
            let named = members[fact.id] ?? []
            // A parameter that other types have as well may say nothing about the compartment there.
            let having = types.filter { type in
                R4.table.searchParameters(for: type).contains { $0.id == fact.id }
            }
            return named.count == having.count ? test : .and([.type(named), test])
        }
        if types.contains(owner) { ways.append(types.count == 1 ? .id([id]) : .and([.type([owner]), .id([id])])) }
        return .or(ways)
    }
}
