import FHIR

/// Which resources an export tells, by what they hold.
struct ExportSelection: Sendable {
    let request: ExportRequest
    let membership: CompartmentMembership
    /// nil for all patients.
    let patients: Set<String>?

    /// Whether no resource of a type is left out.
    func isWhole(_ type: ResourceType) -> Bool { request.isWhole(type, membership) }

    func holds(_ type: ResourceType, id: String, _ content: [UInt8]) -> Bool {
        if isWhole(type) { return true }
        // The record holds nothing that is no JSON.
        guard let owners = try? membership.owners(of: content, type: type, id: id) else { return false }
        guard let patients else { return !owners.isEmpty }
        return !owners.isDisjoint(with: patients)
    }
}
