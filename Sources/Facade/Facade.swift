import Domain
import FHIR

/// FHIR ↔ domain: what a resource means to the domain, and what the domain's answer means in FHIR. Pure.
public enum Facade {
    /// What it means to the domain that this resource shall be the current version of `type/id`; nil for types about
    /// which the domain decides nothing.
    ///
    ///     let command = Facade.command(for: document.root, type: .encounter, id: "e1")
    ///     if let refusal = command?.decide().refusal { throw refusal.issue(in: .encounter) }
    ///
    /// The resource's shape has been checked. What is missing or not readable all the same is left out: the domain
    /// decides about what is there.
    ///
    /// - Parameter resolving: what a reference's text stands for, where that is not the text itself: `urn:uuid:…` of a
    ///   transaction, a condition, or an URL of this very server, each to `Type/id`; nil leaves it as it is.
    public static func command(
        for resource: JSONNode, type: ResourceType, id: String, resolving: (String) -> String? = { _ in nil }
    ) -> DomainCommand? {
        withoutActuallyEscaping(resolving) { resolving in
            let references = References(resolving: resolving)
            switch type {
            case .patient: return .recordPatient(PatientView(resource).patient(id: id, references))
            case .encounter: return .recordEncounter(EncounterView(resource).encounter(id: id, references))
            case .location: return .recordLocation(LocationView(resource).location(id: id, references))
            case .schedule: return .recordSchedule(ScheduleView(resource).schedule(id: id))
            case .slot: return .recordSlot(SlotView(resource).slot(id: id))
            case .appointment: return .recordAppointment(AppointmentView(resource).appointment(id: id))
            default: return nil
            }
        }
    }

    /// Whether the domain decides anything about resources of this type.
    public static func decides(about type: ResourceType) -> Bool {
        switch type {
        case .patient, .encounter, .location, .schedule, .slot, .appointment: true
        default: false
        }
    }
}
