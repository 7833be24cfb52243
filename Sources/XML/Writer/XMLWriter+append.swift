extension XMLWriter {
    /// Writes an element that was read, with everything in it, declaring the namespaces that its names and values
    /// need. Its prefixes are kept, because values may use them too (`xsi:type`). Nothing recurses.
    public mutating func append(_ element: XMLElement) {
        let document = element.document
        start(element, isTop: true)
        let depth = scopes.count
        var row = element.record.firstChild
        while row >= 0 || scopes.count > depth {
            guard row >= 0 else {
                close()
                row = pending.removeLast()
                continue
            }
            let record = document.records.nodes[Int(row)]
            if record.name == XMLNodeRecord.comment {
                row = record.next
            } else if record.name < 0 {
                text(document.records.text(record.text))
                row = record.next
            } else {
                start(XMLElement(document: document, row: row), isTop: false)
                pending.append(record.next)
                row = record.firstChild
            }
        }
        close()
    }

    private mutating func start(_ element: XMLElement, isTop: Bool) {
        if let prefix = element.prefix {
            open(element.name, prefix: prefix, in: element.namespace ?? "")
        } else {
            open(element.name, in: element.namespace ?? "")
        }
        let needed = isTop ? element.prefixesInScope : element.declaredPrefixes
        for (prefix, namespace) in needed where scopes.last?.prefixes[prefix] != namespace {
            declare(prefix: prefix, namespace)
        }
        for attribute in element.attributes {
            self.attribute(attribute.name, prefix: attribute.prefix, attribute.value)
        }
    }
}

extension XMLElement {
    /// The prefixes declared on this very element.
    var declaredPrefixes: [(prefix: String, namespace: String)] {
        record.declarations.compactMap { row in
            let declaration = document.records.declarations[Int(row)]
            guard let prefix = document.records.string(declaration.prefix) else { return nil }
            return document.records.string(declaration.namespace).map { (prefix, $0) }
        }
    }

    /// The prefixes that are bound here, the nearest declaration of each, in a steady order.
    var prefixesInScope: [(prefix: String, namespace: String)] {
        var found: [(prefix: String, namespace: String)] = []
        var element: XMLElement? = self
        while let current = element {
            for pair in current.declaredPrefixes where !found.contains(where: { $0.prefix == pair.prefix }) {
                found.append(pair)
            }
            element = current.parent
        }
        return found
    }
}
