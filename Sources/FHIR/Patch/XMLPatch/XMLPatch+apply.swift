import XML

extension XMLPatch {
    /// Applies all operations; where one fails, the draft is of no more use.
    ///
    /// - Parameter forgivesWhitespace: whether `ws` may ask to remove blanks that are not there. A client cannot know
    ///   how a server would lay out a resource, and between elements of FHIR blanks mean nothing.
    func apply(
        to draft: inout XMLDraft, forgivesWhitespace: Bool, limits: PatchLimits = .default
    ) throws(PatchError) {
        guard draft.rootElement != nil else {
            throw PatchError(.resource, Issue(.notFound, "There is no document that the patch could be applied to."))
        }
        var steps = 0
        for (offset, operation) in operations.enumerated() {
            // Steps of selectors are counted on; the work of changes is counted by the draft.
            let place = try self.place(operation, number: offset + 1, in: draft, &steps, limits)
            var change = XMLChange(
                operation: operation, number: offset + 1, draft: draft, forgivesWhitespace: forgivesWhitespace)
            draft = XMLDraft()  // so that the change has the only one
            try change.make(at: place)
            draft = change.draft
        }
    }

    /// The one place that a selector finds.
    private func place(
        _ operation: Operation, number: Int, in draft: XMLDraft, _ steps: inout Int, _ limits: PatchLimits
    ) throws(PatchError) -> XPathEvaluator.Node {
        var evaluator = XPathEvaluator(draft, steps: steps + draft.work, maximumSteps: limits.maximumSteps)
        let found: [XPathEvaluator.Node]
        do throws(XPathError) {
            found = try evaluator.select(operation.path)
        } catch {
            let isCostly = error == .tooManySteps
            throw PatchError(
                isCostly ? .resource : .document,
                Issue(
                    isCostly ? .tooCostly : .invalid,
                    "Operation \(number) (\(operation.action.name)): \(error.sentence(operation.selector))"),
                operation: number)
        }
        steps = evaluator.steps - draft.work
        guard let place = found.first, found.count == 1 else {
            let what =
                found.isEmpty
                ? "selects nothing. Elements of FHIR need the prefix f, attributes none"
                : "selects \(found.count) places; add a condition such as [1] so that it selects one"
            throw PatchError(
                .resource,
                Issue(
                    found.isEmpty ? .notFound : .multipleMatches,
                    "Operation \(number) (\(operation.action.name)): \(operation.selector.quotedStart) \(what) (RFC 5261 "
                        + "§4.1, unlocated-node)."),
                operation: number)
        }
        return place
    }
}

/// One operation that is being carried out (RFC 5261 §4.3 to §4.5).
struct XMLChange {
    let operation: XMLPatch.Operation
    let number: Int
    var draft: XMLDraft
    let forgivesWhitespace: Bool

    mutating func make(at place: XPathEvaluator.Node) throws(PatchError) {
        switch operation.action {
        case .add(let position): try add(position, at: place)
        case .addAttribute(let attribute): try add(attribute, at: place)
        case .addNamespace(let declaration): try add(declaration, at: place)
        case .replace: try replace(place)
        case .remove(let whitespace): try remove(place, whitespace)
        }
    }

    // MARK: add

    private mutating func add(_ position: XMLPatch.Position?, at place: XPathEvaluator.Node) throws(PatchError) {
        guard case .node(let node) = place else {
            throw fail(.structure, "nothing can be added to an attribute or namespace", "invalid-node-types")
        }
        var new: [Int32] = []
        for content in operation.content { new.append(draft.copy(content)) }
        guard position == .before || position == .after else {
            guard case .element = draft[node] else {
                throw fail(.structure, "content can be added to elements only", "invalid-node-types")
            }
            return draft.insert(new, into: node, at: position == .prepend ? 0 : draft.children(of: node).count)
        }
        let parent = draft.parent(of: node)
        guard parent > XMLDraft.root || parent == XMLDraft.root && holdsOnlyComments else {
            throw fail(.structure, "only comments can stand beside the root element", "invalid-root-element-operation")
        }
        let beside = draft.position(of: node)
        draft.insert(new, into: parent, at: position == .before ? beside : beside + 1)
    }

    private var holdsOnlyComments: Bool {
        operation.content.allSatisfy { if case .comment = $0 { true } else { false } }
    }

    private mutating func add(_ attribute: XMLDraft.Attribute, at place: XPathEvaluator.Node) throws(PatchError) {
        guard case .node(let node) = place, case .element(let element) = draft[node] else {
            throw fail(.structure, "only elements have attributes", "invalid-node-types")
        }
        guard !element.attributes.contains(where: { $0.name == attribute.name && $0.namespace == attribute.namespace })
        else {
            throw fail(
                .duplicate, "the element has an attribute \(attribute.name.start) already; replace it instead",
                "invalid-patch-directive")
        }
        let bound = attribute.prefix.map { draft.namespace(ofPrefix: $0, at: node) ?? "" }
        draft.change(node) { element in
            if let prefix = attribute.prefix, prefix != "xml", let namespace = attribute.namespace, bound != namespace {
                element.declarations.removeAll { $0.prefix == prefix }
                element.declarations.append(XMLDraft.Declaration(prefix: prefix, namespace: namespace))
            }
            element.attributes.append(attribute)
        }
    }

    private mutating func add(_ declaration: XMLDraft.Declaration, at place: XPathEvaluator.Node) throws(PatchError) {
        guard case .node(let node) = place, case .element(let element) = draft[node] else {
            throw fail(.structure, "only elements declare namespaces", "invalid-node-types")
        }
        guard !element.declarations.contains(where: { $0.prefix == declaration.prefix }) else {
            throw fail(
                .duplicate, "the element declares the prefix \(declaration.prefix.start) already",
                "invalid-namespace-prefix")
        }
        draft.change(node) { $0.declarations.append(declaration) }
    }

    // MARK: replace

    private mutating func replace(_ place: XPathEvaluator.Node) throws(PatchError) {
        switch place {
        case .attribute(let owner, let position):
            let text = try replacementText()
            draft.change(owner) { $0.attributes[position].value = text }
        case .namespace(let owner, let position):
            let text = try replacementText()
            guard !text.isEmpty else { throw fail(.value, "a prefix needs a namespace", "invalid-namespace-uri") }
            draft.change(owner) { $0.declarations[position].namespace = text }
        case .node(let node):
            switch draft[node] {
            case .document: throw fail(.structure, "the document node cannot be replaced", "invalid-patch-directive")
            case .text:
                let text = try replacementText()
                if text.isEmpty { draft.remove(node) } else { draft.setText(text, of: node) }
            case .comment:
                guard let new = onlyNode(), case .comment(let text) = new else {
                    throw fail(.structure, "a comment is replaced by one comment", "invalid-node-types")
                }
                draft.setText(text, of: node)
            case .element:
                guard let new = onlyNode(), case .element = new else {
                    throw fail(.structure, "an element is replaced by exactly one element", "invalid-node-types")
                }
                let parent = draft.parent(of: node)
                let position = draft.position(of: node)
                let copy = draft.copy(new)
                draft.insert([copy], into: parent, at: position)
                draft.remove(node)
            }
        }
    }

    private func replacementText() throws(PatchError) -> String {
        for content in operation.content {
            guard case .text = content else {
                throw fail(.structure, "an attribute, namespace or text is replaced by text", "invalid-node-types")
            }
        }
        return operation.text
    }

    /// The single element or comment of the operation, blanks aside.
    private func onlyNode() -> XMLContent? {
        let nodes = operation.content.filter {
            if case .text(let text) = $0 { !Self.isBlank(text) } else { true }
        }
        return nodes.count == 1 ? nodes[0] : nil
    }

    // MARK: remove

    private mutating func remove(
        _ place: XPathEvaluator.Node, _ whitespace: XMLPatch.Whitespace?
    ) throws(PatchError) {
        switch place {
        case .attribute(let owner, let position): draft.change(owner) { _ = $0.attributes.remove(at: position) }
        case .namespace(let owner, let position): draft.change(owner) { _ = $0.declarations.remove(at: position) }
        case .node(let node):
            if case .document = draft[node] {
                throw fail(.structure, "the document cannot be removed; use DELETE", "invalid-root-element-operation")
            }
            if case .element = draft[node], draft.parent(of: node) == XMLDraft.root {
                throw fail(
                    .structure, "the root element cannot be removed; use DELETE", "invalid-root-element-operation")
            }
            let siblings = draft.children(of: draft.parent(of: node))
            let position = draft.position(of: node)
            if let whitespace {
                if whitespace != .after { try removeBlank(position > 0 ? siblings[position - 1] : nil) }
                if whitespace != .before {
                    try removeBlank(position + 1 < siblings.count ? siblings[position + 1] : nil)
                }
            }
            draft.remove(node)
        }
    }

    private mutating func removeBlank(_ sibling: Int32?) throws(PatchError) {
        if let sibling, case .text(let text) = draft[sibling], Self.isBlank(text) { return draft.remove(sibling) }
        if forgivesWhitespace { return }
        throw fail(
            .processing, "ws asks for white space to be removed where there is none", "invalid-whitespace-directive")
    }

    // MARK: Faults

    private static func isBlank(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
    }

    /// A sentence with the condition that RFC 5261 §5.1 names.
    private func fail(_ code: IssueType, _ reason: String, _ condition: String) -> PatchError {
        PatchError(
            .resource,
            Issue(
                code,
                "Operation \(number) (\(operation.action.name)) at \(operation.selector.quotedStart): \(reason) (RFC 5261 "
                    + "§5.1, \(condition))."),
            operation: number)
    }
}
