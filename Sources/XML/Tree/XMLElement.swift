/// One element: a view on its document, cheap to copy.
public struct XMLElement: Sendable {
    let document: XMLDocument
    let row: Int32

    var record: XMLNodeRecord { document.records.nodes[Int(row)] }

    /// The name without prefix.
    public var name: String { document.records.strings[Int(record.name)] }
    public var prefix: String? { document.records.string(record.prefix) }
    /// The namespace name (URI), also when it comes from a default declaration.
    public var namespace: String? { document.records.string(record.namespace) }
    /// Where its start tag begins.
    public var position: XMLPosition { XMLPosition(line: Int(record.line), column: Int(record.column)) }

    public var parent: XMLElement? {
        record.parent < 0 ? nil : XMLElement(document: document, row: record.parent)
    }

    public func `is`(_ name: String, in namespace: String?) -> Bool {
        self.name == name && self.namespace == namespace
    }

    /// Elements and texts in document order.
    public var children: XMLChildren { XMLChildren(document: document, first: record.firstChild) }

    /// Elements, texts and, where the document was read with them, comments in document order.
    public var content: XMLContents { XMLContents(document: document, row: record.firstChild) }

    /// Child elements in document order.
    public var elements: XMLChildElements { XMLChildElements(children: children) }

    /// Child elements of one name.
    public func elements(_ name: String, in namespace: String?) -> some Sequence<XMLElement> {
        elements.lazy.filter { $0.is(name, in: namespace) }
    }

    /// The first child element of one name.
    public func first(_ name: String, in namespace: String?) -> XMLElement? {
        elements.first { $0.is(name, in: namespace) }
    }

    /// The text directly in this element, without that of its child elements; empty where there is none.
    public var text: String {
        var result = ""
        for case .text(let part) in children { result += part }
        return result
    }

    /// All text in this element, in document order.
    public var deepText: String {
        var bytes: [UInt8] = []
        var row = record.firstChild
        while row >= 0 {
            let node = document.records.nodes[Int(row)]
            if node.name == XMLNodeRecord.text {
                let range = Int(node.text.lowerBound)..<Int(node.text.upperBound)
                bytes.append(contentsOf: document.records.content[range])
            }
            row = following(row, node)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The next row in document order within this element, or -1.
    private func following(_ row: Int32, _ node: XMLNodeRecord) -> Int32 {
        if node.firstChild >= 0 { return node.firstChild }
        var node = node
        while node.next < 0 {
            if node.parent == self.row { return -1 }
            node = document.records.nodes[Int(node.parent)]
        }
        return node.next
    }

    /// The namespace declarations of this very element: a prefix, nil for the default namespace, and what it means.
    public var declarations: [(prefix: String?, namespace: String)] {
        record.declarations.map { row in
            let declaration = document.records.declarations[Int(row)]
            return (document.records.string(declaration.prefix), document.records.string(declaration.namespace) ?? "")
        }
    }

    /// The attributes as written, without namespace declarations.
    public var attributes: XMLAttributes { XMLAttributes(document: document, rows: record.attributes) }

    /// The value of an attribute; attributes without prefix are in no namespace.
    public func attribute(_ name: String, in namespace: String? = nil) -> String? {
        for attribute in attributes where attribute.name == name && attribute.namespace == namespace {
            return attribute.value
        }
        return nil
    }

    /// The namespace that a prefix means here, for values that are qualified names (`xsi:type="hl7:CD"`); nil is the
    /// default namespace.
    public func namespace(ofPrefix prefix: String?) -> String? {
        if prefix == "xml" { return "http://www.w3.org/XML/1998/namespace" }
        var element: XMLElement? = self
        while let current = element {
            for row in current.record.declarations {
                let declaration = document.records.declarations[Int(row)]
                if document.records.string(declaration.prefix) == prefix {
                    let name = document.records.string(declaration.namespace)
                    return name == "" ? nil : name
                }
            }
            element = current.parent
        }
        return nil
    }
}

public enum XMLNode: Sendable {
    case element(XMLElement)
    case text(String)
}

/// What an element holds, comments included.
public enum XMLContent: Sendable {
    case element(XMLElement)
    case text(String)
    case comment(String)
}

public struct XMLAttribute: Sendable, Equatable {
    public let name: String
    public let prefix: String?
    public let namespace: String?
    public let value: String
}
