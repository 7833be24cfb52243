/// One encounter's stay in one bed, with what is needed to say who holds the bed.
public struct BedStay: Sendable, Hashable {
    /// The end of a stay that nobody ended but the next one: another party's newer claim of the bed.
    public struct Cut: Sendable, Hashable {
        /// When the newer claim began, in microseconds since 1970.
        public var time: Int64
        public var by: EncounterID

        public init(at time: Int64, by encounter: EncounterID) {
            self.time = time
            by = encounter
        }
    }

    public var bed: LocationID
    public var claim: Claim
    /// Event time, in microseconds since 1970; nil only for what ended before its beginning was told.
    public var start: Int64?
    /// When it ended as its own movements or its own entry tell; nil while by those it still holds the bed.
    public var end: Int64?
    /// How another party's claim ended it, as the record stands. Kept apart from `end`, because it may have to move:
    /// a still earlier claim can arrive late, and a newer one can be cancelled.
    public var cut: Cut?
    /// The movement that began the stay, where a feed tells of it; nil where only a resource does. It breaks the tie of
    /// two claims of one time, and decides what can cut: see `Occupancy.resolved`.
    public var cause: MovementID?

    public init(
        bed: LocationID, claim: Claim, start: Int64?, end: Int64? = nil, cut: Cut? = nil,
        cause: MovementID? = nil
    ) {
        self.bed = bed
        self.claim = claim
        self.start = start
        self.end = end
        self.cut = cut
        self.cause = cause
    }

    /// Whether it is a claim that holds the bed now.
    public var holds: Bool { end == nil && cut == nil }

    /// Whether it is the older claim of two: by event time, then by the movement's identity, then by the encounter.
    func isOlder(than other: BedStay) -> Bool {
        let nothing = MovementID("")
        let mine = (start ?? .min, cause ?? nothing, claim.encounter.rawValue)
        return mine < (other.start ?? .min, other.cause ?? nothing, other.claim.encounter.rawValue)
    }

    /// Whether the two were in the bed at one time. Touching is not overlapping.
    func overlaps(_ other: BedStay) -> Bool {
        guard let start, let otherStart = other.start else { return false }
        return max(start, otherStart) < min(over, other.over)
    }

    /// Whether somebody was in the bed by it at a time, in microseconds since 1970.
    func covers(_ time: Int64) -> Bool { (start ?? .min) <= time && time < over }

    private var over: Int64 { end ?? cut?.time ?? .max }
}

/// All stays in beds of one encounter, as they shall stand after a write. Beds it is in no longer do not occur.
public struct EncounterStays: Sendable, Equatable {
    public var encounter: EncounterID
    public var stays: [BedStay]
    /// Beds that cancelled movements had put the patient in, and when they were cancelled: `Journey.vacated`. They are
    /// left as any bed is left, also where the cancel came first and nobody was ever seen in them.
    public var vacated: [LocationID: Int64]

    public init(_ encounter: EncounterID, _ stays: [BedStay], vacated: [LocationID: Int64] = [:]) {
        self.encounter = encounter
        self.stays = stays
        self.vacated = vacated
    }
}
