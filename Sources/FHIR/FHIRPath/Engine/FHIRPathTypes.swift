import CFacts

/// Types of R4 that the engine speaks of by name.
enum FHIRPathTypes {
    static let resource = named("Resource")
    static let domainResource = named("DomainResource")
    static let element = named("Element")
    static let quantity = named("Quantity")
    static let reference = named("Reference")
    static let coding = named("Coding")
    static let bundle = named("Bundle")

    private static func named(_ name: String) -> TypeFact {
        // Every one of these is in R4; the table is part of the binary.
        R4.table.type(name) ?? TypeFact(number: 0)
    }

    /// FHIRPath's own types.
    enum System: UInt16, CaseIterable {
        case boolean, integer, decimal, string, date, dateTime, time, quantity, any

        var name: String {
            switch self {
            case .boolean: "Boolean"
            case .integer: "Integer"
            case .decimal: "Decimal"
            case .string: "String"
            case .date: "Date"
            case .dateTime: "DateTime"
            case .time: "Time"
            case .quantity: "Quantity"
            case .any: "Any"
            }
        }

        init?(_ kind: FHIRPathValue.Kind) {
            switch kind {
            case .boolean: self = .boolean
            case .integer: self = .integer
            case .decimal: self = .decimal
            case .string: self = .string
            case .date: self = .date
            case .dateTime: self = .dateTime
            case .time: self = .time
            case .quantity: self = .quantity
            case .node, .type: return nil
            }
        }
    }
}

/// A type as an expression names it: R4's or FHIRPath's own.
enum FHIRPathTypeTest: Sendable, Equatable {
    case fhir(TypeFact)
    case system(FHIRPathTypes.System)

    /// - Throws: ``FHIRPathError/unknownType(_:)``
    init(_ name: FHIRPathTypeName) throws(FHIRPathError) {
        if name.namespace == nil || name.namespace == "FHIR", let type = R4.table.type(name.name) {
            self = .fhir(type)
        } else if name.namespace == nil || name.namespace == "System",
            let type = FHIRPathTypes.System.allCases.first(where: { $0.name == name.name })
        {
            self = .system(type)
        } else {
            throw .unknownType([name.namespace, name.name].compactMap { $0 }.joined(separator: "."))
        }
    }

    /// Whether a value is of the type or of one that specialises it.
    func accepts(_ value: FHIRPathValue) -> Bool {
        switch self {
        case .fhir(let type):
            guard value.kind == .node else { return type == FHIRPathTypes.quantity && value.kind == .quantity }
            return value.type == type.number || Self.isKind(value.type, of: type.number)
        case .system(.any):
            return true
        case .system(let type):
            return FHIRPathTypes.System(value.kind) == type
        }
    }

    /// Whether a value is of exactly the type, or (for types with children) of one that specialises it: `code` is no
    /// `string` here.
    func acceptsExactly(_ value: FHIRPathValue) -> Bool {
        guard case .fhir(let type) = self, value.kind == .node else { return accepts(value) }
        return type.kind == .primitive ? value.type == type.number : accepts(value)
    }

    private static func isKind(_ number: UInt16, of other: UInt16) -> Bool {
        let types = R4.table.facts.types
        var current = types[Int(number)].base
        while current != FactTable.none {
            if current == other { return true }
            current = types[Int(current)].base
        }
        return false
    }
}
