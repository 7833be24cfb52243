import CLibXML2

/// Takes libxml2's SAX2 events and makes the tree's rows. One builder serves one parse on one thread. It is a value
/// behind a pointer, not an object, because the checks of exclusive access to an object's fields would cost more than
/// the work; libxml2 calls one handler at a time and is called back by none in a way that raises another event.
struct XMLTreeBuilder {
    private(set) var records = XMLRecords()
    /// The first thing that was wrong; once set, later events are ignored.
    private(set) var failure: XMLError?

    private let text: UnsafeBufferPointer<UInt8>
    private let limits: XMLLimits
    private let context: xmlParserCtxtPtr
    private var open: [Int32] = []
    private var cursor = PositionCursor()
    /// libxml2 keeps each distinct name once per parse, so its address identifies it.
    private var numbers: [UnsafePointer<xmlChar>: Int32] = [:]

    init(text: UnsafeBufferPointer<UInt8>, limits: XMLLimits, context: xmlParserCtxtPtr) {
        self.text = text
        self.limits = limits
        self.context = context
        records.content.reserveCapacity(text.count / 2)
    }

    /// Notes the first failure and ends the parse.
    mutating func fail(_ reason: XMLError.Reason, at position: XMLPosition? = nil) {
        guard failure == nil else { return }
        failure = XMLError(reason, at: position ?? here())
        xmlStopParser(context)
    }

    /// Where libxml2 is reading now.
    mutating func here() -> XMLPosition {
        cursor.position(at: max(0, Int(xmlByteConsumed(context))), in: text)
    }

    /// Whether every byte has been read: then what is missing is the document's end.
    var isAtEnd: Bool { Int(xmlByteConsumed(context)) >= text.count }

    mutating func startElement(
        name: UnsafePointer<xmlChar>, prefix: UnsafePointer<xmlChar>?, namespace: UnsafePointer<xmlChar>?,
        declarations: UnsafeBufferPointer<UnsafePointer<xmlChar>?>,
        attributes: UnsafeBufferPointer<UnsafePointer<xmlChar>?>
    ) {
        guard failure == nil else { return }
        let start = startOfTag()
        let position = cursor.position(at: start, in: text)
        guard open.count < limits.maximumDepth else {
            return fail(.tooDeep(limit: limits.maximumDepth), at: position)
        }
        var node = XMLNodeRecord(name: number(name), parent: open.last ?? -1)
        node.prefix = number(prefix)
        node.namespace = number(namespace)
        node.line = Int32(clamping: position.line)
        node.column = Int32(clamping: position.column)
        node.source = Int32(start)..<Int32(start)
        node.declarations = append(declarations: declarations)
        guard let rows = append(attributes: attributes, at: position) else { return }
        node.attributes = rows
        open.append(link(node))
    }

    mutating func endElement() {
        guard failure == nil else { return }
        guard let row = open.popLast() else { return }
        // libxml2 says so when it has read the end tag, or the slash of an empty element's only tag but not yet its `>`.
        var end = max(min(Int(xmlByteConsumed(context)), text.count), 1)
        if text[end - 1] == UInt8(ascii: "/") { end = min(end + 1, text.count) }
        let start = records.nodes[Int(row)].source.lowerBound
        records.nodes[Int(row)].source = start..<max(start, Int32(end))
    }

    mutating func characters(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard failure == nil, let parent = open.last else { return }
        let start = Int32(records.content.count)
        records.content.append(contentsOf: bytes)
        let end = Int32(records.content.count)
        let last = records.nodes[Int(parent)].lastChild
        // Entities, CDATA sections and comments cut one text into several events; it stays one row.
        if last >= 0, records.nodes[Int(last)].name < 0 {
            records.nodes[Int(last)].text = records.nodes[Int(last)].text.lowerBound..<end
        } else {
            var node = XMLNodeRecord(name: -1, parent: parent)
            node.text = start..<end
            _ = link(node)
        }
        let row = records.nodes[Int(records.nodes[Int(parent)].lastChild)]
        if row.text.count > limits.maximumTextBytes { fail(.textTooLong(limit: limits.maximumTextBytes)) }
    }

    /// Attribute values hold no `<`, so the last one before the reading place opens the tag that was just read.
    private func startOfTag() -> Int {
        var offset = min(Int(xmlByteConsumed(context)), text.count) - 1
        while offset > 0, text[offset] != UInt8(ascii: "<") { offset -= 1 }
        return max(offset, 0)
    }

    private mutating func link(_ node: XMLNodeRecord) -> Int32 {
        let row = Int32(records.nodes.count)
        records.nodes.append(node)
        guard node.parent >= 0 else { return row }
        let parent = Int(node.parent)
        if records.nodes[parent].lastChild >= 0 {
            records.nodes[Int(records.nodes[parent].lastChild)].next = row
        } else {
            records.nodes[parent].firstChild = row
        }
        records.nodes[parent].lastChild = row
        return row
    }

    private mutating func append(declarations pairs: UnsafeBufferPointer<UnsafePointer<xmlChar>?>) -> Range<Int32> {
        let start = Int32(records.declarations.count)
        for index in stride(from: 0, to: pairs.count, by: 2) {
            let row = XMLDeclarationRecord(prefix: number(pairs[index]), namespace: number(pairs[index + 1]))
            records.declarations.append(row)
        }
        return start..<Int32(records.declarations.count)
    }

    /// `fives` holds local name, prefix, namespace, first byte and end of the value of each attribute.
    private mutating func append(
        attributes fives: UnsafeBufferPointer<UnsafePointer<xmlChar>?>, at position: XMLPosition
    ) -> Range<Int32>? {
        guard fives.count / 5 <= limits.maximumAttributes else {
            fail(.tooManyAttributes(limit: limits.maximumAttributes), at: position)
            return nil
        }
        let start = Int32(records.attributes.count)
        for index in stride(from: 0, to: fives.count, by: 5) {
            guard let first = fives[index + 3], let end = fives[index + 4] else { continue }
            let from = Int32(records.content.count)
            records.content.append(contentsOf: UnsafeBufferPointer(start: first, count: end - first))
            records.attributes.append(
                XMLAttributeRecord(
                    name: number(fives[index]), prefix: number(fives[index + 1]), namespace: number(fives[index + 2]),
                    value: from..<Int32(records.content.count)))
        }
        return start..<Int32(records.attributes.count)
    }

    private mutating func number(_ name: UnsafePointer<xmlChar>?) -> Int32 {
        guard let name else { return -1 }
        if let known = numbers[name] { return known }
        let number = Int32(records.strings.count)
        records.strings.append(String(cString: name))
        numbers[name] = number
        return number
    }
}
