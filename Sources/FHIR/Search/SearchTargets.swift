/// The types that a reference parameter leads to.
enum SearchTargets {
    /// What the elements at its ends may refer to and the parameter declares, where `resolve() is T` does not say more.
    ///
    /// - Returns: empty for all types.
    static func of(_ parameter: SearchParameterFact, _ leaves: [SearchPlanBuilder.Leaf]) -> [ResourceType] {
        var found: Set<ResourceType> = []
        for leaf in leaves {
            if let type = resolved(leaf.route) {
                found.insert(type)
                continue
            }
            let element = leaf.route.element?.referenceTargets ?? []
            // One that may refer to anything leaves only what the parameter declares.
            guard !element.isEmpty else { return parameter.targets }
            found.formUnion(element)
        }
        let declared = Set(parameter.targets)
        let both = declared.isEmpty ? found : found.intersection(declared)
        return both.isEmpty ? parameter.targets : both.sorted()
    }

    /// The type that the last filter of a route asks for.
    private static func resolved(_ route: FHIRPathRoute) -> ResourceType? {
        guard case .filter(.resolves(_, let type)) = route.steps.last else { return nil }
        return type
    }
}
