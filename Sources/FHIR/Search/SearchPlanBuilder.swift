/// Merges the routes of a type's search parameters into one ``SearchPlan``.
struct SearchPlanBuilder {
    /// A branch that still grows.
    private final class Growing {
        var terminals: [SearchPlan.Terminal] = []
        var filters: [(predicate: FHIRPathPredicate, branch: Growing)] = []
        var children: [(key: String, position: Int?, branch: Growing)] = []

        func filter(_ predicate: FHIRPathPredicate) -> Growing {
            if let known = filters.first(where: { $0.predicate == predicate }) { return known.branch }
            let branch = Growing()
            filters.append((predicate, branch))
            return branch
        }

        func child(_ key: String, _ position: Int?) -> Growing {
            if let known = children.first(where: { $0.key == key && $0.position == position }) { return known.branch }
            let branch = Growing()
            children.append((key, position, branch))
            return branch
        }

        func finished() -> SearchPlan.Branch {
            // Edges of one key must stand together.
            let sorted = children.sorted { ($0.key, $0.position ?? -1) < ($1.key, $1.position ?? -1) }
            return SearchPlan.Branch(
                terminals: terminals,
                filters: filters.map { .init(predicate: $0.predicate, branch: $0.branch.finished()) },
                keys: SearchPlanKeys(
                    sorted.map { .init(key: Array($0.key.utf8), position: $0.position, branch: $0.branch.finished()) }))
        }
    }

    private let type: TypeFact
    private let root = Growing()
    private var conditions: [SearchPlan.Condition] = []
    private var reaches: [(parameter: Int32, reaches: [SearchCoverage.Reach])] = []

    init(type: TypeFact) {
        self.type = type
    }

    /// - Throws: why the parameter's expression cannot be compiled.
    mutating func add(_ parameter: SearchParameterFact) throws(FHIRPathError) {
        switch try FHIRPathCompiler.compile(parameter.expression, for: type) {
        case .condition(let predicate):
            conditions.append(SearchPlan.Condition(parameter: parameter.id, predicate: predicate))
        case .values(let routes, _):
            reaches.append((parameter.id, []))
            for route in routes {
                add(route, parameter)
            }
        }
    }

    func finished() -> SearchPlan {
        SearchPlan(root: root.finished(), conditions: conditions)
    }

    /// What the parameters have in common.
    func coverage() -> SearchCoverage { SearchCoverage(reaches.sorted { $0.parameter < $1.parameter }) }

    /// Routes to an Extension go on to its value, which is what such parameters mean.
    private mutating func add(_ route: FHIRPathRoute, _ parameter: SearchParameterFact) {
        if route.type.name == "Extension", let value = route.type.element("value") {
            for inner in route.appending(value) {
                add(inner, parameter)
            }
            return
        }
        guard let rule = SearchRule(parameter.kind, route.type) else { return }
        var branch = root
        for step in route.steps {
            switch step {
            case .child(let key, let position): branch = branch.child(key, position)
            case .filter(let predicate): branch = branch.filter(predicate)
            }
        }
        let system = rule == .tokenCode ? route.element?.impliedSystem : nil
        reaches[reaches.count - 1].reaches.append(.init(steps: route.steps, rule: rule, system: system))
        let terminal = SearchPlan.Terminal(parameter: parameter.id, rule: rule, system: system)
        if !branch.terminals.contains(terminal) {
            branch.terminals.append(terminal)
        }
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
