import FHIR
import Store

/// Where a search looks (R4 §3.1.0.9).
public enum SearchScope: Sendable, Hashable {
    case type(ResourceType)
    /// The whole record; `_type` narrows it.
    case system
    /// What belongs to a patient, an encounter and so on (R4 compartmentdefinition.html); of one type, or of all where
    /// it is nil (`Patient/1/*`).
    case compartment(Compartment, id: String, ResourceType?)

    /// The types that the parameters are about; empty: all, until `_type` narrows them.
    var types: [ResourceType] {
        switch self {
        case .type(let type), .compartment(_, _, let type?): [type]
        case .system: []
        case .compartment(let compartment, _, nil):
            ResourceType.all.filter { R4.table.compartment(compartment, mayContain: $0) }
        }
    }

    /// What the audit and access call a search here.
    public var interaction: AuditInteraction { type == nil ? .searchSystem : .searchType }

    /// The one type that is searched.
    public var type: ResourceType? {
        switch self {
        case .type(let type): type
        case .system: nil
        case .compartment(_, _, let type): type
        }
    }

    /// What stands between the base and the question mark in a URL: `Patient/1/Observation`; empty for the system.
    public var path: String {
        switch self {
        case .type(let type): type.name
        case .system: ""
        case .compartment(let compartment, let id, let type):
            "\(compartment.resourceType)/\(id)/\(type?.name ?? "*")"
        }
    }
}
