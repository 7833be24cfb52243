import CFacts

/// What R4 says about an element of a type. A view of the table: copying it costs nothing.
public struct ElementFact: Hashable, Sendable {
    /// The element's place in the table. For a choice it is also what its keys have in common (`valueQuantity` and
    /// `valueString` are one element).
    public let number: UInt16

    @inline(__always)
    var record: mediconnect_fact_element { R4.table.facts.elements[Int(number)] }

    /// The name without `[x]`, which is also the name in XML of all but choices: `birthDate`, `value`.
    public var name: String { R4.table.facts.string(record.name) }

    var nameUTF8: UnsafeBufferPointer<UInt8> { R4.table.facts.text(record.name) }

    /// `Patient.contact.name`, `Observation.value[x]`.
    public var path: String { "\(owner.name).\(name)\(isChoice ? "[x]" : "")" }

    /// The type that it is an element of.
    public var owner: TypeFact { TypeFact(number: record.owner) }

    /// Its place among its owner's elements.
    public var position: Int { Int(record.position) }

    public var minimum: Int { Int(record.minimum) }

    /// `Int.max` when there is no limit.
    public var maximum: Int { record.maximum == 0xFFFF ? .max : Int(record.maximum) }

    /// Whether JSON writes it as an array.
    public var isList: Bool { record.maximum > 1 }

    /// Whether it is a choice of types, `value[x]`.
    public var isChoice: Bool { record.flags & 1 != 0 }
    public var isSummary: Bool { record.flags & 2 != 0 }
    public var isModifier: Bool { record.flags & 4 != 0 }
    /// Whether XML writes it as an attribute (`id` of elements, `url` of extensions).
    public var isXMLAttribute: Bool { record.flags & 8 != 0 }
    /// Whether its type is that of another element, as `Questionnaire.item.item` has that of `Questionnaire.item`.
    public var isContentReference: Bool { record.flags & 16 != 0 }

    /// The types it may have: one, or for a choice several, in R4's order.
    public var types: Types {
        let record = record
        return Types(first: record.first_reference, count: Int(record.reference_count))
    }

    public var binding: BindingFact? {
        let number = record.binding
        return number == FactTable.none ? nil : BindingFact(number: number)
    }

    /// The rules on the element, beside those of its type.
    public var invariants: [InvariantFact] { InvariantFact.list(record.invariants) }

    /// The resource types that a Reference or canonical in this element may point at; empty where any may be.
    public var referenceTargets: [ResourceType] {
        types.lazy.map(\.targets).first { !$0.isEmpty } ?? []
    }

    /// The JSON keys that it may stand under: its name, or for a choice its name with each type.
    public var keys: [String] {
        isChoice ? types.map { key(for: $0) } : [name]
    }

    /// The JSON key (and XML name) of a choice with one of its types: `valueQuantity`.
    public func key(for type: TypeReference) -> String {
        guard isChoice else { return name }
        let typeName = type.type.name
        return name + typeName.prefix(1).uppercased() + typeName.dropFirst()
    }

    /// The types of an element, in order.
    public struct Types: RandomAccessCollection, Sendable {
        let first: UInt32
        public let count: Int

        public var startIndex: Int { 0 }
        public var endIndex: Int { count }
        public subscript(_ position: Int) -> TypeReference { TypeReference(number: first + UInt32(position)) }
    }
}

/// One of the types that an element may have.
public struct TypeReference: Hashable, Sendable {
    let number: UInt32

    @inline(__always)
    var record: mediconnect_fact_reference { R4.table.facts.references[Int(number)] }

    @inline(__always)
    public var type: TypeFact { TypeFact(number: record.type) }

    /// The profile that the type must satisfy, `…/SimpleQuantity`.
    public var profile: String? {
        let profile = record.profile
        return profile == 0 ? nil : R4.table.facts.string(profile)
    }

    /// The resource types that a Reference or canonical may point at; empty where any may be.
    public var targets: [ResourceType] {
        R4.table.facts.list(record.targets).compactMap { TypeFact(number: $0).resourceType }
    }
}

extension ElementFact: CustomStringConvertible {
    public var description: String { path }
}
