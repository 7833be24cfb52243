import CFacts

/// The sections of `facts.bin`, read in place: nothing is decoded or copied, so the table is ready as soon as its
/// header has been looked at, and only the pages that are used become resident.
struct FactTable: Sendable {
    let types: FactSection<mediconnect_fact_type>
    let elements: FactSection<mediconnect_fact_element>
    let references: FactSection<mediconnect_fact_reference>
    let valueSets: FactSection<mediconnect_fact_value_set>
    let bindings: FactSection<mediconnect_fact_binding>
    let codes: FactSection<mediconnect_fact_code>
    let invariants: FactSection<mediconnect_fact_invariant>
    let slots: FactSection<mediconnect_fact_slot>
    let searchParameters: FactSection<mediconnect_fact_search_parameter>
    let components: FactSection<mediconnect_fact_component>
    let typeSearch: FactSection<mediconnect_fact_type_search>
    /// Five compartments times the concrete resource types; each a list.
    let compartments: FactSection<UInt32>
    /// Of types, of value sets by url, of code systems by url.
    let names: FactSection<mediconnect_fact_name_table>
    let codeSystems: FactSection<mediconnect_fact_value_set>
    let lists: FactSection<UInt16>
    let strings: FactSection<UInt8>

    static let none: UInt16 = 0xFFFF

    init() {
        var count = 0
        let bytes = UnsafeRawPointer(mediconnect_facts(&count)!)
        // A table of another layout is a defect of the build, not of any input.
        precondition(
            count > 144 && UnsafeRawBufferPointer(start: bytes, count: 8).elementsEqual("MCFACTS1".utf8)
                && bytes.load(fromByteOffset: 8, as: UInt32.self) == count
                && bytes.load(fromByteOffset: 12, as: UInt32.self) == 16,
            "facts.bin does not have the layout this program was built for; write it again with Tools/facts")
        var next = 0
        func section<Record>(_ record: Record.Type = Record.self) -> FactSection<Record> {
            let directory = bytes + 16 + 8 * next
            next += 1
            let count = Int(directory.load(fromByteOffset: 4, as: UInt32.self))
            let start = bytes + Int(directory.load(as: UInt32.self))
            return FactSection(base: start.bindMemory(to: Record.self, capacity: count), count: count)
        }
        types = section()
        elements = section()
        references = section()
        valueSets = section()
        bindings = section()
        codes = section()
        invariants = section()
        slots = section()
        searchParameters = section()
        components = section()
        typeSearch = section()
        compartments = section()
        names = section()
        codeSystems = section()
        lists = section()
        strings = section()
    }

    /// The UTF-8 bytes of a string of the pool.
    @inline(__always)
    func text(_ offset: UInt32) -> UnsafeBufferPointer<UInt8> {
        let start = strings.base + Int(offset)
        let count = Int(start[0]) | Int(start[1]) << 8
        return UnsafeBufferPointer(start: start + 2, count: count)
    }

    func string(_ offset: UInt32) -> String {
        String(decoding: text(offset), as: UTF8.self)
    }

    /// The numbers of a list of the pool.
    @inline(__always)
    func list(_ offset: UInt32) -> UnsafeBufferPointer<UInt16> {
        let start = lists.base + Int(offset)
        return UnsafeBufferPointer(start: start + 1, count: Int(start[0]))
    }

    /// The slot that carries a name in one of the open-addressing tables.
    @inline(__always)
    func slot(
        named name: UnsafeBufferPointer<UInt8>, first: UInt32, mask: UInt32
    ) -> mediconnect_fact_slot? {
        let hash = FactHash.of(name)
        let tag = UInt8(truncatingIfNeeded: hash >> 24)
        var place = hash & mask
        while true {
            let slot = slots[Int(first &+ place)]
            if slot.name == 0 { return nil }
            if slot.tag == tag && FactHash.equal(text(slot.name), name) { return slot }
            place = (place &+ 1) & mask
        }
    }

    /// The number that a name has in one of the tables of names.
    @inline(__always)
    func number(of name: UnsafeBufferPointer<UInt8>, in table: Int) -> UInt16? {
        let names = names[table]
        return slot(named: name, first: names.first_slot, mask: names.slot_mask)?.number
    }

    /// Calls `visit` for every slot that carries a name (a code may stand in several systems), until it answers true.
    func slots(
        named name: UnsafeBufferPointer<UInt8>, first: UInt32, mask: UInt32,
        contain visit: (mediconnect_fact_slot) -> Bool
    ) -> Bool {
        var place = FactHash.of(name) & mask
        while true {
            let slot = slots[Int(first &+ place)]
            if slot.name == 0 { return false }
            if FactHash.equal(text(slot.name), name) && visit(slot) { return true }
            place = (place &+ 1) & mask
        }
    }
}

/// Records that lie one after another in the table.
struct FactSection<Record>: @unchecked Sendable {
    // Sendable although it is a pointer: it points into a constant of the binary, which nobody writes or frees.
    let base: UnsafePointer<Record>
    let count: Int

    @inline(__always)
    subscript(_ position: Int) -> Record {
        assert(position >= 0 && position < count)
        return base[position]
    }
}

/// The hash that the generator used for the name tables (FNV-1a, 32 bits).
enum FactHash {
    @inline(__always)
    static func of(_ name: UnsafeBufferPointer<UInt8>) -> UInt32 {
        var value: UInt32 = 0x811C_9DC5
        for byte in name {
            value = (value ^ UInt32(byte)) &* 0x0100_0193
        }
        return value
    }

    @inline(__always)
    static func equal(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Bool {
        if left.count != right.count { return false }
        for position in 0..<left.count where left[position] != right[position] { return false }
        return true
    }
}

extension String {
    /// The string's UTF-8 as a buffer, without a copy for native strings.
    @inline(__always)
    func withUTF8Buffer<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        var copy = self
        return copy.withUTF8(body)
    }
}
