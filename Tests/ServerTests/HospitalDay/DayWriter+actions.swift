extension DayWriter {
    /// What may happen in the hospital.
    enum Action {
        case admit, preadmit, admitAwaited, register, admitFromEmergency, changeToInpatient(Int), finishEmergency
        case transfer, discharge, swap, birth, clash, moveLoser(Int)
        case cancelTransfer, cancelDischarge, cancelAdmit
        case correct, correctPerson, newPerson, result
        case report(Place, String), contradict, block
    }

    /// Per day of a full day, and whether it is rather the day's than the night's.
    private static let amounts: [(count: Int, isByDay: Bool, action: Action)] = [
        (60, true, .admit), (20, true, .preadmit), (16, true, .admitAwaited), (150, false, .register),
        (50, false, .admitFromEmergency), (95, false, .finishEmergency), (130, true, .transfer),
        (120, true, .discharge),
        (10, true, .swap), (14, false, .birth), (12, false, .clash), (14, true, .cancelTransfer),
        (14, true, .cancelDischarge), (12, false, .cancelAdmit), (250, true, .correct), (60, true, .correctPerson),
        (40, true, .newPerson), (450, false, .result), (10, true, .contradict), (10, true, .block),
    ]

    mutating func plan(_ size: HospitalDay.Size) {
        for (count, isByDay, action) in Self.amounts {
            for _ in 0..<(count * size.rawValue + 9) / 10 {
                let hours = isByDay && !random.chance(25) ? 7..<20 : 0..<24
                agenda.append(
                    (Int.random(in: hours, using: &random) * 3600 + Int.random(in: 0..<3600, using: &random), action))
            }
        }
    }

    /// Three of four beds are taken; of the others housekeeping tells how they are.
    mutating func openAtMidnight() {
        for bed in Hospital.beds where random.chance(bed.ward == "ED" ? 30 : 78) {
            tick(now + Int.random(in: 300...2000, using: &random))
            let index = arrive(at: bed)
            tell(bed.ward == "ED" ? "A04" : "A01", [index], to: [bed], isPrompt: true)
        }
        let taken = Set(stays.compactMap(\.place))
        for bed in Hospital.beds where !taken.contains(bed) {
            tick(-86_400)
            let status = random.chance(80) ? "U" : random.chance(60) ? "H" : "C"
            if status != "U" { unready.insert(bed) }
            if status == "H" { agenda.append((Int.random(in: 600...20_000, using: &random), .report(bed, "U"))) }
            send(DayEvent(trigger: "A20", occurred: now, recorded: now, bedStatus: (bed, status)), isPrompt: true)
        }
        tick(0)
    }

    private mutating func arrive(at place: Place?, mother: String? = nil) -> Int {
        var stay = Stay(visit: newVisit(), mrn: newPatient(), mother: mother, place: place)
        stay.admission = now
        stay.isEmergency = place?.ward == "ED"
        stays.append(stay)
        return stays.count - 1
    }

    mutating func perform(_ action: Action) {
        switch action {
        case .admit: admit()
        case .preadmit: preadmit()
        case .admitAwaited: admitAwaited()
        case .register: register()
        case .admitFromEmergency: admitFromEmergency()
        case .changeToInpatient(let index): changeToInpatient(index)
        case .finishEmergency: finish { $0.isEmergency && $0.place != nil }
        case .transfer: transfer()
        case .discharge: finish { !$0.isEmergency && $0.place != nil && $0.place?.ward != "MAT" }
        case .swap: swap()
        case .birth: birth()
        case .clash: clash()
        case .moveLoser(let index): moveLoser(index)
        case .cancelTransfer: cancelTransfer()
        case .cancelDischarge: cancelDischarge()
        case .cancelAdmit: cancelAdmit()
        case .correct: correct()
        case .correctPerson: correctPerson("A31")
        case .newPerson: newPerson()
        case .result: result()
        case .report(let bed, let status): report(bed, status)
        case .contradict: contradict()
        case .block: block()
        }
    }

    // MARK: Coming

    private mutating func admit() {
        guard let bed = freeWardBed() else { return }
        let index = arrive(at: bed)
        tell("A01", [index], to: [bed])
        if random.chance(8) { stays[index].isSpecial = true; later(5...90, .moveLoser(index)) }
    }

    private mutating func preadmit() {
        guard let bed = Hospital.wards.randomElement(using: &random) else { return }
        // The bed may well be taken: a plan claims nothing.
        let index = arrive(at: nil)
        tell("A05", [index], to: [bed])
    }

    private mutating func admitAwaited() {
        guard let index = pick(where: { $0.place == nil && $0.left == nil }), let bed = freeWardBed() else { return }
        stays[index].place = bed
        stays[index].admission = nil
        tell("A01", [index], to: [bed])
    }

    private mutating func register() {
        let place = random.chance(15) ? nil : freeBed(of: Hospital.bays)
        let index = arrive(at: place ?? (random.chance(50) ? Hospital.waiting : Hospital.hall))
        stays[index].isEmergency = true
        tell("A04", [index], to: [stays[index].place])
    }

    /// From the emergency department to a ward: as a change to an inpatient, as a transfer and then that, or as an admission.
    private mutating func admitFromEmergency() {
        guard let index = pick(where: { $0.isEmergency && $0.place != nil }), let bed = freeWardBed(),
            let bay = stays[index].place
        else { return }
        stays[index].place = bed
        stays[index].admission = nil
        switch Int.random(in: 0..<3, using: &random) {
        case 0:
            stays[index].isEmergency = false
            tell("A06", [index], to: [bed], from: [bay])
        case 1:
            tell("A02", [index], to: [bed], from: [bay])
            later(1...3, .changeToInpatient(index))
        default:
            stays[index].isEmergency = false
            tell("A01", [index], to: [bed], from: [bay])
        }
        clean(bay)
    }

    private mutating func changeToInpatient(_ index: Int) {
        guard stays[index].isEmergency, let place = stays[index].place else { return }
        stays[index].isEmergency = false
        tell("A06", [index], to: [place])
    }

    /// A newborn in its mother's bed, by her number.
    private mutating func birth() {
        guard
            let index = pick(where: { [now] stay in
                stay.place?.ward == "MAT" && stay.mother == nil && stay.opened <= now
            }), let bed = stays[index].place
        else { return }
        stays[index].isSpecial = true
        let child = arrive(at: bed, mother: stays[index].mrn)
        stays[child].isSpecial = true
        tell("A01", [child], to: [bed])
    }

    // MARK: Moving

    private mutating func transfer() {
        guard let index = pick(where: { !$0.isEmergency && $0.place != nil && $0.place?.ward != "MAT" }),
            let bed = freeWardBed()
        else { return }
        move(index, to: bed)
    }

    private mutating func move(_ index: Int, to bed: Place) {
        guard let prior = stays[index].place else { return }
        stays[index].place = bed
        stays[index].prior = (prior, now)
        stays[index].admission = nil
        tell("A02", [index], to: [bed], from: [prior])
        clean(prior)
    }

    private mutating func swap() {
        let movable = { (stay: Stay) in !stay.isEmergency && stay.place != nil && stay.place?.ward != "MAT" }
        guard let first = pick(where: movable), let second = pick(where: movable), first != second,
            let here = stays[first].place, let there = stays[second].place
        else { return }
        (stays[first].place, stays[second].place) = (there, here)
        for index in [first, second] { (stays[index].prior, stays[index].admission) = (nil, nil) }
        tell("A17", [first, second], to: [there, here], from: [here, there])
    }

    /// Somebody is told into a bed that another has not left. Half of those are found elsewhere later.
    private mutating func clash() {
        guard let loser = pick(where: { !$0.isEmergency && $0.place != nil && $0.place?.ward != "MAT" }),
            let bed = stays[loser].place
        else { return }
        stays[loser].isSpecial = true
        let winner = arrive(at: bed)
        stays[winner].isSpecial = random.chance(50)
        tell("A01", [winner], to: [bed])
        if random.chance(50) { later(20...400, .moveLoser(loser)) }
    }

    private mutating func moveLoser(_ index: Int) {
        guard stays[index].place != nil, let bed = freeWardBed() else { return }
        move(index, to: bed)
        stays[index].isSpecial = false
    }

    // MARK: Going

    private mutating func finish(where condition: (Stay) -> Bool) {
        guard let index = pick(where: condition), let place = stays[index].place else { return }
        stays[index].place = nil
        stays[index].left = (place, now)
        tell("A03", [index], to: [place])
        clean(place)
    }

    // MARK: Taking back

    private mutating func cancelTransfer() {
        let (now, taken) = (now, Set(stays.compactMap(\.place)))
        guard
            let index = pick(where: { stay in
                guard let prior = stay.prior, stay.place != nil else { return false }
                return now - prior.moved < 7200 && !taken.contains(prior.place) && max(stay.opened, stay.recorded) < now
            }), let prior = stays[index].prior, let place = stays[index].place
        else { return }
        stays[index].place = prior.place
        stays[index].prior = nil
        stays[index].isSpecial = true
        tell("A12", [index], to: [prior.place], from: [place], occurred: prior.moved)
    }

    /// The bed may have been given away meanwhile: then there is a conflict, and the newer claim stands.
    private mutating func cancelDischarge() {
        let now = now
        guard
            let index = pick(where: { stay in
                guard let left = stay.left, !stay.isEmergency else { return false }
                return now - left.at < 10_800 && max(stay.opened, stay.recorded) < now
            }), let left = stays[index].left
        else { return }
        stays[index].place = left.place
        stays[index].left = nil
        stays[index].isSpecial = true
        tell("A13", [index], to: [left.place], occurred: left.at)
    }

    private mutating func cancelAdmit() {
        let (now, since) = (now, max(now - 7200, 0))
        guard
            let index = pick(where: { $0.place != nil && $0.recorded < now && $0.admission.map { $0 > since } ?? false }
            ),
            let place = stays[index].place, let admission = stays[index].admission
        else { return }
        stays[index].place = nil
        stays[index].isSpecial = true
        tell("A11", [index], to: [place], occurred: admission)
        clean(place)
    }

    // MARK: Speaking of it

    private mutating func correct() {
        guard let index = pick(where: { $0.place != nil }) else { return }
        if random.chance(40) { rename(stays[index].mrn) }
        // A place in a message that moves nobody.
        let place = random.chance(20) ? Hospital.wards.randomElement(using: &random) : stays[index].place
        tell("A08", [index], to: [place])
    }

    private mutating func correctPerson(_ trigger: String) {
        guard let index = stays.indices.randomElement(using: &random) else { return }
        rename(stays[index].mrn)
        person(trigger, stays[index].mrn)
    }

    private mutating func newPerson() { person("A28", newPatient()) }

    private mutating func rename(_ mrn: String) { families[mrn] = "\(families[mrn] ?? "")x" }

    private mutating func person(_ trigger: String, _ mrn: String) {
        send(
            DayEvent(
                trigger: trigger, occurred: now, recorded: now,
                people: [DayEvent.Person(mrn: mrn, family: families[mrn] ?? "")]))
    }

    private mutating func result() {
        guard let index = pick(where: { $0.place != nil || $0.left != nil }) else { return }
        tell("R01", [index], to: [nil])
    }

    // MARK: Housekeeping

    /// A bed that was left is cleaned, and given back.
    private mutating func clean(_ bed: Place) {
        guard !bed.isShared else { return }
        unready.insert(bed)
        later(5...20, .report(bed, random.chance(15) ? "K" : "H"))
        later(40...120, .report(bed, "U"))
    }

    private mutating func report(_ bed: Place, _ status: String) {
        let isTaken = stays.contains { $0.place == bed }
        if status == "U" { unready.remove(bed) }
        // Whoever lies in it again or still is left alone.
        if isTaken { return }
        send(DayEvent(trigger: "A20", occurred: now, recorded: now, bedStatus: (bed, status)))
    }

    private mutating func contradict() {
        guard
            let index = pick(where: { stay in
                guard let place = stay.place, !place.isShared, !stay.isContradicted else { return false }
                return place.ward != "MAT"
            }), let bed = stays[index].place
        else { return }
        stays[index].isContradicted = true
        let status = ["H", "K", "C", "U"].randomElement(using: &random) ?? "H"
        send(DayEvent(trigger: "A20", occurred: now, recorded: now, bedStatus: (bed, status)))
    }

    private mutating func block() {
        guard let bed = freeBed(of: Hospital.wards) else { return }
        unready.insert(bed)
        send(DayEvent(trigger: "A20", occurred: now, recorded: now, bedStatus: (bed, "C")))
        later(60...300, .report(bed, "U"))
    }
}
