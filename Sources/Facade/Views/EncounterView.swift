import Domain
import FHIR

/// Encounter ↔ `Domain.Encounter` (R4 encounter.html).
struct EncounterView {
    let node: JSONNode

    init(_ node: JSONNode) { self.node = node }

    func encounter(id: String, _ references: References) -> Encounter {
        Encounter(
            id: EncounterID(id),
            status: node.code("status", as: EncounterStatus.self) ?? .unknown,
            patient: references.id(node["subject"], of: .patient).map { PatientID($0) },
            partOf: references.id(node["partOf"], of: .encounter).map { EncounterID($0) },
            period: node["period"]?.period ?? Period(),
            stays: stays(references))
    }

    private func stays(_ references: References) -> [LocationStay] {
        node.elements("location").enumerated().map { position, entry in
            LocationStay(
                position: position,
                location: references.id(entry["location"], of: .location).map { LocationID($0) },
                status: entry.code("status", as: LocationStay.Status.self),
                period: entry["period"]?.period ?? Period())
        }
    }
}
