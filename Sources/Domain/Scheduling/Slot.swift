/// A time that can be booked.
public struct Slot: Sendable, Equatable {
    /// R4's slot status.
    public enum Status: String, Sendable, CaseIterable {
        case busy
        case free
        case busyUnavailable = "busy-unavailable"
        case busyTentative = "busy-tentative"
        case enteredInError = "entered-in-error"
    }

    public var id: SlotID
    public var status: Status?
    public var period: Period

    public init(id: SlotID, status: Status?, period: Period) {
        self.id = id
        self.status = status
        self.period = period
    }

    public func decide() -> Decision {
        period.decide("The slot", at: ElementPath("end"))
    }
}
