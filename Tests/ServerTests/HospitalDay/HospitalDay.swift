/// One day of the hospital: who comes, goes, is moved, and what is written down wrongly, late or twice. The same day for
/// the same seed.
struct HospitalDay {
    private(set) var messages: [DayMessage] = []
    private var random: SplitMix
    private var patients: [String: Inpatient] = [:]
    /// When a bed may be given to the next patient.
    private var free: [Place: Int]
    private var number = 0

    private struct Inpatient {
        let visit: String
        let mrn: String
        var family: String
        var mother: String?
        var place: Place
        var isEmergency: Bool
        /// Not moved again before that.
        var restsUntil: Int
    }

    /// - Parameter density: how much happens; 1 is a full day.
    init(seed: UInt64, density: Double) {
        random = SplitMix(state: seed)
        free = Dictionary(uniqueKeysWithValues: Hospital.beds.map { ($0, Int.min) })
        let evening = -10 * 3600
        for (index, bed) in Hospital.beds.enumerated() {
            say(DayEvent(trigger: "A20", occurred: evening + index, recorded: evening + index, bedStatus: (bed, "U")))
        }
        for _ in 0..<Int(300 * density) { admit(at: -8 * 3600 + random.below(7 * 3600)) }
        for minute in 0..<1440 {
            for _ in 0..<6 where random.below(1000) < Int(260 * density) { happen(at: minute * 60 + random.below(60)) }
        }
    }

    // MARK: What happens

    private mutating func happen(at now: Int) {
        switch random.below(100) {
        case 0..<14: admit(at: now)
        case 14..<24: register(at: now)
        case 24..<34: move(at: now)
        case 34..<52: discharge(at: now)
        case 52..<56: exchange(at: now)
        case 56..<60: beBorn(at: now)
        case 60..<63: plan(at: now)
        case 63..<67: collide(at: now)
        case 67..<71: contradict(at: now)
        case 71..<80: correct(at: now)
        case 80..<83: speakOfPerson(at: now)
        default: report(at: now)
        }
    }

    private mutating func admit(at now: Int) {
        guard let bed = takeBed(at: now, from: Hospital.wards + Hospital.intensive) else { return }
        let patient = newcomer(in: bed, at: now)
        say(event("A01", now, patient), isFirst: true)
        if now >= 0, random.below(12) == 0 {
            // Entered for the wrong patient.
            cancel("A11", patient, occurred: now, recorded: now + 300)
            patients[patient.visit] = nil
            free[bed] = now + 1800
        } else {
            patients[patient.visit] = patient
        }
    }

    private mutating func register(at now: Int) {
        let place = random.below(4) == 0 ? Hospital.waiting : takeBed(at: now, from: Hospital.bays)
        guard let place else { return }
        var patient = newcomer(in: place, at: now)
        patient.isEmergency = true
        patients[patient.visit] = patient
        say(event("A04", now, patient), isFirst: true)
    }

    /// A transfer; out of the emergency department it is an admission.
    private mutating func move(at now: Int) {
        guard var patient = somebody(at: now), patient.mother == nil,
            let bed = takeBed(at: now, from: Hospital.wards + Hospital.intensive)
        else { return }
        let before = patient.place
        patient.place = bed
        patient.restsUntil = now + 2400
        var event = event(patient.isEmergency ? "A06" : "A02", now, patient)
        event.people[0].prior = before
        let isMistake = !patient.isEmergency && random.below(6) == 0
        say(event, isPrompt: isMistake)
        if isMistake {
            cancel("A12", patient, at: before, occurred: now, recorded: now + 240)
            patient.place = before
            free[bed] = now + 1800
        } else {
            leave(before, at: now)
        }
        patient.isEmergency = false
        patients[patient.visit] = patient
    }

    private mutating func discharge(at now: Int) {
        guard let patient = somebody(at: now), !hasNewborn(patient) else { return }
        patients[patient.visit] = nil
        let isMistake = random.below(10) == 0
        let isLate = say(event("A03", now, patient), isPrompt: isMistake)
        if isMistake {
            cancel("A13", patient, occurred: now, recorded: now + 420)
            var returned = patient
            returned.restsUntil = now + 3600
            patients[patient.visit] = returned
            return
        }
        leave(patient.place, at: now)
        // Housekeeping comes when it knows that the bed is empty.
        guard !isLate, patient.mother == nil, !patient.place.isShared, random.below(2) == 0 else { return }
        free[patient.place] = now + 5400
        say(DayEvent(trigger: "A20", occurred: now + 900, recorded: now + 900, bedStatus: (patient.place, "H")))
        say(DayEvent(trigger: "A20", occurred: now + 2700, recorded: now + 2700, bedStatus: (patient.place, "U")))
    }

    private mutating func exchange(at now: Int) {
        guard var one = somebody(at: now), var other = somebody(at: now), one.visit != other.visit,
            one.mother == nil, other.mother == nil, !hasNewborn(one), !hasNewborn(other), !one.isEmergency,
            !other.isEmergency
        else { return }
        (one.place, other.place) = (other.place, one.place)
        var event = event("A17", now, one)
        event.people[0].prior = other.place
        event.people.append(person(other))
        event.people[1].prior = one.place
        say(event)
        for var patient in [one, other] {
            patient.restsUntil = now + 2400
            patients[patient.visit] = patient
        }
    }

    private mutating func beBorn(at now: Int) {
        guard let mother = somebody(at: now), mother.mother == nil, !mother.isEmergency, !mother.place.isShared else {
            return
        }
        var child = newcomer(in: mother.place, at: now)
        child.mother = mother.mrn
        patients[child.visit] = child
        patients[mother.visit]?.restsUntil = now + 3600
        say(event("A01", now, child), isFirst: true)
    }

    private mutating func plan(at now: Int) {
        guard let bed = takeBed(at: now, from: Hospital.wards) else { return }
        let patient = newcomer(in: bed, at: now)
        say(event("A05", now, patient), isFirst: true)
        var arrived = patient
        arrived.restsUntil = now + 9000
        patients[patient.visit] = arrived
        say(event("A01", now + 5400, patient), isFirst: true)
    }

    /// Somebody is told into a bed in which somebody is; the mistake is noticed later.
    private mutating func collide(at now: Int) {
        guard let holder = somebody(at: now), holder.mother == nil, !holder.isEmergency, !holder.place.isShared,
            !hasNewborn(holder), let bed = takeBed(at: now, from: Hospital.wards)
        else { return }
        var patient = newcomer(in: holder.place, at: now)
        say(event("A01", now, patient), isFirst: true)
        let before = patient.place
        patient.place = bed
        patient.restsUntil = now + 7200
        patients[patient.visit] = patient
        var correction = event("A02", now + 3000, patient)
        correction.people[0].prior = before
        say(correction)
        // The one who was there is found in another bed, or has been sent home.
        patients[holder.visit] = nil
        say(event("A03", now + 6000, holder))
        free[holder.place] = now + 9000
    }

    /// A bed with a patient in it is reported as empty.
    private mutating func contradict(at now: Int) {
        guard let holder = somebody(at: now), !holder.place.isShared else { return }
        say(DayEvent(trigger: "A20", occurred: now, recorded: now, bedStatus: (holder.place, "U")))
    }

    private mutating func correct(at now: Int) {
        guard var patient = somebody(at: now) else { return }
        patient.family = "N\(random.below(100_000))"
        patients[patient.visit] = patient
        say(event("A08", now, patient))
    }

    /// Of a person, not of a visit.
    private mutating func speakOfPerson(at now: Int) {
        if random.below(2) == 0, var patient = somebody(at: now) {
            patient.family = "N\(random.below(100_000))"
            patients[patient.visit] = patient
            var event = event("A31", now, patient)
            (event.people[0].visit, event.people[0].place) = (nil, nil)
            say(event)
        } else {
            number += 1
            say(
                DayEvent(
                    trigger: "A28", occurred: now, recorded: now,
                    people: [.init(mrn: "P\(number)", family: "N\(random.below(100_000))")]))
        }
    }

    private mutating func report(at now: Int) {
        guard let patient = somebody(at: now) else { return }
        say(event("R01", now, patient))
    }

    // MARK: Saying it

    private mutating func cancel(
        _ trigger: String, _ patient: Inpatient, at place: Place? = nil, occurred: Int, recorded: Int
    ) {
        var event = event(trigger, occurred, patient)
        event.recorded = recorded
        event.people[0].place = place ?? patient.place
        say(event, isPrompt: true)
    }

    /// Most messages come at once, some hours later, and some twice. What opens a visit is never late, nor is a cancel and
    /// what it takes back: until that comes, a cancel takes back the last one of its kind.
    ///
    /// - Returns: whether it comes late.
    @discardableResult
    private mutating func say(_ event: DayEvent, isFirst: Bool = false, isPrompt: Bool = false) -> Bool {
        number += 1
        let mayBeLate = !isFirst && !isPrompt && event.occurred >= 0 && event.bedStatus == nil
        let isLate = mayBeLate && random.below(12) == 0
        let delay = isLate ? 3600 + random.below(3 * 3600) : random.below(60)
        var message = DayMessage(
            control: "M\(number)", event: event, stamped: event.recorded, arrival: event.recorded + delay)
        messages.append(message)
        if random.below(25) == 0 {
            message.stamped += 5400
            message.arrival += 5400
            messages.append(message)
        }
        return isLate
    }

    private func event(_ trigger: String, _ now: Int, _ patient: Inpatient) -> DayEvent {
        DayEvent(trigger: trigger, occurred: now, recorded: now, people: [person(patient)])
    }

    private func person(_ patient: Inpatient) -> DayEvent.Person {
        DayEvent.Person(
            mrn: patient.mrn, family: patient.family, mother: patient.mother, visit: patient.visit,
            patientClass: patient.isEmergency ? "E" : "I", place: patient.place)
    }

    // MARK: Who and where

    private mutating func newcomer(in place: Place, at now: Int) -> Inpatient {
        number += 1
        return Inpatient(
            visit: "V\(number)", mrn: "P\(number)", family: "N\(random.below(100_000))", place: place,
            isEmergency: false, restsUntil: now + 2400)
    }

    private mutating func somebody(at now: Int) -> Inpatient? {
        let awake = patients.values.filter { $0.restsUntil <= now }.sorted { $0.visit < $1.visit }
        return awake.isEmpty ? nil : awake[random.below(awake.count)]
    }

    private func hasNewborn(_ patient: Inpatient) -> Bool {
        patients.values.contains { $0.mother == patient.mrn }
    }

    private mutating func takeBed(at now: Int, from beds: [Place]) -> Place? {
        let open = beds.filter { free[$0].map { $0 <= now } ?? false }
        guard !open.isEmpty else { return nil }
        let bed = open[random.below(open.count)]
        free[bed] = nil
        return bed
    }

    private mutating func leave(_ place: Place, at now: Int) {
        guard !place.isShared, !patients.values.contains(where: { $0.place == place }) else { return }
        free[place] = now + 1800
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014).
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
}
