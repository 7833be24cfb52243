// Where the patient is.
extension JourneyFold {
    var current: LocationStay? { journey.stays.last { $0.status == .active } }

    /// Ends where the patient was and begins where they go, unless they are there already.
    mutating func go(_ movement: Movement) {
        forgetStays { $0.status == .planned }
        guard let place = movement.location, place != current?.location else { return }
        if let lastMove, lastMove.occurred == movement.occurred, lastMove.location != nil {
            note(.twoPlacesAtOnce, movement)
        }
        endCurrent(movement)
        add(place, .active, Period(start: movement.moment), movement)
    }

    /// Where the patient was, in the words of the event that moved them: believed if nothing else is known.
    mutating func cameFrom(_ place: LocationID?, _ movement: Movement) {
        forgetStays { $0.status == .planned }
        guard let place else { return }
        if let here = current?.location {
            if here != place { note(.priorLocationDiffers, movement) }
        } else if journey.stays.isEmpty {
            add(place, .completed, Period(end: movement.moment), movement)
        }
    }

    mutating func endCurrent(_ movement: Movement) {
        for index in journey.stays.indices where journey.stays[index].status == .active {
            journey.stays[index].status = .completed
            journey.stays[index].period.end = movement.moment
        }
    }

    mutating func add(
        _ place: LocationID, _ status: LocationStay.Status, _ period: Period, _ movement: Movement
    ) {
        let position = journey.stays.count
        journey.stays.append(LocationStay(position: position, location: place, status: status, period: period))
        journey.causes.append(movement.id)
    }

    mutating func forgetStays(where isForgotten: (LocationStay) -> Bool) {
        for index in journey.stays.indices.reversed() where isForgotten(journey.stays[index]) {
            journey.stays.remove(at: index)
            journey.causes.remove(at: index)
        }
    }
}
