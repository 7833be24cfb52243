import Domain
import FHIR

/// Patient ↔ `Domain.Patient` (R4 patient.html).
struct PatientView {
    let node: JSONNode

    init(_ node: JSONNode) { self.node = node }

    func patient(id: String, _ references: References) -> Patient {
        Patient(id: PatientID(id), links: links(references))
    }

    /// Links to other patients; those to related persons are none of the domain's concern.
    private func links(_ references: References) -> [PatientLink] {
        node.elements("link").enumerated().compactMap { position, link in
            references.id(link["other"], of: .patient).map {
                PatientLink(
                    position: position, other: PatientID($0), kind: link.code("type", as: PatientLink.Kind.self))
            }
        }
    }
}
