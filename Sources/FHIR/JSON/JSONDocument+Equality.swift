extension JSONDocument {
    /// Whether two documents say the same: the order of members and the white space do not matter; the digits of
    /// numbers, the characters of strings and the order of elements do.
    ///
    /// - Parameter ignoring: paths of members outside of arrays, such as `id` and `meta.versionId`, that may differ or
    ///   be missing on either side. An object with nothing but such members may be missing, too.
    public static func semanticallyEqual(
        _ one: JSONDocument, _ other: JSONDocument, ignoring: Set<String> = []
    ) -> Bool {
        var pairs: [(JSONNode, JSONNode, path: String?)] = [(one.root, other.root, "")]
        while let (one, other, path) = pairs.popLast() {
            guard one.kind == other.kind else { return false }
            switch one.kind {
            case .object:
                for (key, value) in one.members {
                    let path = path.map { $0.isEmpty ? key.string : "\($0).\(key.string)" }
                    if let path, ignoring.contains(path) { continue }
                    if let counterpart = other[key.string] {
                        pairs.append((value, counterpart, path))
                    } else if !isIgnorable(value, path, ignoring) {
                        return false
                    }
                }
                for (key, value) in other.members where one[key.string] == nil {
                    let path = path.map { $0.isEmpty ? key.string : "\($0).\(key.string)" }
                    if !isIgnorable(value, path, ignoring) { return false }
                }
            case .array:
                guard one.count == other.count else { return false }
                for (mine, theirs) in zip(one.elements, other.elements) { pairs.append((mine, theirs, nil)) }
            case .string: guard one.string == other.string else { return false }
            case .number: guard one.numberText == other.numberText else { return false }
            case .true, .false, .null: break
            }
        }
        return true
    }

    private static func isIgnorable(_ node: JSONNode, _ path: String?, _ ignoring: Set<String>) -> Bool {
        guard let path else { return false }
        return ignoring.contains(path)
            || node.kind == .object && node.members.allSatisfy { key, _ in ignoring.contains("\(path).\(key.string)") }
    }
}
