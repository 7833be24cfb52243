import CFacts

/// What R4 says about a type. A view of the table: copying it costs nothing.
public struct TypeFact: Hashable, Sendable {
    /// The type's place in the table. Stable for R4 4.0.1; concrete resources stand at their code - 1.
    public let number: UInt16

    public enum Kind: UInt8, Sendable {
        case resource
        case complex
        case primitive
        /// The anonymous type of an element with children, named by its path: `Patient.contact`.
        case backbone
    }

    @inline(__always)
    var record: mediconnect_fact_type { R4.table.facts.types[Int(number)] }

    /// `Patient`, `HumanName`, `dateTime`, `Patient.contact`.
    public var name: String { R4.table.facts.string(record.name) }

    public var kind: Kind { Kind(rawValue: record.kind) ?? .complex }

    /// `Resource`, `DomainResource`, `Element` and `BackboneElement`.
    public var isAbstract: Bool { record.abstract != 0 }

    /// The type it specialises: `DomainResource` of `Patient`, `Quantity` of `Age`, `BackboneElement` of `Patient.contact`.
    public var base: TypeFact? {
        let base = record.base
        return base == FactTable.none ? nil : TypeFact(number: base)
    }

    /// Which primitive it is; nil for all other types.
    public var primitive: PrimitiveKind? { PrimitiveKind(rawValue: record.primitive) }

    /// The concrete resource type that it is.
    public var resourceType: ResourceType? {
        Int(number) < R4.table.resourceNames.count ? ResourceType(known: Int16(number) + 1) : nil
    }

    /// Its elements in R4's order, inherited ones included. A primitive has `id` and `extension`.
    public var elements: Elements {
        let record = record
        return Elements(first: Int(record.first_element), count: Int(record.element_count))
    }

    /// The rules on the type itself.
    public var invariants: [InvariantFact] { InvariantFact.list(record.invariants) }

    /// Bit n is set when the element at position n must be there. No type of R4 has more than 64 elements.
    var required: UInt64 { record.required }

    /// An element by its name without `[x]`: `value` of `Observation`.
    public func element(_ name: String) -> ElementFact? {
        elements.first { name.utf8.elementsEqual($0.nameUTF8) }
    }

    /// The element and the type that a JSON key stands for: `valueQuantity` is `value[x]` with type `Quantity`.
    /// The key of a primitive's companion (`_birthDate`) is asked for without its underscore. Allocates nothing.
    @inline(__always)
    public func key(_ key: UnsafeBufferPointer<UInt8>) -> ElementKey? {
        let facts = R4.table.facts
        let record = facts.types[Int(number)]
        guard let slot = facts.slot(named: key, first: record.first_slot, mask: record.slot_mask) else { return nil }
        let element = record.first_element + UInt32(slot.number)
        return ElementKey(
            element: ElementFact(number: UInt16(truncatingIfNeeded: element)),
            reference: TypeReference(
                number: facts.elements[Int(element)].first_reference + UInt32(slot.ordinal)))
    }

    public func key(_ key: String) -> ElementKey? {
        key.withUTF8Buffer { self.key($0) }
    }

    /// Whether it is that type or a specialisation of it.
    public func isKind(of other: TypeFact) -> Bool {
        var type: TypeFact? = self
        while let current = type {
            if current == other { return true }
            type = current.base
        }
        return false
    }

    /// The elements of a type, in order.
    public struct Elements: RandomAccessCollection, Sendable {
        let first: Int
        public let count: Int

        public var startIndex: Int { 0 }
        public var endIndex: Int { count }
        public subscript(_ position: Int) -> ElementFact { ElementFact(number: UInt16(first + position)) }
    }
}

/// What a JSON key of a type stands for.
public struct ElementKey: Hashable, Sendable {
    public let element: ElementFact
    /// The one of the element's types that the key chooses.
    public let reference: TypeReference

    public var type: TypeFact { reference.type }
}

extension TypeFact: CustomStringConvertible {
    public var description: String { name }
}
