/// A condition on a node, as `where()` and boolean search parameters use them; three-valued as FHIRPath has it (§6.5).
public indirect enum FHIRPathPredicate: Sendable, Hashable {
    case constant(Bool)
    /// At least one value.
    case exists([FHIRPathRoute])
    /// One value, equal to the literal; unknown if there is none.
    case equals([FHIRPathRoute], FHIRPathLiteral)
    /// The value of a boolean element; unknown if there is none.
    case isTrue([FHIRPathRoute])
    /// A Reference that says of itself that it points at a resource of this type.
    case resolves([FHIRPathRoute], ResourceType)
    case not(FHIRPathPredicate)
    case and(FHIRPathPredicate, FHIRPathPredicate)
    case or(FHIRPathPredicate, FHIRPathPredicate)

    /// True; neither false nor unknown.
    public func holds(_ node: JSONNode) -> Bool {
        evaluate(node) == true
    }

    /// True, false, or unknown.
    public func evaluate(_ node: JSONNode) -> Bool? {
        switch self {
        case .constant(let value):
            return value
        case .exists(let routes):
            return routes.contains { $0.hasValue(node) }
        case .equals(let routes, let literal):
            return Self.single(routes, node).map { $0.map { literal.equals($0) } ?? false }
        case .isTrue(let routes):
            return Self.single(routes, node).map { $0?.bool ?? false }
        case .resolves(let routes, let type):
            return Self.single(routes, node).map { $0.map { ReferenceTarget.is(type, $0) } ?? false }
        case .not(let inner):
            return inner.evaluate(node).map { !$0 }
        case .and(let left, let right):
            return Self.and(left.evaluate(node), right.evaluate(node))
        case .or(let left, let right):
            return Self.and(left.evaluate(node).map { !$0 }, right.evaluate(node).map { !$0 }).map { !$0 }
        }
    }

    private static func and(_ left: Bool?, _ right: Bool?) -> Bool? {
        if left == false || right == false { return false }
        return left == nil || right == nil ? nil : true
    }

    /// The one value of the routes: nil for none, and `.some(nil)` for several.
    private static func single(_ routes: [FHIRPathRoute], _ node: JSONNode) -> JSONNode?? {
        var count = 0
        var found: JSONNode?
        for route in routes {
            route.visit(node) { value in
                count += 1
                found = value
            }
        }
        return count == 0 ? nil : .some(count == 1 ? found : nil)
    }
}

extension FHIRPathRoute {
    fileprivate func hasValue(_ node: JSONNode) -> Bool {
        var found = false
        visit(node) { _ in found = true }
        return found
    }
}

extension FHIRPathLiteral {
    /// Whether a primitive's JSON value equals the literal; values of another kind never do.
    func equals(_ node: JSONNode) -> Bool {
        switch self {
        case .boolean(let value): node.bool == value
        case .string(let text), .date(let text), .dateTime(let text), .time(let text): node.equals(text)
        case .number(let text):
            node.kind == .number && node.withUTF8 { FHIRDecimal(utf8: $0) } == .some(FHIRDecimal(text))
        case .empty, .quantity: false
        }
    }
}
