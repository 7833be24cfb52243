extension RuleTree {
    /// Takes out the nodes that ask for nothing, neither themselves nor below, and notes in the others which children
    /// have something to check.
    mutating func prune() {
        // Children stand behind their parents.
        var isKept = [Bool](repeating: false, count: nodes.count)
        for number in nodes.indices.reversed() {
            let node = nodes[number]
            isKept[number] =
                isKept[number] || node.saysSomething || node.slice != nil || number == 0
            if isKept[number], node.parent >= 0 { isKept[Int(node.parent)] = true }
            if isKept[number], node.content >= 0 { keep(Int(node.content), &isKept) }
        }
        guard isKept.contains(false) else { return }
        var places = [Int32](repeating: -1, count: nodes.count)
        var next: Int32 = 0
        for number in nodes.indices where isKept[number] {
            places[number] = next
            next += 1
        }
        var kept: [RuleNode] = []
        kept.reserveCapacity(Int(next))
        for number in nodes.indices where isKept[number] {
            let old = nodes[number]
            var node = old
            node.moved(to: places)
            kept.append(node)
        }
        nodes = kept
    }

    /// Keeps a node that a content reference names, and those above it.
    private func keep(_ number: Int, _ isKept: inout [Bool]) {
        var current = number
        while current >= 0, !isKept[current] {
            isKept[current] = true
            current = Int(nodes[current].parent)
        }
    }
}

extension RuleNode {
    /// The same node in a tree whose nodes have new places; -1 for those that are gone.
    fileprivate mutating func moved(to places: [Int32]) {
        parent = parent < 0 ? -1 : places[Int(parent)]
        content = content < 0 ? -1 : places[Int(content)]
        children = children.map { places[Int($0)] }.filter { $0 >= 0 }
        slices = slices.map { places[Int($0)] }.filter { $0 >= 0 }
    }
}
