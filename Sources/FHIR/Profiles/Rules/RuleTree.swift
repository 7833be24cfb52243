/// What a profile asks for beyond R4, as a tree along the elements of a type: only elements about which it says
/// something have a node, and those on the way to them.
struct RuleTree: Sendable {
    /// The root, which stands for the type itself, is the first.
    var nodes: [RuleNode]

    init(root type: TypeFact) {
        nodes = [RuleNode(parent: -1, name: type.name, slice: nil)]
        nodes[0].types = [type.number]
    }

    /// The id of an element as StructureDefinitions write it: `Observation.component:systolic.value[x]`.
    func id(of node: Int) -> String {
        var parts: [String] = []
        var current = node
        while current >= 0 {
            var part = nodes[current].name
            var slices: [String] = []
            while let slice = nodes[current].slice {
                slices.append(slice)
                current = Int(nodes[current].parent)
                part = nodes[current].name
            }
            if nodes[current].isChoice { part += "[x]" }
            if let slice = slices.first { part += ":\(slice)" }
            parts.append(part)
            current = Int(nodes[current].parent)
        }
        return parts.reversed().joined(separator: ".")
    }

    /// The name of the slice that a node stands for or in, if any.
    func slice(around node: Int) -> String? {
        var current = node
        while current >= 0 {
            if let slice = nodes[current].slice { return slice }
            current = Int(nodes[current].parent)
        }
        return nil
    }

    func child(named name: String, of node: Int) -> Int? {
        nodes[node].children.first { nodes[Int($0)].name == name }.map { Int($0) }
    }
}
