import XML

extension XMLDraft {
    /// The document as bytes, with default namespaces for elements. Comments are left out: whoever reads the result as
    /// FHIR has no use for them.
    ///
    /// - Throws: what XML cannot carry.
    func written() throws(XMLWriteError) -> [UInt8] {
        var writer = XMLWriter(layout: .compact, declaration: false)
        var pending: [(children: ArraySlice<Int32>, isElement: Bool)] = [(children(of: Self.root)[...], false)]
        while let (left, isElement) = pending.popLast() {
            var children = left
            guard let number = children.popFirst() else {
                if isElement { writer.close() }
                continue
            }
            pending.append((children, isElement))
            switch self[number] {
            case .document, .comment: break
            case .text(let text): if pending.count > 1 { writer.text(text) }
            case .element(let element):
                start(element, &writer)
                pending.append((self.children(of: number)[...], true))
            }
        }
        return try writer.finish()
    }

    private func start(_ element: Element, _ writer: inout XMLWriter) {
        writer.open(element.name, in: element.namespace ?? "")
        for declaration in element.declarations where !declaration.namespace.isEmpty {
            writer.declare(prefix: declaration.prefix, declaration.namespace)
        }
        for attribute in element.attributes {
            writer.attribute(attribute.name, prefix: attribute.prefix, attribute.value)
        }
    }
}
