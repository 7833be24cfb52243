/// One way from a node of a known type to values of a known type: what an expression of a search parameter becomes,
/// once R4's facts have told which keys its elements may stand under.
///
/// `Observation.value` is eleven routes, `valueQuantity` with type Quantity among them.
public struct FHIRPathRoute: Sendable, Hashable {
    public let steps: [FHIRPathStep]
    /// The type of the values at the end. `Resource` where any resource may stand.
    public let type: TypeFact
    /// The element that the last key stands for.
    public let element: ElementFact?
    /// Whether one node has at most one value at the end.
    let isSingular: Bool

    init(startingAt type: TypeFact) {
        self.init(steps: [], type: type, element: nil, isSingular: true)
    }

    init(steps: [FHIRPathStep], type: TypeFact, element: ElementFact?, isSingular: Bool) {
        self.steps = steps
        self.type = type
        self.element = element
        self.isSingular = isSingular
    }

    /// The same route, with only those values for which the predicate holds.
    func filtered(by predicate: FHIRPathPredicate) -> FHIRPathRoute {
        FHIRPathRoute(steps: steps + [.filter(predicate)], type: type, element: element, isSingular: isSingular)
    }

    /// The route extended by an element under one of its keys.
    func appending(_ element: ElementFact, as reference: TypeReference) -> FHIRPathRoute {
        FHIRPathRoute(
            steps: steps + [.child(key: element.key(for: reference), position: nil)], type: reference.type,
            element: element, isSingular: isSingular && !element.isList)
    }

    /// The routes that lead on over an element: one for each of its types.
    func appending(_ element: ElementFact) -> [FHIRPathRoute] {
        element.types.map { appending(element, as: $0) }
    }

    /// Calls `body` with each value, in document order.
    func visit(_ node: JSONNode, _ body: (JSONNode) -> Void) {
        visit(node, from: 0, body)
    }

    private func visit(_ node: JSONNode, from step: Int, _ body: (JSONNode) -> Void) {
        guard step < steps.count else { return body(node) }
        switch steps[step] {
        case .filter(let predicate):
            if predicate.holds(node) {
                visit(node, from: step + 1, body)
            }
        case .child(let key, let position):
            guard let value = node[key] else { return }
            for (index, element) in value.elements.enumerated() where position == nil || position == index {
                if !element.isNull {
                    visit(element, from: step + 1, body)
                }
            }
        }
    }
}

/// A step of a route.
public enum FHIRPathStep: Sendable, Hashable {
    /// To the member with that key; of a list, to each element or to the one at a position.
    case child(key: String, position: Int?)
    /// Nowhere, unless the predicate holds.
    case filter(FHIRPathPredicate)
}
