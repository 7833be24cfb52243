/// R4's compartments: what belongs to a patient, an encounter and so on (CompartmentDefinition).
public enum Compartment: Int, Sendable, CaseIterable {
    // The order of the table.
    case patient, encounter, relatedPerson, practitioner, device

    /// The type whose instances have such a compartment.
    public var resourceType: ResourceType {
        switch self {
        case .patient: .patient
        case .encounter: .encounter
        case .relatedPerson: .relatedPerson
        case .practitioner: .practitioner
        case .device: .device
        }
    }

    /// The compartment that instances of a type have.
    public init?(_ type: ResourceType) {
        guard let found = Self.allCases.first(where: { $0.resourceType == type }) else { return nil }
        self = found
    }
}

extension R4 {
    /// The search parameters by which a resource of a type belongs to a compartment; empty if it never does by a
    /// reference (an instance of the compartment's own type always belongs to its own).
    public func compartmentParameters(_ compartment: Compartment, for type: ResourceType) -> [SearchParameterFact] {
        let all = searchParameters
        return compartmentList(compartment, type).compactMap { $0 == FactTable.none ? nil : all[Int($0)] }
    }

    /// Whether resources of a type can belong to a compartment.
    public func compartment(_ compartment: Compartment, mayContain type: ResourceType) -> Bool {
        !compartmentList(compartment, type).isEmpty
    }

    private func compartmentList(_ compartment: Compartment, _ type: ResourceType) -> UnsafeBufferPointer<UInt16> {
        facts.list(facts.compartments[compartment.rawValue * resourceNames.count + Int(type.code) - 1])
    }
}
