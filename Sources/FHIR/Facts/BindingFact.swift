import CFacts

/// To which codes an element is bound, and how strongly.
public struct BindingFact: Hashable, Sendable {
    let number: UInt16

    public enum Strength: UInt16, Sendable {
        case required, extensible, preferred, example
    }

    public var strength: Strength {
        Strength(rawValue: R4.table.facts.bindings[Int(number)].strength) ?? .example
    }

    public var valueSet: ValueSetFact { ValueSetFact(number: R4.table.facts.bindings[Int(number)].value_set) }
}

/// A value set that elements are bound to. Its codes are held where the binding is required and they can be listed.
public struct ValueSetFact: Hashable, Sendable {
    let number: UInt16

    @inline(__always)
    var record: mediconnect_fact_value_set { R4.table.facts.valueSets[Int(number)] }

    /// The canonical url without its version.
    public var url: String { R4.table.facts.string(record.url) }

    /// The version that the binding asks for.
    public var version: String? {
        let version = record.version
        return version == 0 ? nil : R4.table.facts.string(version)
    }

    /// Whether `codes` is the whole of it. Not so for media types, UCUM, value sets outside the package, and value sets
    /// of bindings that are not required.
    public var isEnumerated: Bool { record.kind == 0 }

    /// The codes in the order of the expansion; empty if it is not enumerated.
    public var codes: [CodeFact] {
        let record = record
        return (0..<record.code_count).map { CodeFact(number: record.first_code + $0) }
    }

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

/// A code of a value set, with its system.
public struct CodeFact: Hashable, Sendable {
    let number: UInt32

    public var code: String { R4.table.facts.string(R4.table.facts.codes[Int(number)].code) }
    public var system: String { R4.table.facts.string(R4.table.facts.codes[Int(number)].system) }
}
