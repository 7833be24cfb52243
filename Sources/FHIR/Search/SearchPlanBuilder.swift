/// Merges the routes of a type's search parameters into one ``SearchPlan``.
struct SearchPlanBuilder {
    /// A branch that still grows.
    final class Growing {
        var terminals: [SearchPlan.Terminal] = []
        var composites: [SearchPlan.Composite] = []
        private var filters: [(predicate: FHIRPathPredicate, branch: Growing)] = []
        private var children: [(key: String, position: Int?, branch: Growing)] = []

        /// The branch behind some steps.
        func after(_ steps: [FHIRPathStep]) -> Growing {
            var branch = self
            for step in steps {
                switch step {
                case .child(let key, let position): branch = branch.child(key, position)
                case .filter(let predicate): branch = branch.filter(predicate)
                }
            }
            return branch
        }

        private func filter(_ predicate: FHIRPathPredicate) -> Growing {
            if let known = filters.first(where: { $0.predicate == predicate }) { return known.branch }
            let branch = Growing()
            filters.append((predicate, branch))
            return branch
        }

        private func child(_ key: String, _ position: Int?) -> Growing {
            if let known = children.first(where: { $0.key == key && $0.position == position }) { return known.branch }
            let branch = Growing()
            children.append((key, position, branch))
            return branch
        }

        func finished() -> SearchPlan.Branch {
            // Edges of one key must stand together.
            let sorted = children.sorted { ($0.key, $0.position ?? -1) < ($1.key, $1.position ?? -1) }
            return SearchPlan.Branch(
                terminals: terminals, composites: composites,
                filters: filters.map { .init(predicate: $0.predicate, branch: $0.branch.finished()) },
                keys: SearchPlanKeys(
                    sorted.map { .init(key: Array($0.key.utf8), position: $0.position, branch: $0.branch.finished()) }))
        }
    }

    /// Where a parameter leads to.
    struct Leaf {
        let route: FHIRPathRoute
        let rule: SearchRule

        /// The code system that the element's required binding implies.
        var system: String? { rule == .tokenCode ? route.element?.impliedSystem : nil }
        var reach: SearchCoverage.Reach { .init(steps: route.steps, rule: rule, system: system) }

        /// Whether one value at most stands at the end of all of them: there is one, or they are the types of one element.
        static func isOneValue(_ leaves: [Leaf]) -> Bool {
            guard let first = leaves.first else { return false }
            return leaves.allSatisfy { leaf in
                leaf.route.isSingular
                    && (leaf.reach == first.reach
                        || leaf.route.element == first.route.element
                            && leaf.route.steps.dropLast() == first.route.steps.dropLast())
            }
        }
    }

    let type: TypeFact
    let root = Growing()
    private var conditions: [SearchPlan.Condition] = []
    /// By parameter, in the order in which they came.
    private(set) var leaves: [(parameter: SearchParameterFact, leaves: [Leaf])] = []
    private var reaches: [(parameter: Int32, reaches: [SearchCoverage.Reach])] = []
    var composites: [Int32: SearchCompositePlan] = [:]

    init(type: TypeFact) {
        self.type = type
    }

    /// A parameter that is no composite.
    ///
    /// - Throws: why the parameter's expression cannot be compiled.
    mutating func add(_ parameter: SearchParameterFact) throws(FHIRPathError) {
        switch try FHIRPathCompiler.compile(parameter.expression, for: type) {
        case .condition(let predicate):
            conditions.append(SearchPlan.Condition(parameter: parameter.id, predicate: predicate))
        case .values(let routes, _):
            let found = routes.flatMap { Self.leaves($0, parameter.kind) }
            leaves.append((parameter, found))
            reaches.append((parameter.id, found.map(\.reach)))
            for leaf in found {
                let branch = root.after(leaf.route.steps)
                let terminal = SearchPlan.Terminal(parameter: parameter.id, rule: leaf.rule, system: leaf.system)
                if !branch.terminals.contains(terminal) {
                    branch.terminals.append(terminal)
                }
            }
        }
    }

    /// What a composite that has rows of its own has in common with others.
    mutating func reach(_ parameter: Int32, _ stored: [SearchCoverage.Reach]) {
        if !stored.isEmpty { reaches.append((parameter, stored)) }
    }

    func finished() -> SearchPlan {
        SearchPlan(root: root.finished(), conditions: conditions)
    }

    /// What the parameters have in common.
    func coverage() -> SearchCoverage { SearchCoverage(reaches.sorted { $0.parameter < $1.parameter }) }

    /// What a route leads to for a kind of parameter. Routes to an Extension go on to its value, which is what such
    /// parameters mean.
    static func leaves(_ route: FHIRPathRoute, _ kind: SearchParameterKind) -> [Leaf] {
        if route.type.name == "Extension", let value = route.type.element("value") {
            return route.appending(value).flatMap { leaves($0, kind) }
        }
        return SearchRule(kind, route.type).map { [Leaf(route: route, rule: $0)] } ?? []
    }
}

extension ElementFact {
    /// The one code system of a code element's required binding (R4 search.html §3.1.1.4.10: its system is implicit).
    var impliedSystem: String? {
        guard let binding, binding.strength == .required, let first = binding.valueSet.codes.first?.system,
            binding.valueSet.codes.allSatisfy({ $0.system == first })
        else { return nil }
        return first
    }
}
