/// The truth of the day, worked out anew from all messages that have come so far, by the rules alone and by no code of
/// the product: what happened is put in the order in which it happened, and told from the beginning.
extension BedBoard {
    /// - Parameter arrived: in the order of their arrival.
    init(of arrived: some Sequence<DayMessage>) {
        var told: Set<String> = []
        var events: [DayEvent] = []
        for message in arrived where told.insert(message.control).inserted { events.append(message.event) }
        var histories: [String: VisitHistory] = [:]
        var named: [String: Int] = [:]
        for event in events {
            for person in event.people {
                if event.occurred >= named[person.mrn] ?? .min {
                    (named[person.mrn], names[person.mrn]) = (event.occurred, person.family)
                }
                guard let visit = person.visit else { continue }
                for place in [person.place, person.prior].compactMap({ $0 }) {
                    excusable.insert(Conflict(kind: .statusContradicts, bed: place, visit: visit))
                }
                histories[visit, default: VisitHistory(mrn: person.mrn)].add(event, person)
            }
        }
        var happenings: [Place: [BedHappening]] = [:]
        for (number, history) in histories {
            let journey = history.journey
            visits[number] = Visit(
                status: journey.status, mrn: history.mrn, place: journey.stays.last { $0.end == nil }?.place,
                mother: history.mother)
            for stay in journey.stays where !stay.place.isShared {
                let party = history.mother ?? history.mrn
                happenings[stay.place, default: []].append(
                    BedHappening(at: stay.start, what: .enters(number, party, leaves: stay.end)))
                guard let end = stay.end else { continue }
                happenings[stay.place, default: []].append(BedHappening(at: end, what: .leaves(number)))
            }
        }
        for event in events {
            guard let (bed, status) = event.bedStatus else { continue }
            happenings[bed, default: []].append(BedHappening(at: event.occurred, what: .isReported(status)))
        }
        for (bed, happenings) in happenings { tell(happenings, of: bed) }
    }

    private mutating func tell(_ happenings: [BedHappening], of bed: Place) {
        var holders: [(visit: String, party: String, leaves: Int?)] = []
        var contradicted: Set<String> = []
        var status: String?
        for happening in happenings.sorted(by: <) {
            switch happening.what {
            case .enters(let visit, let party, let leaves):
                // One bed, one party: the newer claim wins, and somebody has to find the earlier patient, unless the
                // hospital itself says when that one left.
                for loser in holders where loser.party != party && loser.leaves == nil {
                    conflicts.insert(Conflict(kind: .twoParties, bed: bed, visit: loser.visit))
                    visits[loser.visit]?.place = nil
                }
                holders.removeAll { $0.party != party }
                holders.append((visit, party, leaves))
                status = "O"
            case .leaves(let visit):
                guard let index = holders.firstIndex(where: { $0.visit == visit }) else { continue }
                holders.remove(at: index)
                if holders.isEmpty { status = "U" }
            case .isReported(let word):
                // Open until a person has found out which is right.
                if holders.isEmpty { status = word } else { contradicted.formUnion(holders.map(\.visit)) }
            }
        }
        statuses[bed] = status
        occupants[bed] = Set(holders.map(\.visit))
        for visit in contradicted {
            let conflict = Conflict(kind: .statusContradicts, bed: bed, visit: visit)
            // Of a stay that was over when the report came, nobody was told.
            if holders.contains(where: { $0.visit == visit }) { conflicts.insert(conflict) }
        }
    }
}

/// Something that happens to a bed.
private struct BedHappening: Comparable {
    enum What {
        /// A visit of a party; when the hospital says that it leaves.
        case enters(String, String, leaves: Int?)
        case leaves(String)
        case isReported(String)
    }

    let at: Int
    let what: What

    /// Who leaves in the moment in which another enters has left before.
    private var rank: Int {
        switch what {
        case .leaves: 0
        case .enters: 1
        case .isReported: 2
        }
    }

    static func < (left: BedHappening, right: BedHappening) -> Bool { (left.at, left.rank) < (right.at, right.rank) }
    static func == (left: BedHappening, right: BedHappening) -> Bool { (left.at, left.rank) == (right.at, right.rank) }
}

/// All that the hospital has said of one visit.
private struct VisitHistory {
    let mrn: String
    var mother: String?
    private var movements: [(trigger: String, occurred: Int, recorded: Int, place: Place?)] = []

    init(mrn: String) { self.mrn = mrn }

    struct Stay {
        let place: Place
        let start: Int
        var end: Int?
    }

    mutating func add(_ event: DayEvent, _ person: DayEvent.Person) {
        if let mother = person.mother { self.mother = mother }
        guard Self.moving.contains(event.trigger) else { return }
        movements.append((event.trigger, event.occurred, event.recorded, person.place))
    }

    private static let moving: Set<String> = [
        "A01", "A02", "A03", "A04", "A05", "A06", "A11", "A12", "A13", "A17",
    ]
    /// What each cancel takes back (v2.5.1 ch. 3 §3.3.11 to §3.3.13).
    private static let cancelled: [String: Set<String>] = ["A11": ["A01", "A04"], "A12": ["A02"], "A13": ["A03"]]

    /// Status and stays, after what was cancelled has been taken out.
    var journey: (status: String, stays: [Stay]) {
        var left = movements.filter { Self.cancelled[$0.trigger] == nil }.sorted { $0.occurred < $1.occurred }
        for cancel in movements.sorted(by: { $0.recorded < $1.recorded }) {
            guard let triggers = Self.cancelled[cancel.trigger] else { continue }
            // EVN-6 of a cancel is when the cancelled event happened (§3.4.1.6); without it, the last one is meant.
            let index =
                cancel.occurred != cancel.recorded
                ? left.firstIndex { triggers.contains($0.trigger) && $0.occurred == cancel.occurred }
                : left.lastIndex { triggers.contains($0.trigger) && $0.occurred <= cancel.occurred }
            if let index { left.remove(at: index) }
        }
        var status = movements.isEmpty ? "unknown" : "in-progress"
        if left.isEmpty, movements.contains(where: { $0.trigger == "A11" }) { status = "cancelled" }
        var stays: [Stay] = []
        for movement in left {
            switch movement.trigger {
            case "A05":
                status = "planned"
                continue
            case "A04": status = "arrived"
            case "A03": status = "finished"
            // Moving does not make an outpatient an inpatient.
            case "A02" where status == "arrived", "A17" where status == "arrived": break
            default: status = "in-progress"
            }
            let isGone = movement.trigger == "A03"
            if !isGone, movement.place == nil || movement.place == stays.last?.place { continue }
            if let last = stays.indices.last, stays[last].end == nil { stays[last].end = movement.occurred }
            if let place = movement.place, !isGone { stays.append(Stay(place: place, start: movement.occurred)) }
        }
        return (status, stays)
    }
}
