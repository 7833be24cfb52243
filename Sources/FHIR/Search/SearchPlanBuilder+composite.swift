/// How a composite parameter finds: by rows of its own, or by other parameters of its type together.
public struct SearchCompositePlan: Sendable, Hashable {
    /// Whether there are entries under the composite's own number.
    public let isStored: Bool
    /// Each by itself finds what the composite finds too: parameters of the type by component, all of which must hold.
    /// They have one value at most, so that "of the same repetition" needs no entry.
    public let parts: [[SearchParameterFact]]
}

extension SearchPlanBuilder {
    /// A composite; comes after all that it may be made of.
    ///
    /// - Parameter parameter: by number.
    mutating func add(
        composite fact: SearchParameterFact, parameter: (Int32) -> SearchParameterFact?
    ) throws(FHIRPathError) {
        guard case .values(let routes, _) = try FHIRPathCompiler.compile(fact.expression, for: type) else { return }
        var named: [[SearchParameterFact]] = []
        var stored: [SearchCoverage.Reach] = []
        for route in routes {
            let parts = try fact.components.map { component throws(FHIRPathError) in
                try part(component, of: route, parameter(component.parameter)?.kind ?? .special)
            }
            guard parts.allSatisfy({ !$0.leaves.isEmpty }) else { continue }
            if route.steps.isEmpty, let same = names(of: parts, fact.components) {
                named.append(same)
                continue
            }
            store(fact.id, route, parts)
            stored.append(.init(steps: route.steps, rule: .composite, system: "\(parts.map(\.description))"))
        }
        composites[fact.id] = SearchCompositePlan(isStored: !stored.isEmpty, parts: named)
        reach(fact.id, stored)
    }

    /// A component as seen from one of the composite's routes.
    private struct Part {
        let kind: SearchParameterKind
        let startsAtResource: Bool
        let leaves: [Leaf]

        /// The same for the same part.
        var description: String { "\(startsAtResource)\(leaves.map(\.reach))" }
    }

    private func part(
        _ component: SearchParameterFact.Component, of route: FHIRPathRoute, _ kind: SearchParameterKind
    ) throws(FHIRPathError) -> Part {
        let mark = "%resource."
        let startsAtResource = component.expression.hasPrefix(mark)
        let expression = startsAtResource ? String(component.expression.dropFirst(mark.count)) : component.expression
        let context = startsAtResource ? type : route.type
        guard case .values(let routes, _) = try FHIRPathCompiler.compile(expression, for: context) else {
            throw .unsupportedForm("a component that is a condition")
        }
        return Part(
            kind: kind, startsAtResource: startsAtResource, leaves: routes.flatMap { Self.leaves($0, kind) })
    }

    private func store(_ parameter: Int32, _ route: FHIRPathRoute, _ parts: [Part]) {
        let branch = root.after(route.steps)
        let made = parts.map { part in
            SearchPlan.Composite.Part(
                startsAtResource: part.startsAtResource,
                leaves: part.leaves.map { leaf in
                    .init(
                        route: leaf.route,
                        terminal: SearchPlan.Terminal(parameter: 0, rule: leaf.rule, system: leaf.system))
                })
        }
        if let index = branch.composites.firstIndex(where: { $0.parts == made }) {
            branch.composites[index].parameters.append(parameter)
        } else {
            branch.composites.append(SearchPlan.Composite(parameters: [parameter], parts: made))
        }
    }

    /// The parameters that find what the components of the resource itself find, if each has one.
    private func names(
        of parts: [Part], _ components: [SearchParameterFact.Component]
    ) -> [SearchParameterFact]? {
        var found: [SearchParameterFact] = []
        for (part, component) in zip(parts, components) {
            guard part.leaves.allSatisfy(\.route.isSingular) else { return nil }
            let wanted = Set(part.leaves.map(\.reach))
            let same = leaves.first { $0.parameter.kind == part.kind && Set($0.leaves.map(\.reach)) == wanted }
            guard let parameter = same ?? wider(than: wanted, within: component.parameter, part.kind) else {
                return nil
            }
            found.append(parameter.parameter)
        }
        return found
    }

    /// A parameter that looks at other forms of the same single value too, as the one does that the component is said to
    /// behave as.
    private func wider(
        than wanted: Set<SearchCoverage.Reach>, within definition: Int32, _ kind: SearchParameterKind
    ) -> (parameter: SearchParameterFact, leaves: [Leaf])? {
        let defined = Set(leaves.first { $0.parameter.id == definition }?.leaves.map(\.reach) ?? [])
        return leaves.filter { candidate in
            let reaches = Set(candidate.leaves.map(\.reach))
            return candidate.parameter.kind == kind && candidate.leaves.allSatisfy(\.route.isSingular)
                && wanted.isSubset(of: reaches) && reaches.isSubset(of: defined)
        }.min { $0.leaves.count < $1.leaves.count }
    }
}
