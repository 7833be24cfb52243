import CFacts
import XML

/// Attributes and primitive values.
extension FHIRXMLReader {
    /// Checks an element's attributes: a bit for the position of each that the type has.
    mutating func attributes(_ row: Int, _ record: mediconnect_fact_type, _ source: Source) -> UInt64 {
        var found: UInt64 = 0
        for index in rows.nodes[row].attributes {
            let attribute = rows.attributes[Int(index)]
            if attribute.namespace >= 0 {
                // R4 2.6.1: documents may say where their schema is; nothing is fetched from there.
                let isLocation = isNamed(attribute.name, "schemaLocation") && attribute.namespace == schemaInstance
                if case .resource = source, isLocation { continue }
                reportAttribute(Int(index), of: row)
                continue
            }
            if case .companion = source, isNamed(attribute.name, "value") { continue }
            guard let slot = lookup(attribute.name, record),
                facts.elements.base[Int(record.first_element) + Int(slot.number)].flags & 8 != 0
            else {
                reportAttribute(Int(index), of: row)
                continue
            }
            found |= 1 << UInt64(slot.number)
        }
        return found
    }

    /// Writes those of an element's attributes whose place is before a position.
    mutating func putAttributes(
        _ pending: inout UInt64, below position: Int, _ row: Int, _ record: mediconnect_fact_type, since start: Int
    ) {
        while pending != 0 && pending.trailingZeroBitCount < position {
            let wanted = pending.trailingZeroBitCount
            pending &= pending - 1
            for index in rows.nodes[row].attributes {
                let attribute = rows.attributes[Int(index)]
                guard attribute.namespace < 0, let slot = lookup(attribute.name, record), Int(slot.number) == wanted
                else { continue }
                putKey(names[attribute.name], since: start)
                output.putJSONString(rows.content(attribute.value))
            }
        }
    }

    /// Writes a primitive element with all that repeat it: the values, then what they have of ids and extensions.
    mutating func putPrimitives(_ member: Member, count: Int, since start: Int, depth: Int) {
        let kind = facts.types.base[Int(member.type)].primitive
        let name = names[rows.nodes[member.row].name]
        if kind == PrimitiveKind.xhtml.rawValue {
            putKey(name, since: start)
            putNarrative(member.row)
            return
        }
        let mark = output.count
        putKey(name, since: start)
        if member.isList { output.put(UInt8(ascii: "[")) }
        var hasValues = false
        var hasCompanions = false
        var row = member.row
        for position in 0..<count {
            if position > 0 {
                output.put(UInt8(ascii: ","))
                row = following(row)
            }
            let (value, hasCompanion) = parts(row)
            hasCompanions = hasCompanions || hasCompanion
            if value >= 0 {
                hasValues = true
                put(rows.content(rows.attributes[value].value), kind: kind)
            } else {
                output.put("null")
                if !hasCompanion { reportEmpty(row) }
            }
        }
        if member.isList { output.put(UInt8(ascii: "]")) }
        // As the official examples have it, a list of nothing but nulls is left out beside its extensions.
        if !hasValues { output.rewind(to: mark) }
        if hasCompanions { putCompanions(member, count: count, since: start, depth: depth) }
    }

    private mutating func putCompanions(_ member: Member, count: Int, since start: Int, depth: Int) {
        putKey(names[rows.nodes[member.row].name], isCompanion: true, since: start)
        guard member.isList else {
            return object(member.row, type: member.type, of: .companion, depth: depth + 1)
        }
        output.put(UInt8(ascii: "["))
        var row = member.row
        for position in 0..<count {
            if position > 0 {
                output.put(UInt8(ascii: ","))
                row = following(row)
            }
            if hasCompanion(row) {
                object(row, type: member.type, of: .companion, depth: depth + 2)
            } else {
                output.put("null")
            }
        }
        output.put(UInt8(ascii: "]"))
    }

    /// The row of the value's attribute, -1 if there is none, and whether there is anything beside the value.
    private mutating func parts(_ row: Int) -> (value: Int, hasCompanion: Bool) {
        let node = rows.nodes[row]
        var value = -1
        for index in node.attributes where isValue(Int(index)) { value = Int(index) }
        let hasCompanion = hasCompanion(row)
        // A companion's object looks at what is in the element; without one, nothing but blanks may be.
        if !hasCompanion, node.firstChild >= 0 { checkBlank(Int(node.firstChild)) }
        return (value, hasCompanion)
    }

    private func hasCompanion(_ row: Int) -> Bool {
        let node = rows.nodes[row]
        for index in node.attributes where !isValue(Int(index)) { return true }
        var child = Int(node.firstChild)
        while child >= 0 {
            if rows.nodes[child].name >= 0 { return true }
            child = Int(rows.nodes[child].next)
        }
        return false
    }

    private func isValue(_ attribute: Int) -> Bool {
        let attribute = rows.attributes[attribute]
        return attribute.namespace < 0 && isNamed(attribute.name, "value")
    }

    private func isNamed(_ number: Int32, _ name: StaticString) -> Bool {
        name.withUTF8Buffer { FactHash.equal(names[number], $0) }
    }

    /// Writes a value as R4's JSON has it: booleans and numbers as literals where they are such.
    private mutating func put(_ text: UnsafeBufferPointer<UInt8>, kind: UInt8) {
        switch PrimitiveKind(rawValue: kind) {
        case .boolean where text.elementsEqual("true".utf8) || text.elementsEqual("false".utf8): output.put(text)
        case .integer, .unsignedInt, .positiveInt, .decimal:
            if JSONNumber.isNumber(text) { output.put(text) } else { output.putJSONString(text) }
        default: output.putJSONString(text)
        }
    }
}

/// The grammar of JSON's numbers (RFC 8259 §6), which is that of R4's decimals, too.
enum JSONNumber {
    static func isNumber(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        var index = 0
        func digits() -> Int {
            let start = index
            while index < text.count, text[index] >= 0x30, text[index] <= 0x39 { index += 1 }
            return index - start
        }
        if index < text.count, text[index] == UInt8(ascii: "-") { index += 1 }
        let leading = index
        let whole = digits()
        guard whole == 1 || whole > 1 && text[leading] != UInt8(ascii: "0") else { return false }
        if index < text.count, text[index] == UInt8(ascii: ".") {
            index += 1
            guard digits() > 0 else { return false }
        }
        if index < text.count, text[index] | 0x20 == UInt8(ascii: "e") {
            index += 1
            if index < text.count, text[index] == UInt8(ascii: "+") || text[index] == UInt8(ascii: "-") { index += 1 }
            guard digits() > 0 else { return false }
        }
        return index == text.count
    }
}
