extension Journey {
    /// The stays that its movements tell of, as claims of beds. Only movements claim and release; what is planned claims
    /// nothing.
    public func bedStays(of claim: Claim) -> EncounterStays {
        let entries = zip(stays, causes).compactMap { stay, cause -> BedStay? in
            guard let bed = stay.location, stay.status == .active || stay.status == .completed else { return nil }
            let start = stay.period.start?.earliest
            // Of a completed stay whose end nobody told, only the beginning is sure.
            let end = stay.status == .active ? nil : stay.period.end?.earliest ?? start
            guard status.holdsBeds || end != nil else { return nil }
            return BedStay(bed: bed, claim: claim, start: start, end: end, cause: cause)
        }
        return EncounterStays(claim.encounter, entries, vacated: vacated)
    }
}

extension Encounter {
    /// The stays that the resource tells of, as claims of beds: those that `claims(at:)` counts hold, those that have
    /// ended are past, and planned and reserved ones do not occur.
    ///
    /// - Parameter now: the time of the write, in microseconds since 1970. It stands in for a beginning or an end that
    ///   neither the entry nor the encounter tells.
    public func bedStays(at now: Int64) -> EncounterStays {
        let claim = Claim(encounter: id, patient: patient, partOf: partOf)
        let happened = status.holdsBeds || status == .finished
        let isOver = !status.holdsBeds || period.hasEnded(at: now)
        let entries = stays.compactMap { stay -> BedStay? in
            guard happened, let bed = stay.location, stay.status != .planned, stay.status != .reserved else {
                return nil
            }
            let start = stay.period.start?.earliest ?? period.start?.earliest ?? now
            let holds = !isOver && stay.status != .completed && !stay.period.hasEnded(at: now)
            let told = stay.period.end?.earliest ?? (isOver ? period.end?.earliest : nil)
            return BedStay(bed: bed, claim: claim, start: start, end: holds ? nil : max(start, told ?? now))
        }
        return EncounterStays(id, entries)
    }
}
