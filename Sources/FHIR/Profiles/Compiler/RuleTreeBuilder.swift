/// Lays the elements of a StructureDefinition over a tree of rules: over an empty one for a snapshot, over that of the
/// base definition for a differential. What R4's own table says as well leaves no trace.
struct RuleTreeBuilder {
    var tree: RuleTree
    let isSnapshot: Bool
    /// What was not understood, each with the element it is about.
    private(set) var problems: [String] = []
    private var contentReferences: [(node: Int, path: String)] = []
    /// The slices by name: definitions may have thousands.
    private var slices: [SliceKey: Int32] = [:]

    private struct SliceKey: Hashable {
        let sliced: Int
        let name: String
    }

    /// More than this many nodes are no honest definition.
    static let maximumNodes = 50_000

    init(over base: RuleTree, isSnapshot: Bool) {
        tree = base
        self.isSnapshot = isSnapshot
        for (sliced, node) in base.nodes.enumerated() {
            for slice in node.slices {
                slices[SliceKey(sliced: sliced, name: base.nodes[Int(slice)].slice ?? "")] = slice
            }
        }
    }

    /// Applies a list of ElementDefinitions.
    mutating func apply(_ elements: JSONNode) {
        var previous: ElementPath?
        for element in elements.elements {
            guard let path = ElementPath(element, after: previous) else {
                note("The element \(element["path"]?.string ?? "without a path") has no usable path and was left out.")
                continue
            }
            previous = path
            guard path.steps.first?.name == tree.nodes[0].name else {
                note("The element \(shown(path)) does not begin with \(tree.nodes[0].name) and was left out.")
                continue
            }
            guard tree.nodes.count < Self.maximumNodes else {
                note("There are more than \(Self.maximumNodes) rules; those from \(shown(path)) on were left out.")
                return
            }
            if let primitive = locateValue(path.steps) {
                readPrimitiveValue(element, into: primitive)
                continue
            }
            guard let node = locate(path.steps) else {
                note("R4 has no element \(shown(path)); its rules were left out.")
                continue
            }
            read(element, into: node)
        }
        for (node, path) in contentReferences {
            let steps = path.split(separator: ".").map { ElementPath.Step(name: String($0), slice: nil) }
            guard steps.first?.name == tree.nodes[0].name, let target = locate(steps) else {
                note("The content reference #\(path) leads nowhere.")
                continue
            }
            tree.nodes[node].content = Int32(target)
        }
        contentReferences = []
    }

    mutating func note(_ problem: String) {
        if problems.count < 20 { problems.append(problem) }
    }

    func shown(_ path: ElementPath) -> String {
        let parts = path.steps.map { step in step.slice.map { "\(step.name):\($0)" } ?? step.name }
        return String(parts.joined(separator: ".").prefix(200))
    }

    mutating func refer(_ node: Int, to path: String) {
        contentReferences.append((node, path))
    }

    // MARK: Nodes

    /// The node at a path, made if need be; nil where R4 has no such element.
    private mutating func locate(_ steps: some Sequence<ElementPath.Step>) -> Int? {
        var node = 0
        for step in steps.dropFirst() {
            guard let child = child(step.name, of: node) else { return nil }
            node = child
            guard let slice = step.slice else { continue }
            // `a/b` is a slice of the slice `a`.
            var name = ""
            for part in slice.split(separator: "/", omittingEmptySubsequences: false).prefix(8) {
                name += name.isEmpty ? "\(part)" : "/\(part)"
                if tree.nodes[node].slice != name { node = ensureSlice(name, of: node) }
            }
        }
        return node
    }

    /// The node of a primitive whose value a path names, `Patient.birthDate.value`: R4's table has no element for that.
    private mutating func locateValue(_ steps: [ElementPath.Step]) -> Int? {
        guard steps.count > 2, steps[steps.count - 1].name == "value", let node = locate(steps.dropLast()),
            tree.nodes[node].types.allSatisfy({ TypeFact(number: $0).primitive != nil })
        else { return nil }
        return node
    }

    /// The node of an element of an object; for `valueQuantity` that of the slice for the type.
    private mutating func child(_ written: String, of parent: Int) -> Int? {
        let name = written.hasSuffix("[x]") ? String(written.dropLast(3)) : written
        var elements: [ElementFact] = []
        var chosen: TypeFact?
        for number in tree.nodes[parent].types {
            let type = TypeFact(number: number)
            if let element = type.element(name) {
                elements.append(element)
            } else if let key = type.key(name), key.element.isChoice {
                elements.append(key.element)
                chosen = key.type
            }
        }
        guard let first = elements.first else { return nil }
        let node = tree.child(named: first.name, of: parent) ?? add(elements, to: parent)
        guard let chosen else { return node }
        let slice = ensureSlice(written, of: node)
        tree.nodes[slice].types = [chosen.number]
        tree.nodes[slice].allowedTypes = [chosen.number]
        return slice
    }

    private mutating func add(_ elements: [ElementFact], to parent: Int) -> Int {
        var node = RuleNode(parent: Int32(parent), name: elements[0].name, slice: nil)
        node.elements = elements.map(\.number)
        node.isChoice = elements[0].isChoice
        for type in elements.flatMap({ $0.types.map(\.type.number) }) where !node.types.contains(type) {
            node.types.append(type)
        }
        tree.nodes.append(node)
        tree.nodes[parent].children.append(Int32(tree.nodes.count - 1))
        return tree.nodes.count - 1
    }

    private mutating func ensureSlice(_ name: String, of sliced: Int) -> Int {
        let key = SliceKey(sliced: sliced, name: name)
        if let found = slices[key] { return Int(found) }
        var node = RuleNode(parent: Int32(sliced), name: tree.nodes[sliced].name, slice: name)
        node.elements = tree.nodes[sliced].elements
        node.types = tree.nodes[sliced].types
        node.isChoice = tree.nodes[sliced].isChoice
        // value[x]:valueQuantity is for Quantity even where the definition does not repeat it.
        if node.isChoice, let owner = node.elements.first.map({ ElementFact(number: $0).owner }),
            let key = owner.key(name),
            key.element.name == node.name
        {
            node.types = [key.type.number]
            node.allowedTypes = node.types
        }
        tree.nodes.append(node)
        tree.nodes[sliced].slices.append(Int32(tree.nodes.count - 1))
        slices[key] = Int32(tree.nodes.count - 1)
        return tree.nodes.count - 1
    }
}
