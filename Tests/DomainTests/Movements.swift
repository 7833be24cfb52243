import Domain

let minute: Int64 = 60_000_000

/// A movement at so many minutes after the epoch, recorded then unless told otherwise.
func movement(
    _ kind: Movement.Kind, at time: Int64, _ place: String? = nil, from prior: String? = nil, recorded: Int64? = nil,
    id: String? = nil, width: Int64 = 1
) -> Movement {
    Movement(
        id: MovementID(id ?? "\(kind.rawValue)@\(time)/\(recorded ?? time)"), kind, occurred: time * minute,
        width: width, recorded: (recorded ?? time) * minute, location: place.map { LocationID($0) },
        prior: prior.map { LocationID($0) })
}

/// What a reader of the record sees of a journey, in minutes.
struct Sight: Equatable, CustomStringConvertible {
    struct Entry: Equatable {
        var place: String
        var status: LocationStay.Status?
        var from: Int64?
        var to: Int64?
    }

    var status: EncounterStatus
    var start: Int64?
    var end: Int64?
    var entries: [Entry] = []

    init(_ status: EncounterStatus = .unknown) { self.status = status }

    init(_ journey: Journey) {
        status = journey.status
        start = journey.period.start.map { $0.earliest / minute }
        end = journey.period.end.map { $0.earliest / minute }
        entries = journey.stays.map { stay in
            Entry(
                place: stay.location?.rawValue ?? "?", status: stay.status,
                from: stay.period.start.map { $0.earliest / minute }, to: stay.period.end.map { $0.earliest / minute })
        }
    }

    /// `finished 1-9: A 1-5, B 5-9`.
    var description: String {
        func text(_ time: Int64?) -> String { time.map { "\($0)" } ?? "" }
        let places = entries.map { entry in
            let mark = entry.status == .planned ? "planned " : entry.status == .active ? "in " : ""
            return "\(mark)\(entry.place) \(text(entry.from))-\(text(entry.to))"
        }
        return "\(status.rawValue) \(text(start))-\(text(end)): \(places.joined(separator: ", "))"
    }
}

/// A journey as one line.
func told(_ movements: Movement...) -> String { Sight(Journey(movements)).description }

func oddities(_ movements: Movement...) -> [Oddity.Kind] { Journey(movements).oddities.map(\.kind) }
