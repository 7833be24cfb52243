/// Evaluates an XPath over a draft of a document. Every node that is looked at is a step.
struct XPathEvaluator {
    /// A node of XPath's data model (XPath 1.0 §5).
    enum Node: Hashable, Sendable {
        /// The root, an element, a text or a comment.
        case node(Int32)
        case attribute(of: Int32, at: Int)
        case namespace(of: Int32, at: Int)
    }

    enum Value {
        case nodes([Node])
        case text(String)
        case number(Double)
        case boolean(Bool)
    }

    /// The node that a predicate is asked about.
    struct Context {
        let node: Node
        let position: Int
        let size: Int
    }

    let draft: XMLDraft
    let maximumSteps: Int
    private(set) var steps: Int

    init(_ draft: XMLDraft, steps: Int = 0, maximumSteps: Int) {
        self.draft = draft
        self.steps = steps
        self.maximumSteps = maximumSteps
    }

    /// What a selector finds, from the root.
    mutating func select(_ path: XPath) throws(XPathError) -> [Node] {
        try evaluate(path.path, from: .node(XMLDraft.root))
    }

    mutating func charge(_ count: Int) throws(XPathError) {
        steps += count
        if steps > maximumSteps { throw .tooManySteps }
    }

    // MARK: Paths

    mutating func evaluate(_ path: XPath.Path, from node: Node) throws(XPathError) -> [Node] {
        var nodes: [Node] = [path.isAbsolute ? .node(XMLDraft.root) : node]
        for step in path.steps {
            var found: [Node] = []
            for node in nodes {
                var candidates = try self.candidates(step, from: node)
                for predicate in step.predicates { candidates = try filter(candidates, by: predicate) }
                found += candidates
            }
            // Only from within each other, or from siblings, can one node be reached twice.
            nodes =
                nodes.count > 1 && [.descendant, .descendantOrSelf, .parent].contains(step.axis) ? unique(found) : found
        }
        return nodes
    }

    private func unique(_ nodes: [Node]) -> [Node] {
        var seen: Set<Node> = []
        return nodes.filter { seen.insert($0).inserted }
    }

    private mutating func filter(_ nodes: [Node], by predicate: XPath.Expression) throws(XPathError) -> [Node] {
        var kept: [Node] = []
        for (offset, node) in nodes.enumerated() {
            try charge(1)
            let context = Context(node: node, position: offset + 1, size: nodes.count)
            let value = try evaluate(predicate, in: context)
            let holds: Bool =
                if case .number(let number) = value { number == Double(offset + 1) } else { try boolean(value) }
            if holds { kept.append(node) }
        }
        return kept
    }

    /// The nodes of a step before its predicates, in document order.
    private mutating func candidates(_ step: XPath.Step, from node: Node) throws(XPathError) -> [Node] {
        switch step.axis {
        case .itself:
            try charge(1)
            return matches(node, step.test, principal: .child) ? [node] : []
        case .parent:
            try charge(1)
            let parent: Int32 =
                switch node {
                case .node(let number): draft.parent(of: number)
                case .attribute(let owner, _), .namespace(let owner, _): owner
                }
            return parent >= 0 && matches(.node(parent), step.test, principal: .child) ? [.node(parent)] : []
        case .attribute, .namespace:
            guard case .node(let number) = node, case .element(let element) = draft[number] else { return [] }
            let isAttribute = step.axis == .attribute
            let count = isAttribute ? element.attributes.count : element.declarations.count
            try charge(count)
            return (0..<count).map { isAttribute ? Node.attribute(of: number, at: $0) : .namespace(of: number, at: $0) }
                .filter { matches($0, step.test, principal: step.axis) }
        case .child:
            guard case .node(let number) = node else { return [] }
            let children = draft.children(of: number)
            try charge(children.count)
            return children.lazy.map { Node.node($0) }.filter { matches($0, step.test, principal: .child) }
        case .descendant, .descendantOrSelf:
            var found: [Node] = []
            guard case .node(let number) = node else {
                return step.axis == .descendantOrSelf && matches(node, step.test, principal: .child) ? [node] : []
            }
            var pending = step.axis == .descendant ? Array(draft.children(of: number).reversed()) : [number]
            while let next = pending.popLast() {
                try charge(1)
                if matches(.node(next), step.test, principal: .child) { found.append(.node(next)) }
                pending.append(contentsOf: draft.children(of: next).reversed())
            }
            return found
        }
    }

    private func matches(_ node: Node, _ test: XPath.Test, principal axis: XPath.Axis) -> Bool {
        switch node {
        case .attribute(let owner, let position):
            guard case .element(let element) = draft[owner] else { return false }
            let attribute = element.attributes[position]
            return matches(attribute.name, attribute.namespace, test)
        case .namespace(let owner, let position):
            guard case .element(let element) = draft[owner] else { return false }
            return matches(element.declarations[position].prefix, nil, test)
        case .node(let number):
            switch draft[number] {
            case .element(let element): return matches(element.name, element.namespace, test)
            case .text: return test == .text || test == .node
            case .comment: return test == .comment || test == .node
            case .document: return test == .node
            }
        }
    }

    /// Whether a named node passes a test.
    private func matches(_ name: String, _ namespace: String?, _ test: XPath.Test) -> Bool {
        switch test {
        case .any, .node: true
        case .anyIn(let uri): namespace == uri
        case .name(let wanted, let uri): name == wanted && namespace == uri
        case .text, .comment, .instruction: false
        }
    }
}
