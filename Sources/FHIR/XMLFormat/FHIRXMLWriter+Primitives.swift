import CFacts

/// Primitive values with their ids and extensions.
extension FHIRXMLWriter {
    /// Writes the values of a list, each with what its companion says.
    mutating func primitives(
        _ slot: Slot, _ name: Name, type: UInt16, kind: UInt8, depth: Int
    ) throws(FHIRXMLError) {
        let values = slot.value < 0 ? 0..<0 : try elements(of: slot.value)
        let companions = slot.companion < 0 ? 0..<0 : try elements(of: slot.companion)
        var value = values.lowerBound
        var companion = companions.lowerBound
        while value < values.upperBound || companion < companions.upperBound {
            let hasValue = value < values.upperBound
            let hasCompanion = companion < companions.upperBound
            try primitive(
                hasValue ? value : -1, companion: hasCompanion ? companion : -1, name, type: type, kind: kind,
                depth: depth, isInList: true)
            if hasValue { value = Int(tape[value].next) }
            if hasCompanion { companion = Int(tape[companion].next) }
        }
    }

    /// Writes one primitive element. In lists, null stands for what is not there.
    mutating func primitive(
        _ value: Int, companion: Int, _ name: Name, type: UInt16, kind: UInt8, depth: Int, isInList: Bool = false
    ) throws(FHIRXMLError) {
        let hasValue = value >= 0 && !(isInList && isNull(value))
        let hasCompanion = companion >= 0 && !(isInList && isNull(companion))
        if kind == PrimitiveKind.xhtml.rawValue {
            guard !hasCompanion else {
                throw fault(.structure, companion, "A narrative has no extensions; its id is an attribute of the div.")
            }
            return try narrative(value, depth: depth)
        }
        guard hasValue || hasCompanion else {
            throw fault(
                .structure, max(value, companion), "There is neither a value nor an extension, which XML cannot say.")
        }
        guard hasCompanion else {
            open(name, depth: depth)
            output.put(" value")
            try self.value(value, kind: kind)
            output.put("/>")
            return
        }
        guard tape[companion].isObject else { throw shapeFault(companion, "an object") }
        let found = try collect(companion, type: type, depth: depth, isResource: false)
        guard found != 0 else {
            throw fault(.structure, companion, "The object is empty. Leave out what has no content.")
        }
        open(name, depth: depth)
        // A primitive has `id`, which is an attribute, and `extension`.
        if found & 1 != 0 { try attribute(slot(0, depth: depth)) }
        if hasValue {
            output.put(" value")
            try self.value(value, kind: kind)
        }
        try content(name, found & ~1, type: type, depth: depth)
    }

    /// Writes a value with its `=` and quotes.
    private mutating func value(_ index: Int, kind: UInt8) throws(FHIRXMLError) {
        let entry = tape[index]
        switch PrimitiveKind(rawValue: kind) {
        case .boolean:
            guard isBoolean(index) else { throw shapeFault(index, "true or false") }
        case .integer, .unsignedInt, .positiveInt, .decimal:
            guard isNumber(index) else { throw shapeFault(index, "a number") }
        default:
            guard entry.isString else { throw shapeFault(index, "a string") }
            return try attributeValue(index)
        }
        output.put("=\"")
        output.put(UnsafeBufferPointer(rebasing: text[entry.source]))
        output.put(UInt8(ascii: "\""))
    }

    /// Writes a string as an attribute's value with its `=` and quotes.
    mutating func attributeValue(_ index: Int) throws(FHIRXMLError) {
        let entry = tape[index]
        output.put("=\"")
        let forbidden: UInt32?
        if entry.hasEscapes {
            let bytes = document.bytes
            forbidden = entry.withText(in: bytes) { output.putXMLAttribute($0) }
        } else {
            forbidden = output.putXMLAttribute(UnsafeBufferPointer(rebasing: text[entry.content]))
        }
        output.put(UInt8(ascii: "\""))
        guard let forbidden else { return }
        let digits = String(forbidden, radix: 16, uppercase: true)
        throw fault(
            .value, index,
            "The string holds U+\(String(repeating: "0", count: max(0, 4 - digits.count)))\(digits), a character that XML cannot carry."
        )
    }

    /// Writes a `div` as it is where it is well-formed XHTML.
    private mutating func narrative(_ index: Int, depth: Int) throws(FHIRXMLError) {
        guard index >= 0, tape[index].isString else { throw shapeFault(max(index, 0), "a string") }
        if isPretty { indent(depth) }
        let entry = tape[index]
        let bytes = document.bytes
        let refusal = entry.withText(in: bytes) { NarrativeXML.put($0, into: &output) }
        if let refusal { throw fault(.structure, index, refusal) }
    }
}
