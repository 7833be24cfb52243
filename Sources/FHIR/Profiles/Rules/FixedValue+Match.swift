extension FixedValue {
    /// Whether an element has exactly this value, its id and extensions included (ElementDefinition.fixed[x]).
    func isEqual(to value: JSONNode?, companion: JSONNode?) -> Bool {
        Self.areEqual(self.value, value) && Self.areEqual(self.companion, companion)
    }

    /// Whether an element has at least what this pattern says (ElementDefinition.pattern[x]).
    func isPattern(of value: JSONNode?, companion: JSONNode?) -> Bool {
        Self.fits(self.value, value) && Self.fits(self.companion, companion)
    }

    // Both functions below call themselves at most as deep as the parser lets documents nest.

    private static func areEqual(_ wanted: JSONNode?, _ found: JSONNode?) -> Bool {
        guard let wanted, let found else { return wanted == nil && found == nil }
        guard wanted.kind == found.kind else { return false }
        switch wanted.kind {
        case .object:
            guard wanted.count == found.count else { return false }
            return wanted.members.allSatisfy { key, value in areEqual(value, found[key.string]) }
        case .array:
            guard wanted.count == found.count else { return false }
            return zip(wanted.elements, found.elements).allSatisfy { areEqual($0, $1) }
        default: return isSame(wanted, found)
        }
    }

    /// A list fits if each element of the pattern fits some element of it.
    private static func fits(_ pattern: JSONNode?, _ found: JSONNode?) -> Bool {
        guard let pattern else { return true }
        guard let found else { return false }
        switch pattern.kind {
        case .object:
            guard found.kind == .object else { return false }
            return pattern.members.allSatisfy { key, value in
                key.withUTF8 { name in found.member(utf8: name) }.map { fits(value, $0) } ?? false
            }
        case .array:
            return pattern.elements.allSatisfy { wanted in found.elements.contains { fits(wanted, $0) } }
        default:
            return pattern.kind == found.kind && isSame(pattern, found)
        }
    }

    /// Whether two scalars are the same; numbers by their value, `1.0` is `1.00`.
    private static func isSame(_ one: JSONNode, _ other: JSONNode) -> Bool {
        switch one.kind {
        case .string:
            return one.withUTF8 { mine in other.withUTF8 { theirs in FactHash.equal(mine, theirs) } }
                == .some(.some(true))
        case .number:
            guard let mine = one.numberText, let theirs = other.numberText else { return false }
            if mine == theirs { return true }
            guard let mine = FHIRDecimal(mine), let theirs = FHIRDecimal(theirs) else { return false }
            return mine == theirs
        default: return one.kind == other.kind
        }
    }
}

extension JSONNode {
    /// The member of that name.
    func member(utf8 name: UnsafeBufferPointer<UInt8>) -> JSONNode? {
        for (key, value) in members where key.withUTF8({ FactHash.equal($0, name) }) { return value }
        return nil
    }
}
