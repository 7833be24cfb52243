/// What a trigger event says about where a patient is. The domain folds the movements of an encounter into its status
/// and stays, in whatever order they arrive.
public struct Movement: Sendable, Equatable {
    /// By trigger event (v2.5.1 ch. 3 §3.3).
    public enum Kind: String, Sendable, CaseIterable {
        /// A01
        case admit
        /// A02
        case transfer
        /// A03
        case discharge
        /// A04
        case register
        /// A05
        case preadmit
        /// A06
        case changeToInpatient
        /// A07
        case changeToOutpatient
        /// A11
        case cancelAdmit
        /// A12
        case cancelTransfer
        /// A13
        case cancelDischarge
        /// A17, once for each of the two patients
        case swap

        /// The movement of an ADT event; nil for events that move nobody.
        public init?(triggerEvent: String) {
            guard let kind = Self.byEvent[triggerEvent] else { return nil }
            self = kind
        }

        private static let byEvent: [String: Kind] = [
            "A01": .admit, "A02": .transfer, "A03": .discharge, "A04": .register, "A05": .preadmit,
            "A06": .changeToInpatient, "A07": .changeToOutpatient, "A11": .cancelAdmit, "A12": .cancelTransfer,
            "A13": .cancelDischarge, "A17": .swap,
        ]
    }

    public var kind: Kind
    /// EVN-6, else EVN-2, else MSH-7.
    public var occurred: EventTime
    /// EVN-2, else MSH-7: when the sender wrote it down.
    public var recorded: EventTime
    /// The draft of the encounter that moves.
    public var encounter: DraftName
    /// PV1-3, its most granular level; nil where it was not sent. After A12 it is where the patient is again.
    public var location: DraftName?
    /// PV1-6, its most granular level.
    public var priorLocation: DraftName?
    /// PV1-44 and PV1-45
    public var admitted: EventTime?
    public var discharged: EventTime?
}
