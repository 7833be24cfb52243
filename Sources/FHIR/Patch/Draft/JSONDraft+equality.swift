extension JSONDraft {
    /// Whether a value is equal to one of a document, as RFC 6902 §4.6 has it: strings by their characters, numbers by
    /// their value, arrays in order, objects by their members in any order.
    mutating func isEqual(_ value: Int32, to node: JSONNode) throws(DraftFault) -> Bool {
        var pairs: [(Int32, JSONNode)] = [(value, node)]
        while let (mine, theirs) = pairs.popLast() {
            guard kind(of: mine) == theirs.kind else { return false }
            switch theirs.kind {
            case .object:
                try open(mine)
                guard case .object(let members) = self[mine], members.count == theirs.count else { return false }
                var expected = 0
                for (key, child) in theirs.members {
                    let name = key.withUTF8 { Array($0) }
                    // Most objects that are compared have their members in the same order.
                    if members[expected].key.equals(name) {
                        try charge(1)
                        pairs.append((members[expected].value, child))
                    } else {
                        guard let position = try position(of: name, in: mine) else { return false }
                        pairs.append((members[position].value, child))
                    }
                    expected += 1
                }
            case .array:
                try open(mine)
                guard case .array(let elements) = self[mine], elements.count == theirs.count else { return false }
                for (element, child) in zip(elements, theirs.elements) { pairs.append((element, child)) }
            case .string, .number, .true, .false, .null:
                guard case .source(let node) = self[mine], Self.isEqual(scalar: node, theirs) else { return false }
            }
        }
        return true
    }

    private static func isEqual(scalar one: JSONNode, _ other: JSONNode) -> Bool {
        guard one.kind == .number else {
            return one.withUTF8 { mine in other.withUTF8 { mine.elementsEqual($0) } ?? false } ?? true
        }
        guard let mine = one.numberText, let theirs = other.numberText else { return false }
        if mine == theirs { return true }
        // Beyond a thousand digits or places, where FHIRDecimal ends, only the same digits are the same number.
        guard let left = FHIRDecimal(mine), let right = FHIRDecimal(theirs) else { return false }
        return left == right
    }
}
