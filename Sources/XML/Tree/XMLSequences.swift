/// The children of an element in document order.
public struct XMLChildren: Sequence, IteratorProtocol, Sendable {
    let document: XMLDocument
    var row: Int32

    init(document: XMLDocument, first: Int32) {
        self.document = document
        self.row = first
    }

    public mutating func next() -> XMLNode? {
        while row >= 0 {
            let current = row
            let record = document.records.nodes[Int(current)]
            row = record.next
            if record.name == XMLNodeRecord.comment { continue }
            return record.name < 0
                ? .text(document.records.text(record.text))
                : .element(XMLElement(document: document, row: current))
        }
        return nil
    }
}

/// What an element holds in document order, comments included where the document was read with them.
public struct XMLContents: Sequence, IteratorProtocol, Sendable {
    let document: XMLDocument
    var row: Int32

    public mutating func next() -> XMLContent? {
        guard row >= 0 else { return nil }
        let current = row
        let record = document.records.nodes[Int(current)]
        row = record.next
        switch record.name {
        case XMLNodeRecord.text: return .text(document.records.text(record.text))
        case XMLNodeRecord.comment: return .comment(document.records.text(record.text))
        default: return .element(XMLElement(document: document, row: current))
        }
    }
}

/// The child elements of an element in document order; text is passed over without being decoded.
public struct XMLChildElements: Sequence, IteratorProtocol, Sendable {
    private let document: XMLDocument
    private var row: Int32

    init(children: XMLChildren) {
        document = children.document
        row = children.row
    }

    public mutating func next() -> XMLElement? {
        while row >= 0 {
            let current = row
            let record = document.records.nodes[Int(current)]
            row = record.next
            if record.name >= 0 { return XMLElement(document: document, row: current) }
        }
        return nil
    }
}

/// The attributes of an element as written.
public struct XMLAttributes: RandomAccessCollection, Sendable {
    let document: XMLDocument
    let rows: Range<Int32>

    public var startIndex: Int { Int(rows.lowerBound) }
    public var endIndex: Int { Int(rows.upperBound) }

    public subscript(position: Int) -> XMLAttribute {
        let records = document.records
        let row = records.attributes[position]
        return XMLAttribute(
            name: records.strings[Int(row.name)], prefix: records.string(row.prefix),
            namespace: records.string(row.namespace), value: records.text(row.value))
    }
}
