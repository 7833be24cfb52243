import CFacts

/// Goes along the tape of a JSON document beside the table of facts and writes FHIR's XML.
///
/// The members of an object are first put into slots by their elements' positions, then written in that order. Nesting
/// is bounded by ``maximumDepth``.
struct FHIRXMLWriter: ~Copyable {
    let document: JSONDocument
    let text: UnsafeBufferPointer<UInt8>
    let tape: UnsafeBufferPointer<JSONTapeEntry>
    let facts = R4.table.facts
    let resourceNumber = R4.table.type("Resource")?.number ?? FactTable.none
    let isPretty: Bool
    var output: ByteOutput
    /// Sixty-four for each level of objects: no type of R4 has more elements.
    private let slots: UnsafeMutablePointer<Slot>
    /// Names of choices that were written with escapes, resolved.
    private var resolved: [UnsafeMutableBufferPointer<UInt8>] = []

    /// Elements within elements; more than JSON that ``JSONDocument/parse(_:limits:)`` reads by default can have.
    static let maximumDepth = 128

    /// A member of the object that is being written: tape indices of its key and of its value and companion, -1 where
    /// there is none.
    struct Slot {
        var key: Int32
        var value: Int32
        var companion: Int32
        /// Which of a choice's types.
        var ordinal: UInt8
    }

    typealias Name = UnsafeBufferPointer<UInt8>

    /// - Parameter text: the document's bytes, which its caller lends.
    init(_ document: JSONDocument, text: UnsafeBufferPointer<UInt8>, pretty: Bool) {
        self.document = document
        self.text = text
        tape = UnsafeBufferPointer(start: document.tape, count: document.tapeCount)
        isPretty = pretty
        output = ByteOutput(capacity: text.count + text.count / 4 + 256)
        // Memory that is not written to is not taken: a flat resource uses a kilobyte of it.
        slots = .allocate(capacity: 64 * (Self.maximumDepth + 1))
    }

    deinit {
        slots.deallocate()
        for name in resolved { name.deallocate() }
    }

    mutating func write(_ index: Int) throws(FHIRXMLError) -> [UInt8] {
        output.put(#"<?xml version="1.0" encoding="UTF-8"?>"#)
        try resource(index, depth: 0)
        if isPretty { output.put(UInt8(ascii: "\n")) }
        return output.bytes
    }

    // MARK: Objects

    mutating func resource(_ index: Int, depth: Int) throws(FHIRXMLError) {
        guard tape[index].isObject else {
            throw fault(.structure, index, "A resource is an object, but this is \(described(index)).")
        }
        guard let named = document.node(at: Int32(truncatingIfNeeded: index))["resourceType"] else {
            throw fault(.required, index, "resourceType is missing. Name the resource's type.")
        }
        guard let type = named.string.flatMap({ ResourceType($0) }) else {
            throw fault(.structure, Int(named.index), "resourceType does not name a resource type of R4.")
        }
        let fact = R4.table.type(type)
        let elements = try collect(index, type: fact.number, depth: depth, isResource: true)
        let name = facts.text(fact.record.name)
        open(name, depth: depth)
        if depth == 0 { output.put(#" xmlns="http://hl7.org/fhir""#) }
        try content(name, elements, type: fact.number, depth: depth)
    }

    /// Writes an object of a data type or of an element with children.
    private mutating func object(
        _ index: Int, _ name: Name, type: UInt16, depth: Int
    ) throws(FHIRXMLError) {
        guard tape[index].isObject else { throw shapeFault(index, "an object") }
        let elements = try collect(index, type: type, depth: depth, isResource: false)
        guard elements != 0 else {
            throw fault(.structure, index, "The object is empty. Leave out what has no content.")
        }
        open(name, depth: depth)
        try content(name, elements, type: type, depth: depth)
    }

    /// Puts the members of an object into the slots of a depth: a bit for the position of each element that is there.
    mutating func collect(
        _ index: Int, type: UInt16, depth: Int, isResource: Bool
    ) throws(FHIRXMLError) -> UInt64 {
        guard depth <= Self.maximumDepth else {
            throw fault(
                .tooCostly, index, "Objects are nested deeper than the \(Self.maximumDepth) elements that are accepted."
            )
        }
        let record = facts.types.base[Int(type)]
        let slots = slots + 64 * depth
        var found: UInt64 = 0
        var key = index + 1
        let end = Int(tape[index].next)
        while key < end {
            let value = key + 1
            guard let (slot, isCompanion) = lookup(key, record) else {
                guard isResource, isNamed(key, "resourceType") else {
                    throw fault(.structure, key, "\(quoted(key)) is unknown here.")
                }
                key = Int(tape[value].next)
                continue
            }
            let position = Int(slot.number)
            let bit = UInt64(1) << UInt64(position)
            if found & bit == 0 {
                found |= bit
                slots[position] = Slot(key: Int32(key), value: -1, companion: -1, ordinal: slot.ordinal)
            } else if slots[position].ordinal != slot.ordinal {
                throw fault(.structure, key, "\(quoted(key)) is a second choice of one element. Keep one of them.")
            }
            if isCompanion {
                slots[position].companion = Int32(value)
            } else {
                slots[position].value = Int32(value)
            }
            key = Int(tape[value].next)
        }
        return found
    }

    /// Writes attributes, children and end tag of the object in the slots, behind the name in its start tag.
    mutating func content(
        _ name: Name, _ elements: UInt64, type: UInt16, depth: Int
    ) throws(FHIRXMLError) {
        let first = facts.types.base[Int(type)].first_element
        var children = elements
        var rest = elements
        while rest != 0 {
            let position = rest.trailingZeroBitCount
            rest &= rest - 1
            guard facts.elements.base[Int(first) + position].flags & 8 != 0 else { continue }
            children &= ~(1 << UInt64(position))
            try attribute(slots[64 * depth + position])
        }
        if children == 0 {
            output.put("/>")
            return
        }
        output.put(UInt8(ascii: ">"))
        while children != 0 {
            let position = children.trailingZeroBitCount
            children &= children - 1
            try member(slots[64 * depth + position], element: Int(first) + position, depth: depth + 1)
        }
        close(name, depth: depth)
    }

    /// Writes `id` of an element or `url` of an extension.
    mutating func attribute(_ slot: Slot) throws(FHIRXMLError) {
        let key = Int(slot.key)
        guard slot.companion < 0 else {
            throw fault(
                .structure, Int(slot.companion), "XML writes this as an attribute, which has no id and no extensions.")
        }
        guard tape[Int(slot.value)].isString else { throw shapeFault(Int(slot.value), "a string") }
        output.put(UInt8(ascii: " "))
        output.put(keyText(key))
        try attributeValue(Int(slot.value))
    }

    /// Writes a member: an element, or one for each value of a list.
    private mutating func member(_ slot: Slot, element: Int, depth: Int) throws(FHIRXMLError) {
        let record = facts.elements.base[element]
        let type = facts.references.base[Int(record.first_reference) + Int(slot.ordinal)].type
        let primitive = facts.types.base[Int(type)].primitive
        let name = record.flags & 1 == 0 ? facts.text(record.name) : keyText(Int(slot.key))
        if record.maximum > 1 {
            if primitive != 0 {
                return try primitives(slot, name, type: type, kind: primitive, depth: depth)
            }
            try noCompanion(slot)
            let list = try elements(of: slot.value)
            var index = list.lowerBound
            while index < list.upperBound {
                try value(index, name, type: type, depth: depth)
                index = Int(tape[index].next)
            }
        } else if primitive != 0 {
            try self.primitive(
                Int(slot.value), companion: Int(slot.companion), name, type: type, kind: primitive, depth: depth)
        } else {
            try noCompanion(slot)
            try value(Int(slot.value), name, type: type, depth: depth)
        }
    }

    private mutating func value(_ index: Int, _ name: Name, type: UInt16, depth: Int) throws(FHIRXMLError) {
        guard type == resourceNumber else { return try object(index, name, type: type, depth: depth) }
        open(name, depth: depth)
        output.put(UInt8(ascii: ">"))
        try resource(index, depth: depth + 1)
        close(name, depth: depth)
    }

    private func noCompanion(_ slot: Slot) throws(FHIRXMLError) {
        guard slot.companion >= 0 else { return }
        throw fault(
            .structure, Int(slot.companion),
            "Only primitive elements have a member whose name begins with an underscore. Put what it holds into the object itself."
        )
    }

    /// The tape indices of an array's elements, of which there is at least one.
    func elements(of index: Int32) throws(FHIRXMLError) -> Range<Int> {
        let array = tape[Int(index)]
        guard array.isContainer, !array.isObject else {
            throw shapeFault(Int(index), "an array")
        }
        guard Int(array.next) > Int(index) + 1 else {
            throw fault(.structure, Int(index), "The array is empty. Leave out what has no content.")
        }
        return Int(index) + 1..<Int(array.next)
    }

    // MARK: Tags

    /// Writes the beginning of a start tag.
    @inline(__always)
    mutating func open(_ name: Name, depth: Int) {
        if isPretty { newLine(depth) }
        output.reserve(name.count + 16)
        output.put(UInt8(ascii: "<"))
        output.put(name)
    }

    @inline(__always)
    mutating func close(_ name: Name, depth: Int) {
        if isPretty { newLine(depth) }
        output.reserve(name.count + 3)
        output.put("</")
        output.put(name)
        output.put(UInt8(ascii: ">"))
    }

    /// The name that a key gives, without the underscore of a companion.
    @inline(__always)
    private mutating func keyText(_ key: Int) -> Name {
        let entry = tape[key]
        guard !entry.hasEscapes else { return resolvedText(key) }
        let name = UnsafeBufferPointer(rebasing: text[entry.content])
        return name.first == UInt8(ascii: "_") ? UnsafeBufferPointer(rebasing: name[1...]) : name
    }

    private mutating func resolvedText(_ key: Int) -> Name {
        let name = withText(key) { name in
            let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(name.count, 1))
            _ = copy.initialize(from: name.first == UInt8(ascii: "_") ? name.dropFirst() : name[...])
            return UnsafeMutableBufferPointer(
                rebasing: copy[..<(name.count - (name.first == UInt8(ascii: "_") ? 1 : 0))])
        }
        resolved.append(name)
        return Name(name)
    }

    func slot(_ position: Int, depth: Int) -> Slot { slots[64 * depth + position] }

    /// Puts the next element or narrative on a line of its own.
    mutating func indent(_ depth: Int) { newLine(depth) }

    private mutating func newLine(_ depth: Int) {
        output.put(UInt8(ascii: "\n"))
        for _ in 0..<depth { output.put("  ") }
    }
}
