import XML

/// Narratives: as they were written where that means the same in JSON.
extension FHIRXMLReader {
    /// Writes a `div` as a JSON string.
    mutating func putNarrative(_ row: Int) {
        if isSelfContained(row) {
            let source = rows.nodes[row].source
            output.putJSONString(
                UnsafeBufferPointer(rebasing: rows.source[Int(source.lowerBound)..<Int(source.upperBound)]))
            return
        }
        do throws(XMLWriteError) {
            let bytes = try rewritten(row)
            bytes.withUnsafeBufferPointer { output.putJSONString($0) }
        } catch {
            report(.structure, row, "The narrative cannot be written by itself: \(error.message)")
        }
    }

    /// The row behind all that an element contains.
    private func end(of row: Int) -> Int {
        var row = row
        while row >= 0 {
            if rows.nodes[row].next >= 0 { return Int(rows.nodes[row].next) }
            row = Int(rows.nodes[row].parent)
        }
        return rows.nodes.count
    }

    /// Whether a `div` means the same when it is cut out: it declares its namespace itself, has it without a prefix,
    /// and uses no prefix from outside (R4 2.6.2: in JSON, the narrative has no prefixes).
    private func isSelfContained(_ row: Int) -> Bool {
        let declaresItself = rows.nodes[row].declarations.contains { rows.declarations[Int($0)].prefix < 0 }
        guard declaresItself else { return false }
        for inner in row..<end(of: row) {
            let node = rows.nodes[inner]
            guard node.name >= 0 else { continue }
            if node.prefix >= 0 { return false }
            for attribute in node.attributes {
                let prefix = rows.attributes[Int(attribute)].prefix
                if prefix >= 0 && rows.strings[Int(prefix)] != "xml" { return false }
            }
        }
        return true
    }

    /// The `div` with its namespaces declared where they are used, XHTML's without a prefix. Nothing recurses.
    private func rewritten(_ top: Int) throws(XMLWriteError) -> [UInt8] {
        var writer = XMLWriter(layout: .compact, declaration: false)
        open(top, in: &writer)
        var row = Int(rows.nodes[top].firstChild)
        var parents = [top]
        while let parent = parents.last {
            guard row >= 0 else {
                writer.close()
                parents.removeLast()
                row = Int(rows.nodes[parent].next)
                continue
            }
            let node = rows.nodes[row]
            if node.name < 0 {
                writer.text(String(decoding: rows.content(node.text), as: UTF8.self))
                row = Int(node.next)
            } else {
                open(row, in: &writer)
                parents.append(row)
                row = Int(node.firstChild)
            }
        }
        return try writer.finish()
    }

    private func open(_ row: Int, in writer: inout XMLWriter) {
        let node = rows.nodes[row]
        let name = rows.strings[Int(node.name)]
        let namespace = node.namespace < 0 ? "" : rows.strings[Int(node.namespace)]
        var declared: [Int32] = []
        if node.prefix >= 0 && node.namespace != xhtml {
            writer.open(name, prefix: rows.strings[Int(node.prefix)], in: namespace)
            declared.append(node.prefix)
        } else {
            writer.open(name, in: namespace)
        }
        for index in node.attributes {
            let attribute = rows.attributes[Int(index)]
            let value = String(decoding: rows.content(attribute.value), as: UTF8.self)
            guard attribute.prefix >= 0 else {
                writer.attribute(rows.strings[Int(attribute.name)], value)
                continue
            }
            let prefix = rows.strings[Int(attribute.prefix)]
            if prefix != "xml", !declared.contains(attribute.prefix), attribute.namespace >= 0 {
                writer.declare(prefix: prefix, rows.strings[Int(attribute.namespace)])
                declared.append(attribute.prefix)
            }
            writer.attribute(rows.strings[Int(attribute.name)], prefix: prefix, value)
        }
    }
}
