import Domain
import FHIR

/// Slot ↔ `Domain.Slot` (R4 slot.html).
struct SlotView {
    let node: JSONNode

    init(_ node: JSONNode) { self.node = node }

    func slot(id: String) -> Slot {
        Slot(id: SlotID(id), status: node.code("status", as: Slot.Status.self), period: node.period)
    }
}
