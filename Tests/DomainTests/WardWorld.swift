import Domain

/// What one message tells: movements of one encounter, or of two at once in a swap.
struct WardMessage {
    var movements: [(encounter: String, movement: Movement)]
}

/// A ward of beds that a feed of messages fills, kept as the write path would keep it: journeys from movements, beds
/// from arrangements; and beside it a record made by carrying out the effects, one after the other.
struct WardWorld {
    private(set) var movements: [String: [Movement]] = [:]
    private(set) var beds: [Occupancy]
    /// Who holds which bed, by the effects alone.
    private(set) var held: [LocationID: Set<EncounterID>] = [:]
    /// The ends of entries by the effects alone, over what the journeys tell.
    private(set) var record: [String: [String: Int64?]] = [:]
    private(set) var conflicts: Set<BedConflict> = []
    private(set) var conflictsOpened = 0
    private(set) var complaints: [String] = []
    /// The encounter of each newborn's mother.
    let mothers: [String: String]

    init(beds: [String], after: OccupancyRule.AfterRelease = .unoccupied, mothers: [String: String] = [:]) {
        self.mothers = mothers
        self.beds = beds.map { id in
            Occupancy(
                Location(
                    id: LocationID(id), status: .active, physicalType: .bed, operationalStatus: .unoccupied),
                afterRelease: after)
        }
    }

    func claim(_ encounter: String) -> Claim {
        // Encounters "3" and "3'" are of one patient.
        Claim(
            encounter: EncounterID(encounter), patient: PatientID(String(encounter.prefix(1))),
            partOf: mothers[encounter].map { EncounterID($0) })
    }

    mutating func take(_ message: WardMessage, by policy: OccupancyPolicy = .newerWins) throws(Refusal) {
        var told = movements
        for (encounter, movement) in message.movements { told[encounter, default: []].append(movement) }
        let written = Set(message.movements.map(\.encounter)).sorted()
        let stays = written.map { Journey(told[$0] ?? []).bedStays(of: claim($0)) }
        let arrangement = try OccupancyRule.arrange(stays, in: beds, by: policy)
        movements = told
        beds = arrangement.beds
        for entry in stays { write(entry) }
        for effect in arrangement.effects { carryOut(effect) }
        check()
    }

    private mutating func write(_ entry: EncounterStays) {
        var entries: [String: Int64?] = [:]
        for stay in entry.stays { entries[key(stay.bed, stay.start)] = .some(stay.end) }
        record[entry.encounter.rawValue] = entries
    }

    private func key(_ bed: LocationID, _ start: Int64?) -> String { "\(bed.rawValue)/\(start ?? -1)" }

    private mutating func carryOut(_ effect: Effect) {
        switch effect {
        case .claim(let bed, let encounter):
            let isNew = held[bed, default: []].insert(encounter).inserted
            if !isNew { complaints.append("\(encounter) claims \(bed) twice") }
            checkParty(bed)
        case .release(let bed, let encounter):
            if held[bed]?.remove(encounter) == nil { complaints.append("\(encounter) releases what it does not hold") }
            if held[bed]?.isEmpty == true { held[bed] = nil }
        case .endStay(let bed, let encounter, let start, let end):
            let entry = key(bed, start)
            record[encounter.rawValue]?[entry] = .some(end)
        case .reopenStay(let bed, let encounter, let start):
            let entry = key(bed, start)
            record[encounter.rawValue]?[entry] = .some(nil)
        case .openConflict(let conflict):
            conflictsOpened += 1
            if !conflicts.insert(conflict).inserted { complaints.append("opened twice: \(conflict)") }
        case .settleConflict(let conflict):
            if conflicts.remove(conflict) == nil { complaints.append("settled, not open: \(conflict)") }
        case .setOperationalStatus, .reportOverlap: break
        }
    }

    private mutating func checkParty(_ bed: LocationID) {
        // By the letter: everybody in a bed has the patient of one of them, or of its newborn's mother.
        let parties = Set(held[bed, default: []].map { party($0.rawValue) })
        if parties.count > 1 { complaints.append("\(bed.rawValue) is held by \(parties.sorted())") }
    }

    private func party(_ encounter: String) -> String { String((mothers[encounter] ?? encounter).prefix(1)) }

    private mutating func check() {
        for bed in beds {
            let holders = Set(bed.claims.map(\.encounter))
            if holders != held[bed.location.id, default: []] { complaints.append("effects miss who holds a bed") }
            if (bed.location.operationalStatus == .occupied) != !holders.isEmpty {
                complaints.append("\(bed.location.id) is \(bed.location.operationalStatus?.rawValue ?? "") wrongly")
            }
            for stay in bed.stays {
                let known = record[stay.claim.encounter.rawValue]?[key(stay.bed, stay.start)]
                if known != .some(stay.end ?? stay.cut?.time) { complaints.append("effects miss how a stay ended") }
            }
        }
    }

    /// How every bed is.
    var statuses: [BedStatus?] { beds.map(\.location.operationalStatus) }

    /// Who lies in which bed, and how every stay ended.
    var outcome: [String] {
        record.flatMap { encounter, entries in
            entries.map { "\(encounter) in \($0.key) until \($0.value.map { "\($0)" } ?? "now")" }
        }.sorted()
    }
}
