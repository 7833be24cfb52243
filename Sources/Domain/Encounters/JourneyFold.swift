/// The state of telling a journey, one movement after the other in the order in which they happened.
struct JourneyFold {
    var journey = Journey()
    /// The cancels of those movements that are undone. An undone movement stays in its place in time as a mark: it
    /// moves nobody, but a cancelled admission is one that was known.
    var undone: [MovementID: Movement] = [:]
    /// The cancelled discharge of each A13.
    var returns: [MovementID: MovementID] = [:]

    private var status: EncounterStatus?
    private var wasAdmitted = false
    /// The discharge that holds.
    private var discharge: Movement?
    var lastMove: Movement?
    /// Where the patient was at each cancelled discharge.
    private var placesAtDischarge: [MovementID: LocationID] = [:]

    mutating func apply(_ movement: Movement) {
        if let cancel = undone[movement.id] { return pass(movement, undoneBy: cancel) }
        switch movement.kind {
        case .preAdmit: plan(movement)
        case .register: enter(movement, as: .arrived)
        case .admit: enter(movement, as: .inProgress)
        case .transfer, .swap, .toInpatient, .toOutpatient: move(movement)
        case .discharge: leave(movement)
        case .cancelDischarge: comeBack(movement)
        case .cancelAdmit, .cancelTransfer: break
        }
    }

    /// Where nothing but cancels is known, they tell what they can: whose admission is cancelled is not there, whose
    /// transfer or discharge is cancelled, is. Where, only the movements before would say.
    mutating func finish(unmatched: [Movement]) {
        for cancel in unmatched { note(.cancelWithoutMatch, cancel) }
        if status == nil, let last = unmatched.last { status = last.kind == .cancelAdmit ? .cancelled : .inProgress }
        journey.status = status ?? .unknown
        for index in journey.stays.indices { journey.stays[index].position = index }
    }

    mutating func note(_ kind: Oddity.Kind, _ movement: Movement) {
        journey.oddities.append(Oddity(kind, movement.id))
    }

    private mutating func pass(_ movement: Movement, undoneBy cancel: Movement) {
        switch movement.kind {
        case .admit, .register, .preAdmit:
            guard !wasAdmitted, status != .finished else { return }
            status = .cancelled
            forgetStays { _ in true }
        case .transfer, .swap:
            guard let place = cancel.location, let here = current?.location, place != here else { return }
            note(.otherLocationAfterCancel, cancel)
        default:
            placesAtDischarge[movement.id] = current?.location
        }
    }
}

extension JourneyFold {
    private mutating func plan(_ movement: Movement) {
        guard status == nil || status == .planned || status == .cancelled else {
            return note(.plannedAfterArrival, movement)
        }
        status = .planned
        forgetStays { _ in true }
        if let place = movement.location { add(place, .planned, Period(), movement) }
    }

    private mutating func enter(_ movement: Movement, as entered: EncounterStatus) {
        if let discharge, status == .finished {
            if movement.recorded < discharge.recorded { return enterTooLate(movement) }
            note(.admittedAfterDischarge, movement)
            self.discharge = nil
            journey.period.end = nil
            status = entered
        } else if wasAdmitted {
            if status == entered || entered == .arrived { note(.admittedTwice, movement) }
            if entered == .inProgress { status = .inProgress }
        } else if status != .inProgress {
            status = entered
        }
        wasAdmitted = true
        journey.period.start = journey.period.start ?? movement.moment
        go(movement)
    }

    /// The admission was known when the discharge was recorded: the patient is gone, only the times contradict.
    private mutating func enterTooLate(_ movement: Movement) {
        note(.dischargedBeforeAdmit, movement)
        guard journey.period.start == nil else { return }
        wasAdmitted = true
        journey.period = Period(start: movement.moment)
        if let place = movement.location { add(place, .completed, Period(start: movement.moment), movement) }
    }

    private mutating func move(_ movement: Movement) {
        switch status {
        case .finished: return note(.movedAfterDischarge, movement)
        case .cancelled: return note(.withdrawnWithAdmit, movement)
        case nil, .planned:
            note(.transferWithoutAdmit, movement)
            status = .inProgress
        default: break
        }
        switch movement.kind {
        case .toInpatient:
            journey.isInpatient = true
            status = .inProgress
        case .toOutpatient: journey.isInpatient = false
        default: if movement.location == nil { note(.transferWithoutLocation, movement) }
        }
        cameFrom(movement.prior, movement)
        go(movement)
        lastMove = movement
    }

    private mutating func leave(_ movement: Movement) {
        switch status {
        case .cancelled: return note(.withdrawnWithAdmit, movement)
        case .finished:
            note(.dischargedTwice, movement)
            guard let discharge, discharge.recorded <= movement.recorded else { return }
            let last = journey.stays.indices.last { journey.stays[$0].period.end == discharge.moment }
            if let last { journey.stays[last].period.end = movement.moment }
        default:
            if !wasAdmitted { note(.dischargeWithoutAdmit, movement) }
            cameFrom(movement.location, movement)
            endCurrent(movement)
        }
        status = .finished
        discharge = movement
        journey.period.end = movement.moment
    }

    /// A cancelled discharge may leave the patient elsewhere than they were (v2.5.1 §3.3.13).
    private mutating func comeBack(_ movement: Movement) {
        guard status == .arrived || status == .inProgress, let place = movement.location,
            let event = returns[movement.id], placesAtDischarge[event] != place
        else { return }
        go(movement)
    }
}
