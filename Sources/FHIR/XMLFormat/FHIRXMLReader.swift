import CFacts
import XML

/// Goes through the rows of an XML document beside the table of facts and writes JSON as it goes: XML has its elements
/// in R4's order, so each object's members come out in that order, too.
///
/// What is wrong is noted and passed over, so that one reading finds all of it; nothing is answered then. Nesting is
/// bounded by ``maximumDepth``.
struct FHIRXMLReader: ~Copyable {
    let rows: XMLRows
    let names: XMLNames
    let facts = R4.table.facts
    let resourceNumber = R4.table.type("Resource")?.number ?? FactTable.none
    /// The numbers of the namespaces in this document; -2 where it does not have one.
    let fhir: Int32
    let xhtml: Int32
    let schemaInstance: Int32
    var output: ByteOutput
    var faults: [FHIRXMLError.Fault] = []
    var unlisted = 0

    /// Objects and arrays within each other: what ``JSONDocument/parse(_:limits:)`` reads by default.
    static let maximumDepth = JSONLimits.default.maximumDepth

    init(_ rows: XMLRows) {
        self.rows = rows
        names = XMLNames(rows.strings)
        func number(_ namespace: String) -> Int32 { Int32(rows.strings.firstIndex(of: namespace) ?? -2) }
        fhir = number(FHIRXML.namespace)
        xhtml = number(FHIRXML.narrativeNamespace)
        schemaInstance = number("http://www.w3.org/2001/XMLSchema-instance")
        output = ByteOutput(capacity: rows.source.count / 2 + 64)
    }

    mutating func read() throws(FHIRXMLError) -> [UInt8] {
        resource(0, depth: 1)
        guard faults.isEmpty else { throw FHIRXMLError(faults, unlisted: unlisted) }
        return output.bytes
    }

    // MARK: Objects

    /// Writes the resource that an element is.
    mutating func resource(_ row: Int, depth: Int) {
        let node = rows.nodes[row]
        guard node.namespace == fhir else { return reportNamespace(row, expected: FHIRXML.namespace) }
        let name = names[node.name]
        guard let type = ResourceType(utf8: name) else {
            return report(
                .structure, row,
                "\(quoted(name)) is not a resource type of R4. The element of a resource has the type's name.")
        }
        object(row, type: UInt16(type.code - 1), of: .resource, depth: depth)
    }

    /// What an object is made of.
    enum Source {
        /// A resource's element: `resourceType` comes first.
        case resource
        /// An element with children.
        case element
        /// A primitive's element, whose `value` stands elsewhere.
        case companion
    }

    /// Writes an element's attributes and children as a JSON object.
    mutating func object(_ row: Int, type: UInt16, of source: Source, depth: Int) {
        guard depth <= Self.maximumDepth else {
            return report(
                .tooCostly, row, "Elements are nested deeper than the \(Self.maximumDepth) levels that are accepted.")
        }
        let node = rows.nodes[row]
        let record = facts.types.base[Int(type)]
        output.put(UInt8(ascii: "{"))
        let start = output.count
        if case .resource = source {
            output.put("\"resourceType\":\"")
            output.put(names[node.name])
            output.put(UInt8(ascii: "\""))
        }
        let faultsBefore = faults.count + unlisted
        var pending = attributes(row, record, source)
        var last = -1
        var child = Int(node.firstChild)
        while child >= 0 {
            let current = rows.nodes[child]
            guard current.name >= 0 else {
                checkBlank(child)
                child = Int(current.next)
                continue
            }
            guard let member = member(child, record), isInOrder(member, after: last) else {
                child = Int(current.next)
                continue
            }
            last = member.position
            if pending != 0 { putAttributes(&pending, below: last, row, record, since: start) }
            child = put(member, since: start, depth: depth)
        }
        putAttributes(&pending, below: 64, row, record, since: start)
        if output.count == start, faults.count + unlisted == faultsBefore { reportEmpty(row) }
        output.put(UInt8(ascii: "}"))
    }

    /// An element of a type, and what R4 says about it.
    struct Member {
        let row: Int
        let position: Int
        let element: mediconnect_fact_element
        /// The number of the type that its name chooses.
        let type: UInt16

        var isList: Bool { element.maximum > 1 }
    }

    /// What a child element stands for; nil, and a fault, if it stands for nothing.
    private mutating func member(_ row: Int, _ record: mediconnect_fact_type) -> Member? {
        let node = rows.nodes[row]
        guard let slot = lookup(node.name, record) else {
            if node.namespace != fhir {
                reportNamespace(row, expected: FHIRXML.namespace)
            } else {
                report(.structure, row, "The element \(quoted(names[node.name])) is unknown here.")
            }
            return nil
        }
        let element = facts.elements.base[Int(record.first_element) + Int(slot.number)]
        let type = facts.references.base[Int(element.first_reference) + Int(slot.ordinal)].type
        let isNarrative = facts.types.base[Int(type)].primitive == PrimitiveKind.xhtml.rawValue
        guard node.namespace == (isNarrative ? xhtml : fhir) else {
            reportNamespace(row, expected: isNarrative ? FHIRXML.narrativeNamespace : FHIRXML.namespace)
            return nil
        }
        guard element.flags & 8 == 0 else {
            report(
                .structure, row, "\(quoted(names[node.name])) is written as an attribute in XML, not as an element.")
            return nil
        }
        return Member(row: row, position: Int(slot.number), element: element, type: type)
    }

    private mutating func isInOrder(_ member: Member, after last: Int) -> Bool {
        if member.position > last { return true }
        let name = quoted(names[rows.nodes[member.row].name])
        if member.element.flags & 1 != 0 && member.position == last {
            report(.structure, member.row, "\(name) is a second choice of one element. Keep one of them.")
        } else if member.position == last {
            report(.structure, member.row, "\(name) is separated from the others of its name. Put them together.")
        } else {
            report(
                .structure, member.row,
                "\(name) is out of order: in XML, elements stand in the order of R4's definition, and this one belongs further up."
            )
        }
        return false
    }

    /// Writes a member with all that repeats it; the row behind the last of them.
    private mutating func put(_ member: Member, since start: Int, depth: Int) -> Int {
        let (count, after) = run(from: member.row)
        if count > Int(member.element.maximum) && member.element.maximum != 0xFFFF {
            reportRepeated(member, count: count)
            return after
        }
        if facts.types.base[Int(member.type)].primitive != 0 {
            putPrimitives(member, count: count, since: start, depth: depth)
            return after
        }
        putKey(names[rows.nodes[member.row].name], since: start)
        if !member.isList {
            value(member.row, type: member.type, depth: depth + 1)
            return after
        }
        output.put(UInt8(ascii: "["))
        var row = member.row
        for position in 0..<count {
            if position > 0 {
                output.put(UInt8(ascii: ","))
                row = following(row)
            }
            value(row, type: member.type, depth: depth + 2)
        }
        output.put(UInt8(ascii: "]"))
        return after
    }

    private mutating func value(_ row: Int, type: UInt16, depth: Int) {
        if type == resourceNumber {
            container(row, depth: depth)
        } else {
            object(row, type: type, of: .element, depth: depth)
        }
    }

    /// Writes the one resource that `contained`, `Bundle.entry.resource` and the like hold.
    private mutating func container(_ row: Int, depth: Int) {
        let node = rows.nodes[row]
        for attribute in node.attributes { reportAttribute(Int(attribute), of: row) }
        var found = -1
        var child = Int(node.firstChild)
        while child >= 0 {
            let current = rows.nodes[child]
            if current.name < 0 {
                checkBlank(child)
            } else if found >= 0 {
                report(.structure, child, "\(quoted(names[node.name])) holds more than one resource.")
            } else {
                found = child
                resource(child, depth: depth)
            }
            child = Int(current.next)
        }
        if found < 0 { reportEmpty(row) }
    }

    // MARK: Rows

    /// How many elements of the same name follow each other, and the row behind the last.
    private mutating func run(from first: Int) -> (count: Int, after: Int) {
        let name = rows.nodes[first].name
        let namespace = rows.nodes[first].namespace
        var count = 1
        var after = Int(rows.nodes[first].next)
        var row = after
        while row >= 0 {
            let node = rows.nodes[row]
            if node.name >= 0 {
                guard node.name == name, node.namespace == namespace else { break }
                count += 1
                // What stands behind the last of them is its parent's to look at.
                for text in after..<row where rows.nodes[text].name < 0 && rows.nodes[text].parent == node.parent {
                    checkBlank(text)
                }
                after = Int(node.next)
            }
            row = Int(node.next)
        }
        return (count, after)
    }

    /// The next element after one that is not the last of its run.
    func following(_ row: Int) -> Int {
        var next = Int(rows.nodes[row].next)
        while next >= 0, rows.nodes[next].name < 0 { next = Int(rows.nodes[next].next) }
        return next
    }

    func isBlank(_ text: Range<Int32>) -> Bool {
        for index in Int(text.lowerBound)..<Int(text.upperBound) where !XMLBytes.isBlank(rows.content[index]) {
            return false
        }
        return true
    }

    @inline(__always)
    func lookup(_ name: Int32, _ record: mediconnect_fact_type) -> mediconnect_fact_slot? {
        facts.slot(named: names[name], first: record.first_slot, mask: record.slot_mask)
    }

    /// Writes a member's name, and the comma before it if it is not the first since `start`.
    mutating func putKey(_ name: UnsafeBufferPointer<UInt8>, isCompanion: Bool = false, since start: Int) {
        output.reserve(name.count + 8)
        if output.count > start { output.put(UInt8(ascii: ",")) }
        if isCompanion { output.put("\"_") } else { output.put(UInt8(ascii: "\"")) }
        output.put(name)
        output.put("\":")
    }
}

/// The names of a document as UTF-8, by their numbers.
struct XMLNames: ~Copyable {
    private let bytes: UnsafeMutableBufferPointer<UInt8>
    private let starts: [Int]

    init(_ strings: [String]) {
        var starts = [0]
        starts.reserveCapacity(strings.count + 1)
        for string in strings { starts.append(starts[starts.count - 1] + string.utf8.count) }
        bytes = .allocate(capacity: max(starts[strings.count], 1))
        _ = bytes.initialize(from: strings.lazy.flatMap(\.utf8))
        self.starts = starts
    }

    deinit { bytes.deallocate() }

    @inline(__always)
    subscript(_ number: Int32) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(rebasing: bytes[starts[Int(number)]..<starts[Int(number) + 1]])
    }
}
