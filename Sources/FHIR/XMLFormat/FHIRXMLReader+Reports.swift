import XML

/// What is said about what is wrong, and where it stands.
extension FHIRXMLReader {
    mutating func report(_ code: IssueType, _ row: Int, _ message: String) {
        guard faults.count < FHIRXMLError.limit else {
            unlisted += 1
            return
        }
        faults.append(
            FHIRXMLError.Fault(
                code, message, at: expression(of: row), position: rows.nodes[row].position))
    }

    mutating func reportNamespace(_ row: Int, expected: String) {
        let node = rows.nodes[row]
        let found = node.namespace < 0 ? "no namespace" : "the namespace \(rows.strings[Int(node.namespace)])"
        report(
            .structure, row,
            "The element \(quoted(names[node.name])) is in \(found); it belongs into \(expected).")
    }

    mutating func reportAttribute(_ attribute: Int, of row: Int) {
        let attribute = rows.attributes[attribute]
        let prefix = attribute.prefix < 0 ? "" : rows.strings[Int(attribute.prefix)] + ":"
        let name = prefix + rows.strings[Int(attribute.name)]
        report(
            .structure, row,
            name == "value"
                ? "The element \(quoted(names[rows.nodes[row].name])) has a value attribute, but its type has no value."
                : "The attribute ‘\(name)’ is unknown here.")
    }

    mutating func reportEmpty(_ row: Int) {
        report(
            .structure, row,
            "The element \(quoted(names[rows.nodes[row].name])) is empty. Leave out what has no content.")
    }

    mutating func reportRepeated(_ member: Member, count: Int) {
        let name = quoted(names[rows.nodes[member.row].name])
        let limit = Int(member.element.maximum)
        var row = member.row
        for _ in 0..<min(limit, count - 1) { row = following(row) }
        report(
            .structure, row,
            limit == 1
                ? "\(name) is there \(count) times; R4 allows it once."
                : "\(name) is there \(count) times; R4 allows \(limit) at most.")
    }

    /// Notes text that is not white space.
    mutating func checkBlank(_ row: Int) {
        let node = rows.nodes[row]
        if isBlank(node.text) { return }
        let text = String(decoding: rows.content(node.text), as: UTF8.self)
        let shown = text.split(whereSeparator: \.isWhitespace).joined(separator: " ").prefix(30)
        report(
            .structure, Int(node.parent),
            "The text ‘\(shown)’ stands between elements. Values are written as value attributes.")
    }

    func quoted(_ name: UnsafeBufferPointer<UInt8>) -> String {
        "‘\(String(decoding: name.prefix(64), as: UTF8.self))’"
    }

    /// The FHIRPath of an element's row: found anew from the root for each fault.
    private func expression(of row: Int) -> String {
        var chain: [Int] = []
        var row = row
        while row >= 0 {
            chain.append(row)
            row = Int(rows.nodes[row].parent)
        }
        guard let root = chain.popLast() else { return "Resource" }
        var path = rows.strings[Int(rows.nodes[root].name)]
        var type = ResourceType(path).map { R4.table.type($0) }
        while let row = chain.popLast() {
            let name = rows.strings[Int(rows.nodes[row].name)]
            if type?.number == resourceNumber {
                // The element that holds a resource has the place; the resource's own element adds none.
                type = ResourceType(name).map { R4.table.type($0) }
                continue
            }
            let known = type?.key(name)
            path += ".\(known?.element.name ?? name)"
            if known?.element.isList == true { path += "[\(position(of: row))]" }
            type = known?.type
        }
        return path
    }

    /// How many elements of the same name stand before a row in its parent.
    private func position(of row: Int) -> Int {
        var sibling = Int(rows.nodes[Int(rows.nodes[row].parent)].firstChild)
        var count = 0
        while sibling >= 0 && sibling != row {
            if rows.nodes[sibling].name == rows.nodes[row].name { count += 1 }
            sibling = Int(rows.nodes[sibling].next)
        }
        return count
    }
}
