import Domain
import Facade
import Store

extension BedStay {
    init(_ stored: StoredStay) {
        self.init(
            bed: LocationID(stored.bed),
            claim: Claim(
                encounter: EncounterID(stored.encounter), patient: stored.patient.map { PatientID($0) },
                partOf: stored.partOf.map { EncounterID($0) }),
            start: stored.started, end: stored.ended,
            cut: stored.cut.map { Cut(at: $0.at, by: EncounterID($0.by)) },
            cause: stored.cause.isEmpty ? nil : MovementID(stored.cause))
    }
}

extension StoredStay {
    /// The stays of a bed as they are kept: those that hold it name their party, which is one.
    static func list(_ bed: Occupancy) -> [StoredStay] {
        let holder = bed.stays.filter(\.holds).map(\.claim).min {
            ($0.partOf == nil ? 0 : 1, $0.encounter.rawValue) < ($1.partOf == nil ? 0 : 1, $1.encounter.rawValue)
        }
        let party = holder.map { $0.patient?.rawValue ?? "Encounter/\($0.encounter.rawValue)" }
        var seen: Set<[String]> = []
        // One that holds the bed before one of the same beginning that does not.
        return bed.stays.sorted { $0.holds && !$1.holds }.compactMap { stay in
            let key = [stay.claim.encounter.rawValue, stay.cause?.rawValue ?? "", stay.start.map(String.init) ?? ""]
            guard seen.insert(key).inserted else { return nil }
            return StoredStay(
                bed: stay.bed.rawValue, encounter: stay.claim.encounter.rawValue, cause: stay.cause?.rawValue ?? "",
                patient: stay.claim.patient?.rawValue, partOf: stay.claim.partOf?.rawValue, started: stay.start,
                ended: stay.end, cut: stay.cut.map { ($0.time, $0.by.rawValue) }, party: stay.holds ? party : nil)
        }
    }
}

extension BedConflict {
    /// How its Task is found again.
    var identity: Identity { Identity(type: .task, system: Facade.conflictSystem, value: Facade.name(of: self)) }
}

extension Facade {
    static func isOpenTask(_ task: StoredVersion) -> Bool { isOpenTask(task.content ?? []) }
}
