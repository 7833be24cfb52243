/// One movement event of one encounter: what an ADT message says about where its patient goes.
///
/// Only these events admit, move and release. A08, A28, A31 and results say nothing about where a patient is.
public struct Movement: Sendable, Hashable {
    /// The trigger events of HL7 v2.5.1 ch. 3 that move somebody, with their codes of table 0003.
    public enum Kind: String, Sendable, CaseIterable {
        case admit = "A01"
        case transfer = "A02"
        case discharge = "A03"
        case register = "A04"
        case preAdmit = "A05"
        case toInpatient = "A06"
        case toOutpatient = "A07"
        case cancelAdmit = "A11"
        case cancelTransfer = "A12"
        case cancelDischarge = "A13"
        case swap = "A17"
    }

    public var id: MovementID
    public var kind: Kind
    /// When it happened, in microseconds since 1970 UTC: EVN-6, else EVN-2, else MSH-7. In a cancel EVN-6 is when the
    /// cancelled event happened (v2.5.1 §3.4.1.6); without it, the cancel's own time says no more than "before this".
    public var occurred: Int64
    /// How many microseconds wide `occurred` is, as it was sent: 60,000,000 where it names a minute.
    public var width: Int64
    /// When it was entered, in microseconds since 1970 UTC: EVN-2, else MSH-7.
    public var recorded: Int64
    /// Where the patient is afterwards: PV1-3. In A03, where the patient was last.
    public var location: LocationID?
    /// Where the patient was before, if told: PV1-6.
    public var prior: LocationID?

    public init(
        id: MovementID, _ kind: Kind, occurred: Int64, width: Int64 = 1, recorded: Int64, location: LocationID? = nil,
        prior: LocationID? = nil
    ) {
        self.id = id
        self.kind = kind
        self.occurred = occurred
        self.width = max(1, width)
        self.recorded = recorded
        self.location = location
        self.prior = prior
    }

    /// When it happened, as precisely as it was sent.
    var moment: Moment { Moment(earliest: occurred, latest: endOfSpan) }

    /// The first microsecond after the time that was sent.
    var endOfSpan: Int64 {
        let (sum, overflow) = occurred.addingReportingOverflow(width)
        return overflow ? .max : sum
    }
}

/// What tells one movement from every other, whatever order they arrive in: the sender and its control id, and the
/// digest of the message where a sender uses its ids again. Ordered so that a sender's counter counts: 9 before 10.
public struct MovementID: Sendable, Hashable, RawRepresentable, Comparable {
    public var rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
    public init(_ rawValue: String) { self.rawValue = rawValue }

    public static func < (a: MovementID, b: MovementID) -> Bool {
        (a.rawValue.utf8.count, a.rawValue) < (b.rawValue.utf8.count, b.rawValue)
    }
}
