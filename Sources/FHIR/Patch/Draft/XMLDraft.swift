import XML

/// An XML document while it is changed. Nodes are numbers of a flat list, so nothing recurses, however deep it is.
struct XMLDraft: Sendable {
    enum Node: Sendable {
        case document
        case element(Element)
        case text(String)
        case comment(String)
    }

    struct Element: Sendable, Equatable {
        var name: String
        var namespace: String?
        var attributes: [Attribute] = []
        /// Prefixes that are declared here, without the default namespace: names carry their namespaces themselves.
        var declarations: [Declaration] = []
    }

    struct Attribute: Sendable, Equatable {
        var name: String
        var prefix: String?
        var namespace: String?
        var value: String
    }

    struct Declaration: Sendable, Equatable {
        var prefix: String
        var namespace: String
    }

    static let root: Int32 = 0

    private var nodes: [Node] = [.document]
    private var parents: [Int32] = [-1]
    private var childLists: [[Int32]] = [[]]
    /// What changes have cost so far, in siblings looked at and 64 bytes of text moved.
    private(set) var work = 0

    /// A document without even a root element.
    init() {}

    init(_ document: XMLDocument) {
        insert([copy(.element(document.root))], into: Self.root, at: 0)
    }

    subscript(_ number: Int32) -> Node { nodes[Int(number)] }

    func parent(of number: Int32) -> Int32 { parents[Int(number)] }

    func children(of number: Int32) -> [Int32] { childLists[Int(number)] }

    var rootElement: Int32? {
        children(of: Self.root).first { if case .element = self[$0] { true } else { false } }
    }

    /// The place of a node among its siblings.
    func position(of number: Int32) -> Int {
        let parent = parent(of: number)
        return parent < 0 ? 0 : children(of: parent).firstIndex(of: number) ?? 0
    }

    // MARK: Changes

    mutating func add(_ node: Node, parent: Int32 = -1) -> Int32 {
        nodes.append(node)
        parents.append(parent)
        childLists.append([])
        return Int32(truncatingIfNeeded: nodes.count - 1)
    }

    /// A copy of what was read, without a place yet.
    mutating func copy(_ content: XMLContent) -> Int32 {
        let top = add(content, parent: -1)
        var pending: [(XMLContents, Int32)] = []
        if case .element(let element) = content { pending.append((element.content, top)) }
        while let (left, parent) = pending.popLast() {
            var rest = left
            guard let next = rest.next() else { continue }
            pending.append((rest, parent))
            let number = add(next, parent: parent)
            childLists[Int(parent)].append(number)
            if case .element(let element) = next { pending.append((element.content, number)) }
        }
        return top
    }

    private mutating func add(_ content: XMLContent, parent: Int32) -> Int32 {
        switch content {
        case .text(let text): add(Node.text(text), parent: parent)
        case .comment(let text): add(Node.comment(text), parent: parent)
        case .element(let element):
            add(
                Node.element(
                    Element(
                        name: element.name, namespace: element.namespace,
                        attributes: element.attributes.map {
                            Attribute(name: $0.name, prefix: $0.prefix, namespace: $0.namespace, value: $0.value)
                        },
                        declarations: element.declarations.compactMap { declaration in
                            declaration.prefix.map { Declaration(prefix: $0, namespace: declaration.namespace) }
                        })), parent: parent)
        }
    }

    mutating func insert(_ new: [Int32], into parent: Int32, at position: Int) {
        for number in new { parents[Int(number)] = parent }
        childLists[Int(parent)].insert(contentsOf: new, at: position)
        joinTexts(of: parent)
    }

    mutating func remove(_ number: Int32) {
        let parent = parent(of: number)
        guard parent >= 0 else { return }
        childLists[Int(parent)].remove(at: position(of: number))
        parents[Int(number)] = -1
        joinTexts(of: parent)
    }

    mutating func setText(_ text: String, of number: Int32) {
        switch self[number] {
        case .text: nodes[Int(number)] = .text(text)
        case .comment: nodes[Int(number)] = .comment(text)
        case .document, .element: break
        }
    }

    mutating func change<R>(_ number: Int32, _ body: (inout Element) -> R) -> R? {
        guard case .element(var element) = self[number] else { return nil }
        nodes[Int(number)] = .document  // so that the element has one owner and is changed in place
        let result = body(&element)
        nodes[Int(number)] = .element(element)
        return result
    }

    /// In XPath's model texts never stand side by side (XPath 1.0 §5.7).
    private mutating func joinTexts(of parent: Int32) {
        let children = childLists[Int(parent)]
        work += children.count
        var kept: [Int32] = []
        kept.reserveCapacity(children.count)
        for child in children {
            if case .text(let text) = self[child], let last = kept.last, case .text(let before) = self[last] {
                work += before.utf8.count / 64
                nodes[Int(last)] = .text(before + text)
            } else {
                kept.append(child)
            }
        }
        if kept.count < children.count { childLists[Int(parent)] = kept }
    }

    /// The namespace that a prefix means at an element.
    func namespace(ofPrefix prefix: String, at number: Int32) -> String? {
        var current = number
        while current >= 0 {
            if case .element(let element) = self[current],
                let declaration = element.declarations.first(where: { $0.prefix == prefix })
            {
                return declaration.namespace
            }
            current = parent(of: current)
        }
        return nil
    }
}
