import Domain
import FHIR

/// Schedule ↔ `Domain.Schedule` (R4 schedule.html).
struct ScheduleView {
    let node: JSONNode

    init(_ node: JSONNode) { self.node = node }

    func schedule(id: String) -> Schedule {
        Schedule(id: ScheduleID(id), planningHorizon: node["planningHorizon"]?.period ?? Period())
    }
}
