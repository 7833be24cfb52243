/// A booking, or the wish for one.
public struct Appointment: Sendable, Equatable {
    /// R4's appointment status.
    public enum Status: String, Sendable, CaseIterable {
        case proposed
        case pending
        case booked
        case arrived
        case fulfilled
        case cancelled
        case noShow = "noshow"
        case enteredInError = "entered-in-error"
        case checkedIn = "checked-in"
        case waitlist
    }

    public var id: AppointmentID
    public var status: Status?
    public var period: Period
    /// When it would suit, in the order that was sent.
    public var requestedPeriods: [Period]

    public init(id: AppointmentID, status: Status?, period: Period, requestedPeriods: [Period] = []) {
        self.id = id
        self.status = status
        self.period = period
        self.requestedPeriods = requestedPeriods
    }

    public func decide() -> Decision {
        let own = period.decide("The appointment", at: ElementPath("end"))
        let wishes = requestedPeriods.enumerated().map { position, period in
            period.decide("The requested period", at: ElementPath("requestedPeriod", position))
        }
        return .all([own] + wishes)
    }
}
