/// The facts about FHIR R4 4.0.1: types and their elements, bindings with their codes, invariants, search parameters and
/// compartments. They are part of the binary; see `Tools/facts`.
///
/// ```swift
/// R4.table.type("Patient")?.element("birthDate")?.types.first?.type.name   // "date"
/// R4.table.searchParameter(.observation, "code")?.expression              // "Observation.code"
/// ```
public final class R4: Sendable {
    public static let table = R4()

    let facts = FactTable()
    /// The names of the concrete resource types, by code - 1. Kept, because they are asked for with every resource.
    let resourceNames: [String]

    private init() {
        let facts = self.facts
        resourceNames = (0..<facts.typeSearch.count).map { facts.string(facts.types[$0].name) }
    }

    /// A resource type (`Patient`), a data type (`HumanName`), a primitive (`dateTime`), or the anonymous type of an
    /// element that has children (`Patient.contact`).
    public func type(_ name: String) -> TypeFact? {
        name.withUTF8Buffer { type(utf8: $0) }
    }

    /// The same, by the bytes of the name.
    public func type(utf8 name: UnsafeBufferPointer<UInt8>) -> TypeFact? {
        facts.number(of: name, in: 0).map { TypeFact(number: $0) }
    }

    /// The facts of a resource type.
    public func type(_ resource: ResourceType) -> TypeFact {
        TypeFact(number: UInt16(resource.code - 1))
    }

    /// All types: the concrete resources by name, the abstract types, data types, primitives, then the anonymous types.
    public var types: [TypeFact] {
        (0..<facts.types.count).map { TypeFact(number: UInt16($0)) }
    }
}
