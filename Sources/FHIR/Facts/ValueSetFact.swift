import CFacts

/// One of R4's value sets. A view of the table: copying it costs nothing.
public struct ValueSetFact: Hashable, Sendable {
    let number: UInt16

    @inline(__always)
    var record: mediconnect_fact_value_set { R4.table.facts.valueSets[Int(number)] }

    /// The canonical url without its version.
    public var url: String { R4.table.facts.string(record.url) }

    /// The version that a binding asks for.
    public var version: String? {
        let version = record.version
        return version == 0 ? nil : R4.table.facts.string(version)
    }

    /// Whether `codes` is the whole of it. Not so for media types, UCUM, and what takes codes from SNOMED CT, LOINC and
    /// other systems outside R4 without naming them.
    public var isEnumerated: Bool { record.kind == 0 }

    /// The codes, without those that only group others; empty if it is not enumerated.
    public var codes: [CodeFact] { CodeFact.all(of: record) }

    /// Whether a code is in it, of any system or of the one given. Allocates nothing. False if it is not enumerated.
    public func contains(_ code: UnsafeBufferPointer<UInt8>, system: UnsafeBufferPointer<UInt8>? = nil) -> Bool {
        let facts = R4.table.facts
        let record = record
        guard let system else {
            return facts.slot(named: code, first: record.first_slot, mask: record.slot_mask) != nil
        }
        return facts.slots(named: code, first: record.first_slot, mask: record.slot_mask) { slot in
            let number = Int(record.first_code) + Int(slot.number)
            return FactHash.equal(facts.text(facts.codes[number].system), system)
        }
    }

    public func contains(_ code: String, system: String? = nil) -> Bool {
        code.withUTF8Buffer { code in
            guard let system else { return contains(code) }
            return system.withUTF8Buffer { contains(code, system: $0) }
        }
    }
}

/// A code of a value set or code system, with its system.
public struct CodeFact: Hashable, Sendable {
    let number: UInt32

    public var code: String { R4.table.facts.string(R4.table.facts.codes[Int(number)].code) }
    public var system: String { R4.table.facts.string(R4.table.facts.codes[Int(number)].system) }

    static func all(of record: mediconnect_fact_value_set) -> [CodeFact] {
        (0..<record.code_count).map { CodeFact(number: record.first_code + $0) }
    }
}

extension R4 {
    /// A value set by its canonical url, with or without a version behind `|`; nil if the table does not have it. Those
    /// that no element is bound to are there if they can be enumerated.
    public func valueSet(_ url: String) -> ValueSetFact? {
        url.withUTF8Buffer { url in
            let end = url.firstIndex(of: UInt8(ascii: "|")) ?? url.count
            return facts.number(of: UnsafeBufferPointer(rebasing: url[..<end]), in: 1).map { ValueSetFact(number: $0) }
        }
    }
}
