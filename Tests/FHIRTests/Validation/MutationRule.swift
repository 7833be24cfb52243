import FHIR
import Testing

/// A way to break a resource at one place.
struct MutationRule: Sendable, CustomTestStringConvertible {
    let name: String
    /// The broken copy; nil where the rule does not apply.
    let apply: @Sendable (MutationSite) -> Mutant?
    /// A copy changed at the same place in a way that is allowed: no error may stand there.
    let spare: @Sendable (MutationSite) -> Mutant?

    var testDescription: String { name }

    init(
        _ name: String, spare: @escaping @Sendable (MutationSite) -> Mutant? = { _ in nil },
        _ apply: @escaping @Sendable (MutationSite) -> Mutant?
    ) {
        self.name = name
        self.apply = apply
        self.spare = spare
    }

    /// A primitive value that its type does not allow, beside one that it does.
    init(_ name: String, _ kinds: [PrimitiveKind], bad: String, good: String? = nil) {
        self.init(
            name, spare: { site in good.flatMap { Self.isKind(site, kinds) ? site.replaced(by: $0) : nil } },
            { Self.isKind($0, kinds) ? $0.replaced(by: bad) : nil })
    }

    /// Members set or left out (`nil`) in objects of a type.
    ///
    /// - Parameters:
    ///   - guard: the members that must be there already, or with `!` before them must not.
    ///   - place: what follows the object's expression where the fault is found.
    init(
        _ name: String, in type: String, where conditions: String = "", set members: String = "",
        drop: String? = nil, at place: String = ""
    ) {
        self.init(name) { site in
            guard site.type.name == type, site.node.kind == .object, Self.holds(conditions, site.node) else {
                return nil
            }
            let place = site.expression + place
            return drop.map { site.dropping($0, at: place) } ?? site.adding(members, at: place)
        }
    }

    private static func isKind(_ site: MutationSite, _ kinds: [PrimitiveKind]) -> Bool {
        // The string in a Reference and the ids of elements have forms of their own.
        site.type.primitive.map(kinds.contains) ?? false && site.element?.path != "Reference.reference"
            && !(site.type.primitive == .string && site.element?.isXMLAttribute == true)
    }

    /// `name`: it is there. `!name`: it is not. `name=text`: it is that string or number.
    static func holds(_ conditions: String, _ node: JSONNode) -> Bool {
        conditions.split(separator: " ").allSatisfy { condition in
            if condition.hasPrefix("!") { return node[String(condition.dropFirst())] == nil }
            let parts = condition.split(separator: "=", maxSplits: 1)
            guard let value = node[String(parts[0])] else { return false }
            guard parts.count == 2 else { return true }
            return (value.string ?? value.numberText ?? value.bool.map(String.init)) == String(parts[1])
        }
    }
}
