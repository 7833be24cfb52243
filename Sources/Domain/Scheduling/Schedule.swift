/// The container of slots of somebody or something that can be booked.
public struct Schedule: Sendable, Equatable {
    public var id: ScheduleID
    public var planningHorizon: Period

    public init(id: ScheduleID, planningHorizon: Period) {
        self.id = id
        self.planningHorizon = planningHorizon
    }

    public func decide() -> Decision {
        planningHorizon.decide("The planning horizon", at: ElementPath("planningHorizon"))
    }
}
