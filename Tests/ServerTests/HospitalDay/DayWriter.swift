import TestSupport

/// Writes a day: keeps the hospital as its people see it, lets things happen one after another, and puts each into a
/// message that arrives at once, a little later, hours later, or twice.
struct DayWriter {
    var random: SeededRandom
    private(set) var messages: [DayMessage] = []
    /// What is still to happen, by its second.
    var agenda: [(at: Int, what: Action)] = []
    /// The second of what happens now; no two things happen in one.
    private(set) var now = -9 * 86_400
    var stays: [Stay] = []
    /// Family names by MRN.
    var families: [String: String] = [:]
    /// Beds that housekeeping has not given back.
    var unready: Set<Place> = []
    private var counter = 0

    /// A visit as the hospital knows it.
    struct Stay {
        let visit: String
        let mrn: String
        var mother: String?
        /// Nil when the patient is not here: awaited, or gone.
        var place: Place?
        /// Where the patient was before the last transfer, and when that was.
        var prior: (place: Place, moved: Int)?
        /// When and where the patient left.
        var left: (place: Place, at: Int)?
        /// When the admission was, as long as nothing else has come after it.
        var admission: Int?
        /// When the message that opens the visit comes in.
        var opened = 0
        /// When the last event was written down: a cancel comes after what it takes back.
        var recorded = 0
        /// Housekeeping has said otherwise of the bed.
        var isContradicted = false
        var isEmergency = false
        /// Somebody else has been told into the bed, or the like: no further tricks are played with this stay.
        var isSpecial = false
    }

    init(seed: UInt64) { random = SeededRandom(state: seed) }

    // MARK: Patients and places

    mutating func newPatient() -> String {
        counter += 1
        let mrn = "H\(100_000 + counter)"
        families[mrn] = "Family\(counter)"
        return mrn
    }

    mutating func newVisit() -> String {
        counter += 1
        return "V\(100_000 + counter)"
    }

    /// A bed that is empty and ready.
    mutating func freeBed(of beds: [Place]) -> Place? {
        let taken = Set(stays.compactMap(\.place))
        return beds.filter { !taken.contains($0) && !unready.contains($0) }.randomElement(using: &random)
    }

    /// A ward's bed, now and then one of intensive care.
    mutating func freeWardBed() -> Place? { freeBed(of: random.chance(10) ? Hospital.intensive : Hospital.wards) }

    /// The index of a stay that something can happen to.
    mutating func pick(where condition: (Stay) -> Bool) -> Int? {
        stays.indices.filter { !stays[$0].isSpecial && condition(stays[$0]) }.randomElement(using: &random)
    }

    // MARK: Time

    mutating func run() {
        while let next = agenda.indices.min(by: { agenda[$0].at < agenda[$1].at }) {
            let entry = agenda.remove(at: next)
            guard entry.at < 86_400 else { continue }
            now = max(now + 1, entry.at)
            perform(entry.what)
        }
    }

    mutating func tick(_ second: Int? = nil) { now = max(now + 1, second ?? now) }

    mutating func later(_ minutes: ClosedRange<Int>, _ what: Action) {
        agenda.append((now + Int.random(in: minutes, using: &random) * 60, what))
    }

    // MARK: Telling

    /// - Parameters:
    ///   - occurred: of a cancel, when the cancelled event happened.
    ///   - isPrompt: never late.
    mutating func tell(
        _ trigger: String, _ indices: [Int], to places: [Place?], from prior: [Place?] = [], occurred: Int? = nil,
        isPrompt: Bool = false
    ) {
        let people = zip(indices, places).enumerated().map { position, pair in
            let stay = stays[pair.0]
            return DayEvent.Person(
                mrn: stay.mrn, family: families[stay.mrn] ?? "", mother: stay.mother, visit: stay.visit,
                patientClass: stay.isEmergency ? "E" : "I", place: pair.1,
                prior: position < prior.count ? prior[position] : nil)
        }
        // Some things are written down only afterwards.
        let isAfterwards = occurred == nil && trigger != "R01" && random.chance(20)
        let recorded = isAfterwards ? now + Int.random(in: 60...1800, using: &random) : now
        let arrival = send(
            DayEvent(trigger: trigger, occurred: occurred ?? now, recorded: recorded, people: people),
            isPrompt: isPrompt)
        for index in indices { stays[index].recorded = max(stays[index].recorded, recorded) }
        if ["A01", "A04", "A05"].contains(trigger) {
            for index in indices { stays[index].opened = arrival }
        }
    }

    /// - Returns: when it comes in.
    @discardableResult
    mutating func send(_ event: DayEvent, isPrompt: Bool = false) -> Int {
        let application = event.trigger == "R01" ? "L" : event.bedStatus == nil ? "H" : "B"
        let number = 100_000 + messages.count
        var arrival = max(event.recorded, 0) + Int.random(in: 1...5, using: &random)
        if !isPrompt {
            switch Int.random(in: 0..<100, using: &random) {
            case 0..<4: arrival += Int.random(in: 3600...4 * 3600, using: &random)
            case 4..<9: arrival += Int.random(in: 120...1800, using: &random)
            default: break
            }
        }
        let message = DayMessage(
            control: "\(application)\(number)", event: event, stamped: event.recorded, arrival: arrival)
        messages.append(message)
        if random.chance(3) {
            let again = arrival + Int.random(in: 60...7200, using: &random)
            messages.append(
                DayMessage(control: message.control, event: event, stamped: again, arrival: again))
        }
        return arrival
    }
}
