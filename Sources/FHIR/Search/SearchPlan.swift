/// What to look at in a resource of one type: the routes of all its search parameters as one tree, so that no member is
/// looked for twice and what no parameter asks for is passed over.
final class SearchPlan: Sendable {
    /// A value that has been reached and what is made of it.
    struct Terminal: Sendable, Hashable {
        let parameter: Int32
        let rule: SearchRule
        /// The code system that the element's required binding implies.
        let system: String?
    }

    /// What composites say of each value that one place in the tree is reached with.
    struct Composite: Sendable {
        /// A component: the values that its expression leads to.
        struct Part: Sendable, Hashable {
            let startsAtResource: Bool
            let leaves: [Leaf]
        }

        struct Leaf: Sendable, Hashable {
            let route: FHIRPathRoute
            let terminal: Terminal
        }

        /// All that have these parts.
        var parameters: [Int32]
        let parts: [Part]
    }

    /// A boolean expression over the resource.
    struct Condition: Sendable {
        let parameter: Int32
        let predicate: FHIRPathPredicate
    }

    let root: Branch
    let conditions: [Condition]

    init(root: Branch, conditions: [Condition]) {
        self.root = root
        self.conditions = conditions
    }

    func collect(from node: JSONNode, into collector: inout SearchCollector) {
        root.visit(node, &collector, resource: node)
        for condition in conditions {
            if let value = condition.predicate.evaluate(node) {
                collector.condition(value, condition.parameter)
            }
        }
    }

    /// A place in the tree: what is made of a node there, and where to go on.
    final class Branch: Sendable {
        struct Filter: Sendable {
            let predicate: FHIRPathPredicate
            let branch: Branch
        }

        let terminals: [Terminal]
        let composites: [Composite]
        let filters: [Filter]
        let keys: SearchPlanKeys

        init(terminals: [Terminal], composites: [Composite], filters: [Filter], keys: SearchPlanKeys) {
            self.terminals = terminals
            self.composites = composites
            self.filters = filters
            self.keys = keys
        }

        func visit(_ node: JSONNode, _ collector: inout SearchCollector, resource: JSONNode) {
            for terminal in terminals {
                collector.take(node, by: terminal)
            }
            for composite in composites { collector.composite(composite, node, resource: resource) }
            for filter in filters where filter.predicate.holds(node) {
                filter.branch.visit(node, &collector, resource: resource)
            }
            guard !keys.isEmpty else { return }
            for (key, value) in node.members {
                for index in keys.matches(key) {
                    follow(keys.edges[index], value, &collector, resource)
                }
            }
        }

        private func follow(
            _ edge: SearchPlanKeys.Edge, _ value: JSONNode, _ collector: inout SearchCollector, _ resource: JSONNode
        ) {
            guard let position = edge.position else {
                for element in value.elements where !element.isNull {
                    edge.branch.visit(element, &collector, resource: resource)
                }
                return
            }
            for (index, element) in value.elements.enumerated() where index == position && !element.isNull {
                edge.branch.visit(element, &collector, resource: resource)
            }
        }
    }
}
