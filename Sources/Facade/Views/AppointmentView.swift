import Domain
import FHIR

/// Appointment ↔ `Domain.Appointment` (R4 appointment.html).
struct AppointmentView {
    let node: JSONNode

    init(_ node: JSONNode) { self.node = node }

    func appointment(id: String) -> Appointment {
        Appointment(
            id: AppointmentID(id), status: node.code("status", as: Appointment.Status.self), period: node.period,
            requestedPeriods: node.elements("requestedPeriod").map(\.period))
    }
}
