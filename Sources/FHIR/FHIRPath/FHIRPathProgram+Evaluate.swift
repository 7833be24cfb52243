/// A value that a route found: a node with the name of its type, or a computed boolean.
public struct FHIRPathRouteValue: Sendable {
    public enum Content: Sendable {
        case node(JSONNode)
        case boolean(Bool)
    }

    public let content: Content
    /// `Quantity`, `dateTime`, `Patient.contact`; for a resource inside a resource, what it is itself.
    public let type: String

    fileprivate func isNode(equalTo other: JSONNode) -> Bool {
        guard case .node(let node) = content else { return false }
        return JSONWriter.compact(node) == JSONWriter.compact(other)
    }
}

extension FHIRPathCompiler.Program {
    /// The values in a node of the type that the program was compiled for.
    public func evaluate(_ node: JSONNode) -> [FHIRPathRouteValue] {
        switch self {
        case .condition(let predicate):
            return predicate.evaluate(node).map { [FHIRPathRouteValue(content: .boolean($0), type: "boolean")] } ?? []
        case .values(let routes, let distinct):
            var items: [FHIRPathRouteValue] = []
            for route in routes {
                route.visit(node) { value in
                    if distinct, items.contains(where: { $0.isNode(equalTo: value) }) { return }
                    let type = route.type.kind == .resource ? value["resourceType"]?.string : nil
                    items.append(FHIRPathRouteValue(content: .node(value), type: type ?? route.type.name))
                }
            }
            return items
        }
    }
}
