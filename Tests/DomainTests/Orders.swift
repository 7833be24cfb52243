import TestSupport

/// Every order of some things.
func permutations<Element>(of elements: [Element]) -> [[Element]] {
    guard elements.count > 1 else { return [elements] }
    return elements.indices.flatMap { index -> [[Element]] in
        var rest = elements
        let first = rest.remove(at: index)
        return permutations(of: rest).map { [first] + $0 }
    }
}

/// Every order of up to five things, and many of more.
func orders<Element>(of elements: [Element], upTo: Int = 6, else count: Int, using random: inout SeededRandom)
    -> [[Element]]
{
    if elements.count <= upTo { return permutations(of: elements) }
    return (0..<count).map { _ in elements.shuffled(using: &random) }
}
