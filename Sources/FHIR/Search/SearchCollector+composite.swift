// R4 search.html §3.1.1.4.11.
extension SearchCollector {
    /// One repetition of a composite: an entry if each component has a value in it.
    ///
    /// - Parameters:
    ///   - node: what the composite's expression leads to.
    ///   - resource: what components that begin with `%resource` start from.
    mutating func composite(_ composite: SearchPlan.Composite, _ node: JSONNode, resource: JSONNode) {
        var inner = SearchCollector(partOf: self)
        var parts: [[SearchValue]] = []
        // The last component is the value, which is missing more often than the code before it.
        for part in composite.parts.reversed() {
            let start = part.startsAtResource ? resource : node
            for leaf in part.leaves {
                leaf.route.visit(start) { inner.take($0, by: leaf.terminal) }
            }
            let values = inner.drain()
            guard !values.isEmpty else { return }
            parts.append(values)
        }
        parts.reverse()
        for parameter in composite.parameters { append(parameter, .composite(parts)) }
    }
}
