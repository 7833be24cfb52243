/// What an object must have for an invariant to fail on it, read from the rule's expression.
///
/// `code.empty() or system.exists()` cannot fail without a `code`: so it need not be evaluated there. Most rules are
/// about elements that are rarely present, and by this cost nothing.
struct InvariantNeeds: Equatable {
    /// Sets of elements as bits of their positions; of each, one at least must be there. No set: the rule may always fail.
    var masks: [UInt64] = []

    @inline(__always)
    func allow(_ present: UInt64) -> Bool {
        for mask in masks where mask & present == 0 { return false }
        return true
    }

    /// The rule may always fail.
    static let none = InvariantNeeds()

    private init() {}

    init(_ expression: FHIRPathExpression, of type: TypeFact) {
        masks = Reader(type: type).toFail(expression)
    }

    /// Every method answers a necessary condition; an empty one says nothing and is never wrong.
    private struct Reader {
        let type: TypeFact

        /// What must be there for an expression to be false.
        func toFail(_ expression: FHIRPathExpression) -> [UInt64] {
            switch expression {
            case .binary(.or, let left, let right): return toFail(left) + toFail(right)
            case .binary(.and, let left, let right): return either(toFail(left), toFail(right))
            case .binary(.implies, let left, let right): return toHold(left) + toFail(right)
            case .call(let input?, "not", _): return toHold(input)
            case .call(let input?, "empty", _), .call(let input?, "isDistinct", _), .call(let input?, "all", _),
                .call(let input?, "matches", _), .call(let input?, "startsWith", _), .call(let input?, "contains", _):
                return toExist(input)
            default: return toCompare(expression)
            }
        }

        /// What must be there for an expression to be true.
        private func toHold(_ expression: FHIRPathExpression) -> [UInt64] {
            switch expression {
            case .binary(.and, let left, let right): return toHold(left) + toHold(right)
            case .binary(.or, let left, let right): return either(toHold(left), toHold(right))
            case .call(let input?, "not", _): return toFail(input)
            case .call(let input?, "exists", _), .call(let input?, "matches", _), .call(let input?, "startsWith", _),
                .call(let input?, "contains", _), .call(let input?, "hasValue", _):
                return toExist(input)
            case .member: return toExist(expression)
            default: return toCompare(expression)
            }
        }

        /// Comparing with nothing is neither true nor false.
        private func toCompare(_ expression: FHIRPathExpression) -> [UInt64] {
            guard case .binary(let comparison, let left, let right) = expression else { return [] }
            switch comparison {
            case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual:
                return toExist(left) + toExist(right)
            case .isIn: return toExist(left)
            default: return []
            }
        }

        /// What must be there for an expression to find anything.
        private func toExist(_ expression: FHIRPathExpression) -> [UInt64] {
            switch expression {
            case .member(of: nil, let name):
                // The type's own name begins a path, `Appointment.status`.
                return type.element(name).map { [1 << UInt64($0.position)] } ?? []
            case .member(of: let input?, let name):
                if case .member(of: nil, let head) = input, head == type.name {
                    return toExist(.member(of: nil, name: name))
                }
                return toExist(input)
            case .call(of: let input?, let name, _):
                // These find nothing in nothing; count() and the like do.
                let filters: Set = [
                    "where", "select", "first", "last", "tail", "resolve", "ofType", "as", "trace", "toInteger",
                ]
                return filters.contains(name) ? toExist(input) : []
            case .asType(let input, _): return toExist(input)
            case .binary(.union, let left, let right): return either(toExist(left), toExist(right))
            default: return []
            }
        }

        /// What must be there for one of two conditions to be met.
        private func either(_ left: [UInt64], _ right: [UInt64]) -> [UInt64] {
            guard let first = left.first, let second = right.first else { return [] }
            return [left.dropFirst().reduce(first) { min($0, $1) } | right.dropFirst().reduce(second) { min($0, $1) }]
        }
    }
}
