/// A change to a resource, said without knowing what the resource holds now.
///
/// What no edit names stays as it is: a field that a message does not send gives no edit (v2.5.1 ch. 2 §2.5.3).
public enum Edit: Sendable, Equatable {
    /// The element gets this value, whatever it had. Of a choice (`deceased[x]`) the other forms go.
    case set(ElementPath, FHIRValue)
    /// The element gets this value where it has none: what R4 demands and the message did not say, and what only a first
    /// message may decide.
    case setIfAbsent(ElementPath, FHIRValue)
    /// `""`: the element goes.
    case remove(ElementPath)
    /// The elements of a list that are in the scope go, and these come behind those that stay.
    case replace(ElementPath, [FHIRValue], Scope)
    /// Identifiers that are not there yet, by system and value, are added. Of the systems in `replacing` only the new
    /// ones stay.
    case mergeIdentifiers(ElementPath, [FHIRValue], replacing: Set<String>)
    /// Values that are not there yet are added: references of a report to its results.
    case union(ElementPath, [FHIRValue])

    public var path: ElementPath {
        switch self {
        case .set(let path, _), .setIfAbsent(let path, _), .remove(let path), .replace(let path, _, _),
            .mergeIdentifiers(let path, _, _), .union(let path, _):
            path
        }
    }

    /// Which elements of a list a message speaks for.
    public enum Scope: Sendable, Equatable {
        case all
        /// Those that satisfy all conditions of any of the groups.
        case matching([[Condition]])

        func covers(_ element: FHIRValue) -> Bool {
            switch self {
            case .all: true
            case .matching(let groups): groups.contains { $0.allSatisfy { $0.holds(for: element) } }
            }
        }
    }

    /// `use=work`, `type.coding.code=ATND`, and their opposites.
    public struct Condition: Sendable, Equatable {
        public var path: ElementPath
        public var value: String
        public var isNegated: Bool

        public init(_ path: ElementPath, is value: String, isNegated: Bool = false) {
            self.path = path
            self.value = value
            self.isNegated = isNegated
        }

        func holds(for element: FHIRValue) -> Bool {
            let found = path.names.reduce([element]) { values, name in
                values.flatMap(\.elements).compactMap { $0[name] }
            }
            return found.flatMap(\.elements).contains { $0.text == value } != isNegated
        }
    }
}
