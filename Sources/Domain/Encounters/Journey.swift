/// Where an encounter stands and where its patient was, is or shall be, told from its movements alone.
///
/// It is a function of the set of movements: in whatever order they arrive, and however often, the same movements make
/// the same journey. A movement that arrives late slots into the past; it moves nobody back.
///
/// ```swift
/// let journey = Journey([admission, transfer, discharge])
/// journey.status  // finished
/// ```
public struct Journey: Sendable, Equatable {
    /// A01 makes it in-progress, A04 arrived, A05 planned, A03 finished, A11 of the only admission cancelled, A13
    /// what it was before. (The v2-to-FHIR guide contradicts itself about A04, planned in one table and in-progress in
    /// another; somebody who registers has arrived.) Unknown without any movement.
    public internal(set) var status: EncounterStatus = .unknown
    /// From the first arrival or admission to the discharge. Open where the movements do not say.
    public internal(set) var period = Period()
    /// In the order in which they began; what is planned is a single entry.
    public internal(set) var stays: [LocationStay] = []
    /// For each entry of `stays`, the movement that began it, or first told of it.
    public internal(set) var causes: [MovementID] = []
    /// Whether A06 (true) or A07 (false) changed the class last; nil where no movement did, and PV1-2 alone says it.
    public internal(set) var isInpatient: Bool?
    /// Where cancelled admissions and transfers had put the patient, and when they were cancelled, in microseconds since
    /// 1970: beds that somebody may have lain in all the same.
    public internal(set) var vacated: [LocationID: Int64] = [:]
    public internal(set) var oddities: [Oddity] = []

    /// The movements of one encounter, in any order, with or without repeats.
    public init(_ movements: some Sequence<Movement>) {
        var fold = JourneyFold()
        let distinct = Self.distinct(movements, &fold.journey.oddities)
        let cancellation = Cancellation(distinct)
        fold.undone = cancellation.undone
        for event in distinct where event.kind.claims {
            guard let cancel = cancellation.undone[event.id], let place = event.location else { continue }
            fold.journey.vacated[place] = max(cancel.recorded, fold.journey.vacated[place] ?? .min)
        }
        var steps = distinct.filter { !$0.kind.isCancel }
        for case (var cancel, let event) in cancellation.matches where cancel.kind == .cancelDischarge {
            // Where the patient is after a cancelled discharge holds from when that was said.
            cancel.occurred = max(cancel.recorded, event.occurred)
            cancel.width = 1
            fold.returns[cancel.id] = event.id
            steps.append(cancel)
        }
        for step in steps.sorted(by: Movement.happenedBefore) { fold.apply(step) }
        fold.finish(unmatched: cancellation.unmatched)
        self = fold.journey
    }

    init() {}

    /// One of each, in the order in which they happened: of one identity the last, of those that say the same the
    /// first.
    private static func distinct(_ movements: some Sequence<Movement>, _ oddities: inout [Oddity]) -> [Movement] {
        var byID: [MovementID: Movement] = [:]
        var reused: Set<MovementID> = []
        for movement in Set(movements).sorted(by: Movement.happenedBefore) {
            if byID.updateValue(movement, forKey: movement.id) != nil { reused.insert(movement.id) }
        }
        oddities += reused.sorted().map { Oddity(.reusedIdentity, $0) }
        var said: Set<Movement> = []
        return byID.values.sorted(by: Movement.happenedBefore).filter { said.insert($0.withoutIdentity).inserted }
    }
}
